// One function per endpoint of the section History.
import { apiPath, request } from './client';
import type { AuditEntry, BulkJob, BulkRequest, ListQuery, Page, Query } from './types';

export type BulkAction = BulkJob['action'];

/** How many runs it would be done to. */
export async function countBulk(
  action: BulkAction,
  selection: BulkRequest,
  signal?: AbortSignal,
): Promise<number> {
  const { matched } = await request<{ matched: number }>('POST', `/api/runs/bulk-${action}`, {
    body: { ...selection, dryRun: true },
    ...(signal && { signal }),
  });
  return matched;
}

/** Answers at once; the job goes on at the server. The same key gives the same job. */
export function startBulk(action: BulkAction, selection: BulkRequest, key: string) {
  return request<BulkJob>('POST', `/api/runs/bulk-${action}`, {
    query: { wait: 0 },
    body: selection,
    headers: { 'Idempotency-Key': key },
  });
}

export function getBulkJob(id: string, signal?: AbortSignal) {
  return request<BulkJob>('GET', `/api/bulk-jobs/${id}`, { ...(signal && { signal }) });
}

export function stopBulkJob(id: string) {
  return request<BulkJob>('POST', `/api/bulk-jobs/${id}/stop`);
}

export type AuditFilter = Omit<Query<'listAudit'>, 'cursor' | 'limit'>;

export function listAudit(options: ListQuery<'listAudit'>, signal?: AbortSignal) {
  return request<Page<AuditEntry>>('GET', '/api/audit', {
    query: options,
    ...(signal && { signal }),
  });
}

/** Addresses of files that the browser saves. */
export function auditFile(format: 'jsonl' | 'csv', filter: AuditFilter): string {
  return apiPath('/api/audit/export', { ...filter, format });
}
export function runFile(id: string): string {
  return apiPath(`/api/runs/${id}/export`);
}
