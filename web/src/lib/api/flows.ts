// One function per endpoint of the section Flows.
import { request } from './client';
import type {
  Flow,
  FlowCreate,
  FlowSave,
  FlowSummary,
  Graph,
  ImportResult,
  ListQuery,
  NodeTest,
  Page,
  RunStart,
  SavedFlow,
  ValidateAnswer,
  Version,
} from './types';

export function listFlows(options: ListQuery<'listFlows'> = {}, signal?: AbortSignal) {
  return request<Page<FlowSummary>>('GET', '/api/flows', {
    query: options,
    ...(signal && { signal }),
  });
}

export function getFlow(id: string, signal?: AbortSignal) {
  return request<Flow>('GET', `/api/flows/${id}`, { ...(signal && { signal }) });
}

export function createFlow(flow: FlowCreate) {
  return request<SavedFlow>('POST', '/api/flows', { body: flow });
}

/** For changes of a draft of which `revision` was read. ApiError 412 when it is stale. */
const madeOn = (revision: number) => ({ 'If-Match': `"${revision}"` });

export function saveFlow(id: string, revision: number, changes: FlowSave) {
  return request<SavedFlow>('PUT', `/api/flows/${id}`, {
    body: changes,
    headers: madeOn(revision),
  });
}

export function deleteFlow(id: string, force = false) {
  return request<undefined>('DELETE', `/api/flows/${id}`, { query: force ? { force } : {} });
}

/** Of a dry run nothing is made, and the ids are null. */
export function importFlows(
  file: unknown,
  options: { dryRun?: boolean; publish?: boolean; drafts?: boolean } = {},
) {
  return request<ImportResult>('POST', '/api/flows/import', { query: options, body: file });
}

/** `flowId` is the workflow of which it is a draft. */
export function validateFlow(
  document: { name?: string; graph: Graph },
  flowId: string,
  signal?: AbortSignal,
) {
  return request<ValidateAnswer>('POST', '/api/flows/validate', {
    query: { flowId },
    body: document,
    ...(signal && { signal }),
  });
}

export function publishFlow(id: string, revision: number, changeSummary: string) {
  return request<Version>('POST', `/api/flows/${id}/publish`, {
    body: { changeSummary },
    headers: madeOn(revision),
  });
}

export function listVersions(
  id: string,
  options: ListQuery<'listVersions'> = {},
  signal?: AbortSignal,
) {
  return request<Page<Version>>('GET', `/api/flows/${id}/versions`, {
    query: options,
    ...(signal && { signal }),
  });
}

export function getVersion(id: string, number: number) {
  return request<Version>('GET', `/api/flows/${id}/versions/${number}`);
}

export function rollbackFlow(id: string, revision: number, version: number) {
  return request<Flow>('POST', `/api/flows/${id}/rollback`, {
    body: { version },
    headers: madeOn(revision),
  });
}

export function restoreVersion(id: string, revision: number, version: number) {
  return request<SavedFlow>('POST', `/api/flows/${id}/restore`, {
    body: { version },
    headers: madeOn(revision),
  });
}

/** `version` left out: the active version, else the draft. */
export function startRun(
  id: string,
  start: { input?: unknown; version?: 'draft' | 'active' | number } = {},
) {
  return request<RunStart>('POST', `/api/flows/${id}/runs`, {
    body: start,
    headers: { 'Idempotency-Key': crypto.randomUUID() },
  });
}

/** Carries out one step of the draft; without `inputs` with pinned and last results. */
export function testNode(
  id: string,
  nodeId: string,
  given: { inputs?: Record<string, unknown>; trigger?: unknown },
) {
  return request<NodeTest>('POST', `/api/flows/${id}/nodes/${nodeId}/test`, { body: given });
}
