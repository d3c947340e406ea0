import { expect, it, vi } from 'vitest';
import { allPages, pagesMax } from './pages';

it('reads page after page, and ends where the server does not', async () => {
  const pages = [
    { items: [1, 2], nextCursor: 'x' },
    { items: [3], nextCursor: null },
  ];
  const read = vi.fn((cursor: string | null) => {
    const page = pages[cursor === null ? 0 : 1];
    return Promise.resolve(page ?? { items: [], nextCursor: null });
  });
  expect(await allPages(read)).toEqual([1, 2, 3]);
  expect(read.mock.calls).toEqual([[null], ['x']]);
  const endless = vi.fn(() => Promise.resolve({ items: [1], nextCursor: 'again' }));
  expect(await allPages(endless)).toHaveLength(pagesMax);
});
