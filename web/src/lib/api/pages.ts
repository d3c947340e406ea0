// A list that is wanted whole: page after page.
import type { Page } from './types';

/** More than any list has; a server that never ends one is not asked for ever. */
export const pagesMax = 200;

export async function allPages<T, P extends Page<T> = Page<T>>(
  read: (cursor: string | null) => Promise<P>,
  onpage?: (page: P) => void,
): Promise<T[]> {
  const items: T[] = [];
  let cursor: string | null = null;
  for (let pages = 0; pages < pagesMax; pages += 1) {
    const page: P = await read(cursor);
    items.push(...page.items);
    onpage?.(page);
    cursor = page.nextCursor;
    if (cursor === null) break;
  }
  return items;
}
