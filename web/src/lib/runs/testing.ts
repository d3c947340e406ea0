// Events for tests, written short: event(3, 'NODE_COMPLETED', 'fetch', { result: 1 }).
import type { RunEvent, RunSummary } from '$lib/api/types';

const start = Date.parse('2026-11-24T10:00:00.000Z');

type EventDetails = [nodeId?: string | null, payload?: Record<string, unknown>, atMs?: number];

export function event(
  id: number,
  eventType: RunEvent['eventType'],
  ...[nodeId = null, payload = {}, atMs = id * 10]: EventDetails
): RunEvent {
  return {
    id,
    runId: '01930000-0000-7000-8000-000000000001',
    nodeId,
    eventType,
    attempt: nodeId === null ? null : 1,
    payload,
    createdAt: new Date(start + atMs).toISOString(),
  };
}

/** fetch completes, route chooses "yes", the step behind "no" is skipped, answer fails. */
export const failedRun: readonly RunEvent[] = [
  event(1, 'RUN_CREATED', null, { trigger: 'manual', input: { n: 1 } }),
  event(2, 'RUN_STARTED'),
  event(3, 'NODE_STARTED', 'fetch', { input: { url: 'x' } }),
  event(4, 'NODE_COMPLETED', 'fetch', { result: { status: 200 }, durationMs: 10 }),
  event(5, 'NODE_STARTED', 'route', { input: 200 }),
  event(6, 'NODE_COMPLETED', 'route', { result: {}, durationMs: 1, outputs: ['yes'] }),
  event(7, 'NODE_SKIPPED', 'other'),
  event(8, 'NODE_STARTED', 'answer', { input: {} }),
  event(9, 'NODE_FAILED', 'answer', {
    error: { code: 'script_error', message: 'x is not defined', nodeId: 'answer' },
    durationMs: 5,
    absorbed: false,
  }),
  event(10, 'RUN_FAILED', null, {
    error: { code: 'script_error', message: 'x is not defined', nodeId: 'answer' },
  }),
];

export function summary(id: string, changes: Partial<RunSummary> = {}): RunSummary {
  return {
    id,
    flowId: 'flow',
    flowName: 'Ticket triage',
    version: 1,
    status: 'completed',
    trigger: 'manual',
    createdAt: '2026-11-24T10:00:00.000Z',
    startedAt: '2026-11-24T10:00:00.001Z',
    completedAt: '2026-11-24T10:00:01.000Z',
    durationMs: 999,
    error: null,
    current: null,
    pinned: false,
    parentRunId: null,
    callingNodeId: null,
    depth: 0,
    replayOf: null,
    ...changes,
  };
}
