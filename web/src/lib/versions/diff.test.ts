import { describe, expect, it } from 'vitest';
import { flow, router, step } from '$lib/editor/testing';
import { no_limits } from '$lib/editor/limits';
import { nodeOutputs } from '$lib/nodes/outputs';
import { diffFlows, fieldChanges, pathText } from './diff';
import { diffEdges } from './diff-edges';
import { documentText } from './value-text';

const before = flow(
  [
    step('fetch', { type: 'http-request', data: { label: 'Fetch', headers: { Accept: 'a/b' } } }),
    router('route', ['yes', 'no']),
    step('old'),
  ],
  ['fetch>route', 'route.yes>old'],
);

describe('what differs between two states', () => {
  const after = flow(
    [
      step('fetch', { type: 'http-request', data: { label: 'Fetch', headers: { Accept: 'c/d' } } }),
      router('route', ['yes', 'no']),
      step('fresh', { position: { x: 5, y: 5 } }),
    ],
    ['fetch>route', 'route.yes>fresh'],
  );
  const diff = diffFlows(before, after);

  it('names steps and connections that came, went and changed', () => {
    expect(diff.steps.map(({ id, kind }) => [id, kind])).toEqual([
      ['fetch', 'changed'],
      ['fresh', 'added'],
      ['old', 'removed'],
    ]);
    expect(diff.steps[0]?.fields).toEqual([
      { path: ['headers', 'Accept'], before: 'a/b', after: 'c/d' },
    ]);
    expect(diff.edges.map(({ kind, edge }) => [kind, edge.target])).toEqual([
      ['added', 'fresh'],
      ['removed', 'old'],
    ]);
    expect(diff.total).toBe(5);
  });

  it('keeps what is gone on the canvas', () => {
    expect(diff.graph.nodes.map(({ id }) => id)).toEqual(['fetch', 'route', 'fresh', 'old']);
    expect(diff.graph.edges).toHaveLength(3);
    expect(new Set(diff.graph.edges.map(({ id }) => id)).size).toBe(3);
    expect(diff.kinds).toEqual({ fetch: 'changed', fresh: 'added', old: 'removed' });
    expect(Object.values(diff.edgeKinds).sort()).toEqual(['added', 'removed']);
  });

  it('draws a connection that is gone, though its branch is gone as well', () => {
    const fewer = flow([step('fetch'), router('route', ['no']), step('old')], ['fetch>route']);
    const gone = diffFlows(before, fewer);
    const edge = diffEdges(gone).find(({ source }) => source === 'route');
    expect(edge?.class).toBe('removed');
    expect(nodeOutputs(router('route', ['no'])).map(({ handle }) => handle)).toContain(
      edge?.sourceHandle,
    );
    expect(edge?.ariaLabel).toMatch(/Removed$/);
  });

  it('tells limits of a run', () => {
    const limited = { ...before, limits: { timeoutMs: 0, tokens: 500, usd: null } };
    const limits = diffFlows({ ...before, limits: no_limits }, limited);
    expect(limits.fields).toEqual([{ path: ['limits', 'tokens'], after: 500 }]);
    expect(limits.total).toBe(1);
    expect(documentText(limited)).toContain('"tokens": 500');
    expect(documentText({ ...before, limits: no_limits })).not.toContain('limits');
  });

  it('finds connections in time that grows with their number', () => {
    const many = Array.from({ length: 4_000 }, (_, index) => ({
      id: `e${String(index)}`,
      source: `s${String(index)}`,
      target: 'end',
    }));
    let looks = 0;
    const watched = many.map((edge) =>
      Object.defineProperty({ ...edge }, 'source', {
        get: () => ((looks += 1), edge.source),
        enumerable: true,
      }),
    );
    diffFlows({ ...before, edges: many }, { ...before, edges: watched });
    expect(looks).toBeLessThan(10 * many.length);
  });

  it('does not count a step that only stands elsewhere, nor edges with other ids', () => {
    const moved = {
      ...before,
      nodes: before.nodes.map((node) =>
        node.id === 'old' ? { ...node, position: { x: 9, y: 9 } } : node,
      ),
      edges: before.edges.map((edge, index) => ({ ...edge, id: `other-${String(index)}` })),
    };
    const same = diffFlows(before, moved);
    expect(same.total).toBe(0);
    expect(same.kinds).toEqual({ old: 'moved' });
    expect(same.edges).toEqual([]);
  });

  it('tells the name and description of the workflow', () => {
    const renamed = diffFlows(before, { ...before, name: 'Other' });
    expect(renamed.fields).toEqual([{ path: ['name'], before: 'Flow', after: 'Other' }]);
    expect(renamed.total).toBe(1);
  });

  it('shows a type that took the place of another', () => {
    const other = diffFlows(flow([step('a')]), flow([step('a', { type: 'delay' })]));
    expect(other.steps[0]?.fields[0]).toMatchObject({ path: ['type'], after: 'delay' });
  });
});

describe('what differs between two values', () => {
  it('is looked for as deep as both go', () => {
    expect(fieldChanges({ a: { b: 1, c: 2 }, d: [1, 2] }, { a: { b: 1 }, d: [1, 3] })).toEqual([
      { path: ['a', 'c'], before: 2 },
      { path: ['d', '1'], before: 2, after: 3 },
    ]);
    expect(fieldChanges({ a: [1] }, { a: [1, 2] })).toEqual([
      { path: ['a'], before: [1], after: [1, 2] },
    ]);
    expect(fieldChanges({ a: null }, { a: {} })).toEqual([
      { path: ['a'], before: null, after: {} },
    ]);
    expect(fieldChanges({ a: 1, b: 2 }, { b: 2, a: 1 })).toEqual([]);
  });
  it('has a path that one can read', () => {
    expect(pathText(['headers', 'X-Key'])).toBe('headers.X-Key');
    expect(pathText(['conditions', '0', 'label'])).toBe('conditions[0].label');
    expect(pathText(['body', 'a b'])).toBe('body["a b"]');
  });
});
