import { describe, expect, it } from 'vitest';
import { children, childCount, isCut, kindOf, scalarText, summary } from './json';

describe('the JSON viewer', () => {
  it('knows every kind', () => {
    expect([null, undefined, true, 1, 'a', [], {}].map(kindOf)).toEqual([
      'null',
      'null',
      'boolean',
      'number',
      'string',
      'array',
      'object',
    ]);
  });

  it('looks at no more children than are shown', () => {
    const big = Object.fromEntries(Array.from({ length: 5_000 }, (_, n) => [`k${n}`, n]));
    expect(childCount(big)).toBe(5_000);
    expect(children(big, 100)).toHaveLength(100);
    expect(children([7, 8], 1)).toEqual([['0', 7]]);
  });

  it('says what a closed branch holds', () => {
    expect([summary([]), summary({}), summary([1]), summary({ a: 1, b: 2 })]).toEqual([
      '[]',
      '{}',
      '1 item',
      '2 fields',
    ]);
  });

  it('cuts long texts', () => {
    const text = 'x'.repeat(10_000);
    expect(isCut(text)).toBe(true);
    expect(scalarText(text, false).length).toBeLessThan(500);
    expect(scalarText(text, true)).toHaveLength(10_002);
  });
});
