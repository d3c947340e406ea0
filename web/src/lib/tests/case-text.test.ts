import { describe, expect, it } from 'vitest';
import { caseText, freeName, newCase, parseCase, valueLine } from './case-text';

describe('the text of a test', () => {
  it('is what the server gave, laid out, and comes back as it was', () => {
    const test = { name: 'a', input: { n: 1 }, mocks: { fetch: { result: null } } };
    expect(caseText(test)).toContain('\n  "input"');
    expect(parseCase(caseText(test))).toEqual({ ok: true, test });
  });

  it('says what is wrong with it', () => {
    expect(parseCase('{')).toMatchObject({ ok: false });
    expect(parseCase('[]')).toEqual({ ok: false, message: expect.stringContaining('object') });
    expect(parseCase('{"name":""}')).toEqual({
      ok: false,
      message: expect.stringContaining('name'),
    });
    expect(parseCase('{"name":"a"}').ok).toBe(true);
  });

  it('gets a name that is free', () => {
    expect(freeName('a', [])).toBe('a');
    expect(freeName('a', ['a', 'a 2'])).toBe('a 3');
    expect(newCase([]).name).not.toBe(newCase([newCase([]).name]).name);
  });

  it('shows what is not there as nothing', () => {
    expect(valueLine(undefined)).toBe('nothing');
    expect(valueLine(null)).toBe('null');
    expect(valueLine({ a: 1 })).toBe('{"a":1}');
  });
});
