import { describe, expect, it } from 'vitest';
import { emptyRun, fold } from './fold';
import { motion_running_max, RunState } from './run-state.svelte';
import { event, failedRun } from './testing';

describe('RunState', () => {
  it('gives one cell per node, for ever the same', () => {
    const state = new RunState();
    expect(state.cell('a')).toBe(state.cell('a'));
    expect(state.cell('a')).not.toBe(state.cell('b'));
  });

  it('is idle without a run', () => {
    const state = new RunState();
    const cell = state.cell('fetch');
    expect(cell.idle).toBe(true);
    state.show(fold(failedRun));
    expect(cell.idle).toBe(false);
    state.show(emptyRun);
    expect(cell).toMatchObject({ idle: true, status: 'pending' });
  });

  it('is crowded while more steps are at work than may move', () => {
    const state = new RunState();
    const ids = Array.from({ length: motion_running_max + 1 }, (_, i) => `n${String(i)}`);
    for (const id of ids) state.cell(id);
    const started = ids.map((id, i) => event(i + 1, 'NODE_STARTED', id, { input: null }));
    state.show(fold(started.slice(1)));
    expect(state.crowded).toBe(false);
    state.show(fold(started));
    expect(state.crowded).toBe(true);
    state.show(emptyRun);
    expect(state.crowded).toBe(false);
  });

  it('shows a run in cells made before and after', () => {
    const state = new RunState();
    const before = state.cell('answer');
    state.show(fold(failedRun));
    expect(before).toMatchObject({ status: 'failed', durationMs: 10 });
    expect(state.cell('other').status).toBe('skipped');
  });
});
