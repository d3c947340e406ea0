import { describe, expect, it } from 'vitest';
import { jsonText, parseJson } from './json-text';
import { fromRows, retyped, toRows, withText } from './rows';

describe('rows', () => {
  it('keep unfinished rows that mean the same as the document', () => {
    const draft = [
      { name: 'a', value: '1' },
      { name: '', value: 'x' },
    ];
    expect(toRows({ a: '1' }, draft)).toBe(draft);
    expect(toRows({ a: '2' }, draft)).toEqual([{ name: 'a', value: '2' }]);
  });
  it('let the last of equal names win', () => {
    expect(
      fromRows([
        { name: 'a', value: '1' },
        { name: 'a', value: '2' },
      ]),
    ).toEqual({ a: '2' });
  });
  it('keep lists and numbers as what they are', () => {
    const [row] = toRows({ ids: [1, 2] }, []);
    expect(row && fromRows([row])).toEqual({ ids: [1, 2] });
    expect(row && fromRows([withText(row, '[1,2,3]')])).toEqual({ ids: [1, 2, 3] });
    expect(row && fromRows([withText(row, '{{a.b}}')])).toEqual({ ids: '{{a.b}}' });
    expect([retyped([1], '[2]'), retyped([1], '[2'), retyped('1', '2')]).toEqual([[2], '[2', '2']);
  });
});

describe('JSON as text', () => {
  it('is laid out, and read back', () => {
    expect(jsonText({ a: 1 })).toBe('{\n  "a": 1\n}');
    expect([jsonText('x'), jsonText(null), jsonText(undefined)]).toEqual(['"x"', 'null', '']);
    expect(parseJson('{"a": "{{b}}"}')).toEqual({ ok: true, value: { a: '{{b}}' } });
  });
  it('is explained while it is not valid yet', () => {
    const parsed = parseJson('{"a": {{b}}}');
    expect(parsed.ok ? '' : parsed.problem).toContain('Put placeholders in quotes');
  });
});
