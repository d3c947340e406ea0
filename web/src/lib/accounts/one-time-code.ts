// The code of a link that works once (#code). It has no business in the history of the browser.

/** The code, taken out of the address. Called when the page stands. */
export function takeCode(): string {
  const code = location.hash.slice(1);
  if (code !== '') history.replaceState(history.state, '', location.pathname + location.search);
  return code;
}
