import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import type { RunDetail, RunEvent } from '$lib/api/types';
import { applyEvents, emptyRun, fold, stepOf } from './fold';
import { event, failedRun } from './testing';

describe('fold', () => {
  it('gives the state after every event, as time travel shows it', () => {
    expect(fold(failedRun, 3).status).toBe('running');
    expect(stepOf(fold(failedRun, 3), 'fetch').status).toBe('running');
    expect(stepOf(fold(failedRun, 4), 'fetch')).toMatchObject({
      status: 'completed',
      result: { status: 200 },
      input: { url: 'x' },
      durationMs: 10,
      outputs: [''],
    });
    expect(stepOf(fold(failedRun, 4), 'route').status).toBe('pending');
  });

  it('ends failed with the error of the step', () => {
    const view = fold(failedRun);
    expect(view).toMatchObject({ status: 'failed', lastEventId: 10, input: { n: 1 } });
    expect(view.error?.nodeId).toBe('answer');
    expect(stepOf(view, 'answer').error?.message).toBe('x is not defined');
    expect(stepOf(view, 'other').status).toBe('skipped');
  });

  it('gives the same state in one go, event by event, and with repeated events', () => {
    let live = emptyRun;
    for (const each of failedRun) live = applyEvents(live, [each]);
    expect(live).toEqual(fold(failedRun));
    expect(applyEvents(live, failedRun)).toEqual(live);
  });

  it('does not change a view that was handed out', () => {
    const before = fold(failedRun, 3);
    applyEvents(before, failedRun);
    expect(stepOf(before, 'fetch').status).toBe('running');
  });

  it('keeps false, 0 and "" as results', () => {
    for (const result of [false, 0, '']) {
      const view = fold([event(1, 'NODE_COMPLETED', 'a', { result, durationMs: 0 })]);
      expect(stepOf(view, 'a').result).toBe(result);
    }
  });

  it('marks an absorbed failure and takes the branch error', () => {
    const error = { code: 'timeout', message: 'late' };
    const view = fold([event(1, 'NODE_FAILED', 'a', { error, durationMs: 1, absorbed: true })]);
    expect(stepOf(view, 'a')).toMatchObject({
      absorbed: true,
      outputs: ['error'],
      result: { error },
    });
  });

  it('keeps the first start over retries and counts attempts', () => {
    const view = fold([
      event(1, 'NODE_STARTED', 'a', { input: 1 }),
      event(2, 'NODE_RETRY_SCHEDULED', 'a', { error: { code: 'timeout', message: 'late' } }),
      { ...event(3, 'NODE_STARTED', 'a', { input: 1 }), attempt: 2 },
    ]);
    expect(stepOf(view, 'a')).toMatchObject({
      status: 'running',
      attempts: 2,
      startedAt: event(1, 'NODE_STARTED').createdAt,
    });
  });

  it('takes as duration what the events say, with every retry, and keeps the work apart', () => {
    const view = fold([
      event(1, 'NODE_STARTED', 'a', {}, 100),
      event(2, 'NODE_RETRY_SCHEDULED', 'a', {}, 120),
      event(3, 'NODE_STARTED', 'a', {}, 1_120),
      event(4, 'NODE_COMPLETED', 'a', { durationMs: 7 }, 1_130),
      event(5, 'NODE_STARTED', 'b', {}, 200),
      event(6, 'NODE_CANCELLED', 'b', {}, 260),
    ]);
    expect(stepOf(view, 'a')).toMatchObject({ durationMs: 1_030, workMs: 7 });
    expect(stepOf(view, 'b')).toMatchObject({ durationMs: 60, workMs: null });
  });

  it('ends cancelled with the reason', () => {
    const view = fold([event(1, 'RUN_CREATED'), event(2, 'RUN_CANCELLED', null, { reason: 'No' })]);
    expect(view).toMatchObject({ status: 'cancelled', cancelReason: 'No' });
  });
});

// Recorded by the server's engine: its replay and this fold must agree on every event.
interface GoldenRun {
  nodeIds: string[];
  events: RunEvent[];
  expected: {
    status: RunDetail['run']['status'];
    output: unknown;
    error: unknown;
    nodeResults: Record<string, Partial<RunDetail['nodeResults'][string]>>;
  };
}

const folder = path.resolve(import.meta.dirname, '../../../../tests/golden/runs');
const files = readdirSync(folder).filter((name) => name.endsWith('.json'));

describe('fold on the golden runs of the engine', () => {
  it.each(files)('%s ends as the engine says', (name) => {
    const golden = JSON.parse(readFileSync(path.join(folder, name), 'utf8')) as GoldenRun;
    const view = fold(golden.events);
    const nodeResults = Object.fromEntries(
      golden.nodeIds.map((id) => {
        const { status, attempts, result, error } = stepOf(view, id);
        return [
          id,
          { status, attempts, ...(result !== null && { result }), ...(error && { error }) },
        ];
      }),
    );
    const { status, output, error } = view;
    expect({ status, output, error, nodeResults }).toEqual(golden.expected);
  });
});
