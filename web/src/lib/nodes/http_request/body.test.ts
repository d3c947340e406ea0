import { describe, expect, it } from 'vitest';
import { bodyKind, bodyText, parseJsonBody, withKind } from './body';
import { sizeOfBase64 } from './file-content';
import { fromParts, toParts } from './multipart';

describe('the kind of a body', () => {
  it('follows its type, and without one its value', () => {
    expect(bodyKind({ body: null, bodyType: 'form' })).toBe('none');
    expect(bodyKind({ body: 'x' })).toBe('text');
    expect(bodyKind({ body: [1], bodyType: 'auto' })).toBe('json');
    expect(bodyKind({ body: '{{a}}', bodyType: 'json' })).toBe('json');
    expect(bodyKind({ body: {}, bodyType: 'odd' })).toBe('json');
  });
  it('changes with the content, as far as it means anything there', () => {
    expect(withKind({ body: '{"a":1}' }, 'json')).toEqual({ body: { a: 1 }, bodyType: 'json' });
    expect(withKind({ body: 'a b' }, 'json')).toEqual({ body: {}, bodyType: 'json' });
    expect(withKind({ body: 'a b' }, 'form')).toEqual({ body: {}, bodyType: 'form' });
    expect(withKind({ body: '{{x}}' }, 'form')).toEqual({ body: '{{x}}', bodyType: 'form' });
    expect(withKind({ body: { a: 1 } }, 'binary')).toEqual({ body: '', bodyType: 'binary' });
    expect(withKind({}, 'json')).toEqual({ body: {}, bodyType: 'json' });
  });
});

describe('a JSON body', () => {
  it('may be one placeholder, without quotes', () => {
    expect(parseJsonBody(' {{code.list ?? {}}} ')).toEqual({
      ok: true,
      value: '{{code.list ?? {}}}',
    });
    expect(bodyText('{{code.list}}')).toBe('{{code.list}}');
    expect(parseJsonBody('{"a": {{b}}}').ok).toBe(false);
  });
});

describe('parts', () => {
  const body = {
    a: 'x',
    n: 3,
    list: ['1', '2'],
    file: { base64: 'AA==', filename: 'f', contentType: 'image/png' },
    note: { text: 'hi' },
    object: { text: 'hi', other: 1 },
  };
  it('survive being shown', () => {
    const rows = toParts(body, []);
    expect(rows.map(({ name, kind }) => `${name} ${kind}`)).toEqual([
      'a field',
      'n field',
      'list field',
      'list field',
      'file base64',
      'note text',
      'object field',
    ]);
    expect(fromParts(rows)).toEqual(body);
  });
  it('keep unfinished rows that mean the same as the document', () => {
    const draft = [...toParts({ a: 'x' }, []), ...toParts({ '': '' }, [])];
    expect(toParts({ a: 'x' }, draft)).toBe(draft);
  });
});

describe('base64', () => {
  it('has a size when it is some', () => {
    expect([sizeOfBase64('aGVsbG8='), sizeOfBase64('{{a}}')]).toEqual([5, undefined]);
  });
});
