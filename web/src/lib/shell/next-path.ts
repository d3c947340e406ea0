// Where to go after signing in. Pure.

/** Only a path of this site; anything that could lead elsewhere becomes "/". */
export function nextPath(next: string | null): string {
  if (next === null || !next.startsWith('/')) return '/';
  if (next.startsWith('//') || next.startsWith('/\\') || /^\/(sign-in|setup)/.test(next))
    return '/';
  return next;
}
