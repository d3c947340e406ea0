import { describe, expect, it } from 'vitest';
import { blocksOf, type Blocks } from './markdown-blocks';

const answer = `# Refund

The customer was **charged twice**,
see [the ticket][1].

- first

- second
  1. inner

  still second

| a | b |
|---|---|
| 1 | 2 |

\`\`\`js
const a = '# not a heading';

done();
\`\`\`

Title
=====
> quoted
lazily

[1]: https://example.org/tickets/1

The end.`;

describe('blocks of a growing text', () => {
  it('are the same, however the text comes', () => {
    for (const size of [1, 2, 7, 50]) {
      let grown: Blocks | undefined;
      for (let end = size; end < answer.length + size; end += size) {
        grown = blocksOf(answer.slice(0, end), grown);
      }
      expect(grown).toEqual(blocksOf(answer));
    }
  });

  it('keep what cannot change any more as it was', () => {
    const before = blocksOf('one\n\ntwo\n\nthree\n\nfour');
    const after = blocksOf('one\n\ntwo\n\nthree\n\nfour, and more', before);
    expect(after.blocks.map(({ raw }) => raw)).toEqual(['one', 'two', 'three', 'four, and more']);
    expect(after.blocks[0]).toBe(before.blocks[0]);
    expect(after.blocks[1]).toBe(before.blocks[1]);
  });

  it('are read anew when the text is another one', () => {
    const before = blocksOf('one\n\ntwo\n\nthree');
    expect(blocksOf('uno\n\ntwo', before).blocks.map(({ raw }) => raw)).toEqual(['uno', 'two']);
    expect(blocksOf('', before).blocks).toEqual([]);
  });

  it('take every kind of line end', () => {
    expect(blocksOf('one\r\n\r\ntwo\rthree').blocks.map(({ raw }) => raw)).toEqual([
      'one',
      'two\nthree',
    ]);
  });
});
