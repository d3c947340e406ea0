import { describe, expect, it } from 'vitest';
import { emptyRun, fold } from './fold';
import { RunState } from './run-state.svelte';
import { failedRun } from './testing';

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

  it('shows a run in cells made before and after', () => {
    const state = new RunState();
    const before = state.cell('answer');
    state.show(fold(failedRun));
    expect(before).toMatchObject({ status: 'failed', durationMs: 10 });
    expect(state.cell('other').status).toBe('skipped');
  });
});
