import { describe, expect, it } from 'vitest';
import { layoutInput, tidyPositions } from './layout';
import { nodeBox, placeAfter, placeOnEdge, step_gap, viewOf } from './placement';
import { at, flow, router, step } from './testing';

describe('tidyPositions', () => {
  it('puts every step below the ones it follows, without overlaps', async () => {
    const document = flow(
      [
        step('a', { position: at(300, 120) }),
        router('r', ['yes', 'no']),
        step('x'),
        step('y'),
        step('z'),
      ],
      ['a>r', 'r.yes>x', 'r.no>y', 'x>z', 'y>z'],
    );
    const positions = await tidyPositions(document);
    const y = (id: string) => positions.get(id)?.y ?? NaN;
    expect(y('a')).toBeLessThan(y('r'));
    expect(y('r')).toBeLessThan(y('x'));
    expect(y('x')).toBe(y('y'));
    expect(y('x')).toBeLessThan(y('z'));
    expect(Math.abs((positions.get('x')?.x ?? 0) - (positions.get('y')?.x ?? 0))).toBeGreaterThan(
      232,
    );
    // The corner of the drawing stays where it was.
    expect(Math.min(...[...positions.values()].map((p) => p.y))).toBe(0);
    expect(Math.min(...[...positions.values()].map((p) => p.x))).toBe(0);
  });

  it('leaves out edges to steps that do not exist', () => {
    const document = { ...flow([step('a')]), edges: [{ id: 'e', source: 'a', target: 'gone' }] };
    expect(layoutInput(document).edges).toEqual([]);
  });

  it('has nothing to do for an empty flow', async () => {
    expect((await tidyPositions(flow([]))).size).toBe(0);
  });
});

describe('placement', () => {
  it('puts a step under its source, and beside one that stands there', () => {
    const document = flow([step('a'), step('b', { position: at(0, 56 + step_gap) })], ['a>b']);
    const first = placeAfter(flow([step('a')]), { source: 'a', sourceHandle: null }, step('n'));
    expect(first).toEqual(at(0, 56 + step_gap));
    const second = placeAfter(document, { source: 'a', sourceHandle: null }, step('n'));
    expect(second.y).toBe(first.y);
    expect(second.x).toBeGreaterThanOrEqual(232);
  });

  it('spreads the branches of a router', () => {
    const document = flow([router('r', ['one', 'two'])]);
    const x = (handle: string) =>
      placeAfter(document, { source: 'r', sourceHandle: handle }, step('n')).x;
    expect(x('one')).toBeLessThan(x('two'));
    expect(x('two') - x('one')).toBeGreaterThan(232);
  });

  it('asks for as much room as an inserted step needs', () => {
    const tight = flow([step('a'), step('b', { position: at(0, 100) })], ['a>b']);
    const { position, shift } = placeOnEdge(tight, { source: 'a', target: 'b' }, step('n'));
    expect(position).toEqual(at(0, 56 + step_gap));
    expect(shift).toBe(56 + step_gap + 56 + step_gap - 100);
    const wide = flow([step('a'), step('b', { position: at(0, 600) })], ['a>b']);
    expect(placeOnEdge(wide, { source: 'a', target: 'b' }, step('n')).shift).toBe(0);
  });

  it('knows the box of a step', () => {
    expect(nodeBox(router('r', ['a', 'b', 'c', 'd']))).toEqual({
      x: 0,
      y: 0,
      width: 360,
      height: 84,
    });
  });

  it('shows a small flow whole and a long one from its top, still readable', () => {
    const size = { width: 800, height: 600 };
    expect(viewOf(undefined, size).zoom).toBe(1);
    const small = viewOf({ x: 0, y: 0, width: 232, height: 200 }, size);
    expect(small).toMatchObject({ zoom: 1, x: 284 });
    const long = viewOf({ x: 0, y: 100, width: 232, height: 5000 }, size);
    expect(long.zoom).toBe(0.6);
    expect(100 * long.zoom + long.y).toBe(32);
  });
});
