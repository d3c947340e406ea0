import { describe, expect, it } from 'vitest';
import { parseJson } from '$lib/shared/parse-json';
import { placeFrom, placeSearch } from './run-place';

describe('the moment in the address', () => {
  it('survives the way there and back', () => {
    const search = placeSearch(12, 'fetch');
    expect(search).toBe('?event=12&node=fetch');
    expect(placeFrom(new URLSearchParams(search))).toEqual({
      event: 12,
      offsetMs: null,
      node: 'fetch',
    });
    expect(placeSearch(null, null)).toBe('');
  });

  it('ignores what is no number', () => {
    expect(placeFrom(new URLSearchParams('?event=-1&t=1e9'))).toMatchObject({
      event: null,
      offsetMs: null,
    });
  });
});

describe('parseJson', () => {
  it('takes an empty text for null and explains what is wrong', () => {
    expect(parseJson('  ')).toEqual({ ok: true, value: null });
    expect(parseJson('{"a":0}')).toEqual({ ok: true, value: { a: 0 } });
    expect(parseJson('{').ok).toBe(false);
  });
});
