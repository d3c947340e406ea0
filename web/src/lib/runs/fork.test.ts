import { describe, expect, it } from 'vitest';
import { fold } from './fold';
import { keptSteps, readEdits } from './fork';
import { event, failedRun } from './testing';

const nodes = ['fetch', 'route', 'answer', 'other'].map((id) => ({
  id,
  type: 'code-execution',
  position: { x: 0, y: 0 },
  data: { label: id.toUpperCase() },
}));

describe('a fork', () => {
  it('keeps what had completed by the moment', () => {
    const kept = (at: number) => keptSteps(fold(failedRun, at), nodes).map(({ nodeId }) => nodeId);
    expect(kept(3)).toEqual([]);
    expect(kept(4)).toEqual(['fetch']);
    expect(kept(10)).toEqual(['fetch', 'route']);
  });

  it('keeps a failure that a branch took over', () => {
    const failed = (absorbed: boolean) =>
      fold([event(1, 'NODE_FAILED', 'fetch', { error: { code: 'x', message: 'y' }, absorbed })]);
    expect(keptSteps(failed(true), nodes)).toHaveLength(1);
    expect(keptSteps(failed(false), nodes)).toEqual([]);
  });

  it('sends the results that were edited, and says which is no JSON', () => {
    expect(readEdits({ a: '{"x": 1}', b: 'null' })).toEqual({
      ok: true,
      value: { a: { x: 1 }, b: null },
    });
    expect(readEdits({ a: '1', b: '{' })).toEqual({ ok: false, nodeId: 'b' });
  });
});
