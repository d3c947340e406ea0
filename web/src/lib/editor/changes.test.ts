import { describe, expect, it } from 'vitest';
import { compareGraphs, describeChanges, sameJson } from './changes';
import { addNode, configureNode, deleteElements, moveNodes } from './edits';
import { saveText } from './save-status';
import { findInFlow } from './search';
import { at, flow, step } from './testing';

const before = flow(
  [step('a'), step('b', { data: { label: 'B', headers: { Accept: 'text/csv' } } })],
  ['a>b'],
);

describe('compareGraphs', () => {
  it('counts what a run would notice', () => {
    const added = addNode(before, {
      type: 'router',
      label: 'Router',
      data: {},
      position: at(0, 0),
    });
    const edited = configureNode(added.document, 'a', { code: 'return 1' });
    const removed = deleteElements(edited.document, { nodeIds: ['b'] });
    const changes = compareGraphs(before, removed.document);
    expect(changes).toMatchObject({
      added: ['Router'],
      removed: ['B'],
      edited: ['A'],
      edges: 1,
      total: 4,
    });
    expect(describeChanges(changes)).toBe('Add Router, remove B, change A');
  });
  it('does not count a move', () => {
    const moved = moveNodes(before, new Map([['a', at(5, 5)]])).document;
    const changes = compareGraphs(before, moved);
    expect(changes.total).toBe(0);
    expect(describeChanges(changes)).toBe('Rearrange steps');
    expect(describeChanges(compareGraphs(before, before))).toBe('');
  });
  it('compares JSON whatever the order of its members', () => {
    expect(sameJson({ a: [1, { b: 2 }], c: null }, { c: null, a: [1, { b: 2 }] })).toBe(true);
    expect(sameJson({ a: 1 }, { a: 1, b: undefined })).toBe(false);
    expect(sameJson([], {})).toBe(false);
  });
});

describe('findInFlow', () => {
  it('searches names, ids, parameters and their names', () => {
    expect(findInFlow(before, 'csv')).toEqual([
      { nodeId: 'b', where: 'headers.Accept', snippet: 'text/csv' },
    ]);
    expect(findInFlow(before, 'accept').map((match) => match.where)).toEqual(['headers']);
    expect(findInFlow(before, 'A').map((match) => match.nodeId)).toContain('a');
    expect(findInFlow(before, '  ')).toEqual([]);
  });
});

describe('saveText', () => {
  it('tells the truth', () => {
    expect(saveText({ kind: 'saved', at: 0 }, 4000)).toBe('Saved 4 s ago');
    expect(saveText({ kind: 'saved', at: 0 }, 125_000)).toBe('Saved 2 m ago');
    expect(saveText({ kind: 'saving' }, 0)).toBe('Saving');
    expect(saveText({ kind: 'offline' }, 0)).toBe('Not saved: offline');
    expect(saveText({ kind: 'failed', reason: 'too large' }, 0)).toBe('Not saved: too large');
  });
});
