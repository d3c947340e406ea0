// How the list of workflows changes when runs happen. Pure.
import type { FlowSummary, LastRun, RunSummary } from '$lib/api/types';
import { median } from '$lib/shared/format';

const stripLength = 28;

/** The list with a run's new state in its workflow's row; the order never changes. */
export function withRun(flows: readonly FlowSummary[], run: RunSummary): readonly FlowSummary[] {
  return flows.map((flow) => (flow.id === run.flowId ? addRun(flow, run) : flow));
}

function addRun(flow: FlowSummary, run: RunSummary): FlowSummary {
  const last: LastRun = {
    id: run.id,
    status: run.status,
    createdAt: run.createdAt,
    durationMs: run.durationMs,
  };
  const known = flow.recentRuns.some((other) => other.id === run.id);
  if (known) {
    return {
      ...flow,
      lastRun: flow.lastRun?.id === run.id ? last : flow.lastRun,
      recentRuns: flow.recentRuns.map((other) => (other.id === run.id ? last : other)),
    };
  }
  // Ids grow with time, so an unknown smaller id is an old run that has left the strip.
  if (flow.lastRun !== null && run.id < flow.lastRun.id) return flow;
  return {
    ...flow,
    lastRun: last,
    runCount: flow.runCount + 1,
    recentRuns: [last, ...flow.recentRuns].slice(0, stripLength),
  };
}

/** Median duration of the completed runs in the strip. */
export function medianMs(flow: FlowSummary): number | null {
  return median(
    flow.recentRuns
      .filter((run) => run.status === 'completed')
      .flatMap((run) => (run.durationMs === null ? [] : [run.durationMs])),
  );
}
