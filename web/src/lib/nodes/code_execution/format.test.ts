import { describe, expect, it } from 'vitest';
import { formatScript } from './format';

describe('a script that is laid out', () => {
  it('stays the body of a function', async () => {
    const source = 'const {a}=INPUT;if(!a){throw new Error("no a")}\nreturn {a:await f(a)}';
    expect(await formatScript(source)).toEqual({
      ok: true,
      code: [
        'const { a } = INPUT;',
        'if (!a) {',
        "  throw new Error('no a');",
        '}',
        'return { a: await f(a) };',
      ].join('\n'),
    });
  });
  it('keeps its comments and blank lines, and is the same the second time', async () => {
    const first = await formatScript('// why\nlet x=1\n\n\n/* so */ return x');
    expect(first).toEqual({ ok: true, code: '// why\nlet x = 1;\n\n/* so */ return x;' });
    if (first.ok) expect(await formatScript(first.code)).toEqual(first);
  });
  it('is left alone where it does not parse, with the line', async () => {
    expect(await formatScript('let a = 1;\nreturn {')).toMatchObject({ ok: false, line: 2 });
  });
});
