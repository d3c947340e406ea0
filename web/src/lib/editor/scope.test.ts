import { describe, expect, it } from 'vitest';
import type { Json } from './document';
import { lookUp, nearest, parsePath } from './path';
import { placeholdersIn, referencedIds } from './references';
import { checkPaths, completePath, scopeOf } from './scope';
import { flow, step } from './testing';

const document = flow(
  [step('http'), step('code'), step('end'), step('side')],
  ['http>code', 'code>end'],
);
const samples = new Map<string, Json>([
  ['http', { status: 200, body: { items: [{ name: 'x' }], 'odd key': 1 } }],
]);
const roots = scopeOf(document, 'end', { samples, environment: { API_KEY: 'secret' } });

describe('scopeOf', () => {
  it('offers the steps before, the single step before, the input and secrets', () => {
    expect(roots.map((root) => root.name)).toEqual([
      'http',
      'code',
      'previous',
      '$trigger',
      '$env',
      '$run',
      '$flow',
    ]);
  });
  it('offers no "previous" where it would be ambiguous', () => {
    const joined = flow([step('a'), step('b'), step('c')], ['a>c', 'b>c']);
    expect(scopeOf(joined, 'c', { samples }).map((root) => root.name)).not.toContain('previous');
  });
});

describe('completePath', () => {
  it('starts with the roots', () => {
    const { from, options } = completePath(roots, ' ht');
    expect(from).toBe(1);
    expect(options.map((option) => option.label)).toContain('http');
  });
  it('goes on with the fields of the last output', () => {
    const { from, options } = completePath(roots, 'http.body.');
    expect(from).toBe('http.body'.length);
    expect(options.map((option) => option.apply)).toEqual(['.items', '["odd key"]']);
    expect(options[0]?.detail).toBe('list of 1');
  });
  it('knows the members of a list and the names of secrets, never their values', () => {
    expect(completePath(roots, 'http.body.items[').options.map((o) => o.apply)).toEqual([
      '.0',
      '.length',
    ]);
    expect(completePath(roots, '$env.A').options.map((o) => o.label)).toEqual(['.API_KEY']);
  });
  it('offers nothing for a step that has not run', () => {
    expect(completePath(roots, 'code.').options).toEqual([]);
  });
});

describe('checkPaths', () => {
  const messages = (text: string) => checkPaths(roots, text).map((finding) => finding.message);
  it('is content with what exists, with defaults and with expressions', () => {
    expect(
      messages('{{http.body.items[0].name}} {{http.nope ?? 1}} {{a + b}} {{code.any.thing}}'),
    ).toEqual([]);
  });
  it('suggests the nearest step and the nearest field', () => {
    expect(messages('{{htp.status}}')).toEqual([
      'No step before this one has the id "htp". Did you mean "http"?',
    ]);
    expect(messages('{{http.body.itms}}')).toEqual([
      'http.body had no field "itms" in the last run. Did you mean "items"?',
    ]);
  });
  it('refuses steps that are not before this one, and unknown secrets', () => {
    expect(messages('{{side.x}}')[0]).toContain('No step before');
    expect(messages('{{$env.API_KEI}}')[0]).toContain('Did you mean "API_KEY"?');
  });
  it('says where', () => {
    expect(checkPaths(roots, 'ab {{nope}} c')[0]).toMatchObject({ from: 3, to: 11 });
  });
});

describe('paths', () => {
  it('parses every way to write a step', () => {
    expect(parsePath(' a.b[0]["c d"].1 ?? 2')).toMatchObject({
      root: 'a',
      steps: [{ name: 'b' }, { name: '0' }, { name: 'c d' }, { name: '1' }],
      rest: '?? 2',
    });
    expect(parsePath('a.b + 1')).toBeUndefined();
    expect(parsePath('"x"')).toBeUndefined();
  });
  it('looks values up without surprises', () => {
    expect(lookUp({ a: [1, 'xy'] }, [{ name: 'a' }, { name: '1' }, { name: 'length' }])).toBe(2);
    expect(lookUp({ a: 1 }, [{ name: 'toString' }])).toBeUndefined();
  });
  it('suggests only what is near', () => {
    expect(nearest('txt', ['text', 'other'])).toBe('text');
    expect(nearest('zzz', ['text'])).toBeUndefined();
  });
  it('finds placeholders and references', () => {
    expect(placeholdersIn('a {{ x }} {{y')).toEqual([{ from: 2, to: 9, body: 'x', bodyFrom: 5 }]);
    expect(referencedIds({ url: '{{http.x}}', code: 'nodes.code.y + nodes["end"]' })).toEqual([
      'http',
      'code',
      'end',
    ]);
  });
});
