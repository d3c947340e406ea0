// One function per endpoint about the tests of workflows.
import { request } from './client';
import type { BacktestReport, FlowTest, FlowTestReport, FlowTests } from './types';

export type VersionUnderTest = 'draft' | 'active' | number;

export function getFlowTests(flowId: string, signal?: AbortSignal) {
  return request<FlowTests>('GET', `/api/flows/${flowId}/tests`, { ...(signal && { signal }) });
}

/** `revision` is the one that was read. ApiError 412 when it is stale. */
export function saveFlowTests(flowId: string, revision: number, tests: readonly FlowTest[]) {
  return request<FlowTests>('PUT', `/api/flows/${flowId}/tests`, {
    body: { tests },
    headers: { 'If-Match': `"${revision}"` },
  });
}

/** A test that is made of a run; nothing is saved. */
export function makeFlowTest(flowId: string, runId: string) {
  return request<FlowTest>('GET', `/api/flows/${flowId}/tests/from-run/${runId}`);
}

export function runFlowTests(
  flowId: string,
  asked: { tests: readonly FlowTest[]; version?: VersionUnderTest },
  signal?: AbortSignal,
) {
  return request<FlowTestReport>('POST', `/api/flows/${flowId}/tests/run`, {
    body: asked,
    ...(signal && { signal }),
  });
}

export function backtestFlow(
  flowId: string,
  asked: { runs: number; version?: VersionUnderTest },
  signal?: AbortSignal,
) {
  return request<BacktestReport>('POST', `/api/flows/${flowId}/backtest`, {
    body: asked,
    ...(signal && { signal }),
  });
}
