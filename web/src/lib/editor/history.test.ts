import { describe, expect, it } from 'vitest';
import { addNode, configureNode, deleteElements, moveNodes, type Change } from './edits';
import {
  coalesce_ms,
  empty_history,
  history_steps_max,
  record,
  redo,
  undo,
  type History,
} from './history';
import { at, flow, step } from './testing';
import type { FlowDocument } from './document';

function apply(
  state: { history: History; document: FlowDocument },
  change: Change,
  now = 0,
): { history: History; document: FlowDocument } {
  return {
    history: record(state.history, { before: state.document, change, now }),
    document: change.document,
  };
}

const start = { history: empty_history, document: flow([step('a')]) };

describe('history', () => {
  it('undoes and redoes every step with its label', () => {
    const added = apply(
      start,
      addNode(start.document, { type: 'router', label: 'Router', data: {}, position: at(0, 0) }),
    );
    const removed = apply(added, deleteElements(added.document, { nodeIds: ['a'] }));
    const first = undo(removed.history);
    expect(first?.step.label).toBe('delete A');
    expect(first?.document).toBe(added.document);
    const second = first && undo(first.history);
    expect(second?.document).toBe(start.document);
    const again = second && redo(second.history);
    expect(again?.document).toBe(added.document);
    expect(again?.step.label).toBe('add Router');
  });

  it('has nothing to undo or redo at the ends', () => {
    expect(undo(empty_history)).toBeUndefined();
    expect(redo(empty_history)).toBeUndefined();
  });

  it('makes one step of typing that pauses for less than the limit', () => {
    let state = start;
    for (const [text, now] of [
      ['h', 0],
      ['ht', 200],
      ['htt', 1600],
    ] as const) {
      state = apply(state, configureNode(state.document, 'a', { url: text }), now);
    }
    expect(state.history.past).toHaveLength(1);
    expect(undo(state.history)?.document).toBe(start.document);
    state = apply(state, configureNode(state.document, 'a', { url: 'https' }), 1600 + coalesce_ms);
    expect(state.history.past).toHaveLength(2);
  });

  it('does not join edits of different fields or different steps', () => {
    let state = apply(start, configureNode(start.document, 'a', { url: 'x' }), 0);
    state = apply(state, configureNode(state.document, 'a', { method: 'PUT' }), 10);
    state = apply(state, moveNodes(state.document, new Map([['a', at(5, 5)]])), 20);
    expect(state.history.past).toHaveLength(3);
  });

  it('does not join new edits to a step that was undone', () => {
    const one = apply(start, configureNode(start.document, 'a', { url: 'x' }), 0);
    const two = apply(one, moveNodes(one.document, new Map([['a', at(9, 9)]])), 1);
    const back = undo(two.history);
    if (!back) throw new Error('nothing undone');
    const edited = apply(back, configureNode(back.document, 'a', { url: 'xy' }), 2);
    expect(edited.history.past).toHaveLength(2);
    expect(edited.history.future).toEqual([]);
  });

  it('forgets the oldest step beyond its limit and records no empty change', () => {
    let state = start;
    for (let index = 1; index <= history_steps_max + 5; index += 1) {
      state = apply(
        state,
        moveNodes(state.document, new Map([['a', at(index, 0)]])),
        index * 10_000,
      );
    }
    expect(state.history.past).toHaveLength(history_steps_max);
    const same = apply(state, moveNodes(state.document, new Map()));
    expect(same.history).toBe(state.history);
  });
});
