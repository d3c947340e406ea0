import { describe, expect, it } from 'vitest';
import { outlineRows } from './outline';
import { flow, router, step } from './testing';

function drawn(document: Parameters<typeof outlineRows>[0]): string[] {
  return outlineRows(document).map(
    (row) =>
      `${'  '.repeat(row.level - 1)}${row.kind === 'branch' ? `[${row.label}]` : row.nodeId}`,
  );
}

describe('outlineRows', () => {
  it('keeps a chain on one level', () => {
    expect(drawn(flow([step('c'), step('a'), step('b')], ['a>b', 'b>c']))).toEqual(['a', 'b', 'c']);
  });

  it('shows branches as groups and the join after them', () => {
    const document = flow(
      [step('a'), router('r', ['yes', 'no']), step('x'), step('y'), step('end')],
      ['a>r', 'r.yes>x', 'x>y', 'r.no>end', 'y>end'],
    );
    expect(drawn(document)).toEqual([
      'a',
      'r',
      '  [yes]',
      '    x',
      '    y',
      '  [no]',
      '  [default]',
      'end',
    ]);
    expect(outlineRows(document).find((row) => row.label === 'no')?.next).toEqual(['END']);
  });

  it('shows parallel steps one level deeper', () => {
    expect(
      drawn(flow([step('a'), step('b'), step('c'), step('d')], ['a>b', 'a>c', 'b>d', 'c>d'])),
    ).toEqual(['a', '  b', '  c', 'd']);
  });

  it('lists every step once, loops and loose ends included', () => {
    const loop = flow([step('a'), step('b'), step('c')], ['a>b', 'b>a']);
    expect(
      drawn(loop)
        .map((line) => line.trim())
        .sort(),
    ).toEqual(['a', 'b', 'c']);
  });

  it('handles a chain of two thousand steps', () => {
    const ids = Array.from({ length: 2000 }, (_, index) => `n${String(index)}`);
    const document = {
      nodes: ids.map((id) => step(id)),
      edges: ids
        .slice(1)
        .map((id, index) => ({ id: `e${id}`, source: ids[index] ?? '', target: id })),
    };
    expect(outlineRows(document)).toHaveLength(2000);
  });
});
