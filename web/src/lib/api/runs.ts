// One function per endpoint of the section Runs.
import { request } from './client';
import type {
  EventPage,
  Page,
  RunDetail,
  RunFilter,
  RunStart,
  RunStateAt,
  RunSummary,
} from './types';

export interface RunListOptions extends RunFilter {
  cursor?: string | null;
  limit?: number;
}

export function listRuns(options: RunListOptions = {}, signal?: AbortSignal) {
  return request<Page<RunSummary>>('GET', '/api/runs', {
    query: options,
    ...(signal && { signal }),
  });
}

export function getRun(id: string, signal?: AbortSignal) {
  return request<RunDetail>('GET', `/api/runs/${id}`, { ...(signal && { signal }) });
}

export function listRunEvents(id: string, after: number, limit = 1000) {
  return request<EventPage>('GET', `/api/runs/${id}/events`, { query: { after, limit } });
}

export function getRunState(id: string, at: number) {
  return request<RunStateAt>('GET', `/api/runs/${id}/state`, { query: { at } });
}

export interface ReplayOptions {
  input?: unknown;
  version?: 'same' | 'active' | 'draft';
}

export function replayRun(id: string, options: ReplayOptions = {}) {
  return request<RunStart>('POST', `/api/runs/${id}/replay`, {
    body: options,
    headers: { 'Idempotency-Key': crypto.randomUUID() },
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
