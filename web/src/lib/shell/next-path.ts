// Where to go after signing in. Pure.

/** The page that one is on, below the root of the application: "/runs?status=failed". */
export function pathBelow(root: string, { pathname, search, hash }: URL): string {
  const base = root.replace(/\/$/, '');
  const path = pathname.startsWith(base) ? pathname.slice(base.length) : pathname;
  return (path === '' ? '/' : path) + search + hash;
}

/** Only a path of this site; anything that could lead elsewhere becomes "/". */
export function nextPath(next: string | null): string {
  if (next === null || !next.startsWith('/')) return '/';
  if (next.startsWith('//') || next.startsWith('/\\') || /^\/(sign-in|setup)/.test(next))
    return '/';
  return next;
}
