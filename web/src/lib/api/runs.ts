// One function per endpoint of the section Runs.
import { request } from './client';
import type {
  ForkOptions,
  ListQuery,
  MapItemList,
  Page,
  ReplayOptions,
  RunDetail,
  RunStart,
  RunSummary,
} from './types';

export function listRuns(options: ListQuery<'listRuns'> = {}, signal?: AbortSignal) {
  return request<Page<RunSummary>>('GET', '/api/runs', {
    query: options,
    ...(signal && { signal }),
  });
}

export function getRun(id: string, signal?: AbortSignal) {
  return request<RunDetail>('GET', `/api/runs/${id}`, { ...(signal && { signal }) });
}

export function replayRun(id: string, options: ReplayOptions = {}) {
  return request<RunStart>('POST', `/api/runs/${id}/replay`, {
    body: options,
    headers: { 'Idempotency-Key': crypto.randomUUID() },
  });
}

export function forkRun(id: string, options: ForkOptions) {
  return request<RunStart>('POST', `/api/runs/${id}/fork`, {
    body: options,
    headers: { 'Idempotency-Key': crypto.randomUUID() },
  });
}

/** Answers a step that waits for a call. ApiError 409 or 410 when it does not wait any more. */
export function resumeNode(id: string, nodeId: string, payload: unknown) {
  return request<undefined>('POST', `/api/runs/${id}/nodes/${nodeId}/resume`, {
    body: { payload },
  });
}

/** [run id, node id] of the map. */
export function listMapItems(
  [id, nodeId]: readonly [string, string],
  options: ListQuery<'listMapItems'>,
  signal?: AbortSignal,
) {
  return request<MapItemList>('GET', `/api/runs/${id}/map/${nodeId}`, {
    query: options,
    ...(signal && { signal }),
  });
}

export function cancelRun(id: string) {
  return request<RunStart>('POST', `/api/runs/${id}/cancel`);
}

export function pinRun(id: string, pinned: boolean) {
  return request<RunSummary>('PUT', `/api/runs/${id}/pin`, { body: { pinned } });
}

export function deleteRun(id: string) {
  return request<undefined>('DELETE', `/api/runs/${id}`);
}
