import { describe, expect, it } from 'vitest';
import { charactersMax, ExpositionError, parseExposition, samplesMax } from './exposition';

const lines = (...each: string[]) => each.map((line) => `${line}\n`).join('');

describe('what is read', () => {
  it('names, labels and numbers, in any order, with comments between', () => {
    const scrape = parseExposition(
      lines(
        '# HELP a_total Things',
        '# TYPE a_total counter',
        'a_total{kind="x",status="ok"} 3',
        'a_total{status="failed",kind="x",} 4 1796079700',
        '',
        '  b 1.5e3',
        'c{ k = "v" } -.5',
        '# EOF',
      ),
    );
    expect(scrape.sum('a_total')).toBe(7);
    expect(scrape.sum('a_total', { status: 'failed' })).toBe(4);
    expect(scrape.sum('b')).toBe(1_500);
    expect(scrape.sum('c', { k: 'v' })).toBe(-0.5);
    expect(scrape.sum('nobody')).toBeNull();
    expect(scrape.all('a_total', { kind: 'y' })).toEqual([]);
  });

  it('labels with quotes, braces, line ends and names of JavaScript', () => {
    const scrape = parseExposition(
      lines('a{x="he said \\"}, y=\\" \\\\ \\n # 7",__proto__="p"} 1', 'constructor 2'),
    );
    expect(scrape.all('a')[0]?.labels.get('x')).toBe('he said "}, y=" \\ \n # 7');
    expect(scrape.sum('a', { ['__proto__']: 'p' })).toBe(1);
    expect(scrape.sum('constructor')).toBe(2);
    expect(scrape.sum('toString')).toBeNull();
  });

  it('the example of an OpenMetrics bucket is not its value', () => {
    expect(
      parseExposition(lines('a_bucket{le="1.0"} 8 # {trace_id="7"} 0.5')).sum('a_bucket'),
    ).toBe(8);
  });

  it('numbers that cannot be shown', () => {
    const scrape = parseExposition(lines('a NaN', 'b +Inf', 'c -Inf', 'd 1e999', 'e{x="1"} 2'));
    expect(['a', 'b', 'c', 'd', 'e'].map((name) => scrape.sum(name))).toEqual([
      null,
      null,
      null,
      null,
      2,
    ]);
    expect(scrape.all('a')[0]?.value).toBeNaN();
    expect(scrape.all('b')[0]?.value).toBe(Infinity);
    expect(scrape.all('c')[0]?.value).toBe(-Infinity);
  });

  it('nothing', () => {
    expect(parseExposition('').sum('a')).toBeNull();
  });
});

describe('what is refused, with its line', () => {
  const refusal = (text: string) => {
    try {
      parseExposition(text);
    } catch (error) {
      if (error instanceof ExpositionError) return [error.line, error.message];
      throw error;
    }
    return null;
  };
  it.each([
    ['a 1\nb 2', 2, 'cut off'],
    ['a 1\na 2\n', 2, 'twice'],
    ['a{x="1",y="2"} 1\na{y="2",x="1"} 1\n', 2, 'twice'],
    ['# EOF\na 1\n', 2, 'follows the end'],
    ['<html>\n', 1, 'no name'],
    ['a\n', 1, 'no name'],
    ['a-b 1\n', 1, 'no name'],
    ['a{x="1" 1\n', 1, 'labels'],
    ['a{x="1",x="2"} 1\n', 1, 'labels'],
    ['a{x=1} 1\n', 1, 'labels'],
    ['a{x="1"y="2"} 1\n', 1, 'labels'],
    ['a{x="1\n', 1, 'labels'],
    ['a{,} 1\n', 1, 'labels'],
    ['a{x="1"}\n', 1, 'no number'],
    ['a 0x10\n', 1, 'no number'],
    ['a 1,5\n', 1, 'no number'],
    ['a 1 2 3\n', 1, 'no number'],
    ['a 1 soon\n', 1, 'no number'],
  ])('%j', (text, line, why) => {
    expect(refusal(text)).toEqual([line, expect.stringContaining(why)]);
  });

  it('more than this page reads', () => {
    expect(refusal('#'.repeat(charactersMax + 1))?.[1]).toContain('more than');
    const many = Array.from({ length: samplesMax + 1 }, (_, place) => `a{n="${place}"} 1`);
    expect(refusal(lines(...many))).toEqual([samplesMax + 1, expect.stringContaining('more than')]);
    expect(parseExposition(lines(...many.slice(1))).sum('a')).toBe(samplesMax);
  });

  it('one enormous label and one enormous number are read or refused, never hung on', () => {
    const long = 'x'.repeat(1_000_000);
    expect(parseExposition(`a{x="${long}"} 1\n`).sum('a', { x: long })).toBe(1);
    expect(parseExposition(`a ${'9'.repeat(1_000_000)}\n`).sum('a')).toBeNull();
    expect(refusal(`a{x="${'\\\\'.repeat(500_000)}\n`)?.[1]).toContain('labels');
  });
});
