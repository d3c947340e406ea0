// The filters of a run list: URL <-> filter <-> query of the API. Pure.
import type { RunFilter, RunStatus, RunSummary, Trigger } from '$lib/api/types';

export type TimeRange = '' | '1h' | '24h' | '7d' | '30d';

export interface ListFilter {
  status: readonly RunStatus[];
  trigger: readonly Trigger[];
  flowId: string;
  range: TimeRange;
  pinned: boolean;
  /** Without the runs that other runs started. */
  topLevel: boolean;
  search: string;
}

export const noFilter: ListFilter = {
  status: [],
  trigger: [],
  flowId: '',
  range: '',
  pinned: false,
  topLevel: false,
  search: '',
};

export const runStatuses: readonly RunStatus[] = [
  'pending',
  'running',
  'suspended',
  'completed',
  'failed',
  'cancelled',
];
export const triggers: readonly Trigger[] = [
  'manual',
  'webhook',
  'cron',
  'subflow',
  'map',
  'replay',
  'mcp',
];
const hour = 3_600_000;
const rangeMs: Record<Exclude<TimeRange, ''>, number> = {
  '1h': hour,
  '24h': 24 * hour,
  '7d': 7 * 24 * hour,
  '30d': 30 * 24 * hour,
};

/** Unknown words in the address are ignored. */
export function fromSearch(params: URLSearchParams): ListFilter {
  const list = (name: string) => (params.get(name) ?? '').split(',');
  const range = params.get('range') ?? '';
  return {
    status: runStatuses.filter((status) => list('status').includes(status)),
    trigger: triggers.filter((trigger) => list('trigger').includes(trigger)),
    flowId: params.get('flowId') ?? '',
    range: range in rangeMs ? (range as TimeRange) : '',
    pinned: params.get('pinned') === 'true',
    topLevel: params.get('topLevel') === 'true',
    search: params.get('q') ?? '',
  };
}

/** "?status=failed&range=24h", or "" without filters. */
export function toSearch(filter: ListFilter): string {
  const params = new URLSearchParams();
  if (filter.status.length > 0) params.set('status', filter.status.join(','));
  if (filter.trigger.length > 0) params.set('trigger', filter.trigger.join(','));
  if (filter.flowId !== '') params.set('flowId', filter.flowId);
  if (filter.range !== '') params.set('range', filter.range);
  if (filter.pinned) params.set('pinned', 'true');
  if (filter.topLevel) params.set('topLevel', 'true');
  if (filter.search !== '') params.set('q', filter.search);
  const text = params.toString();
  return text === '' ? '' : `?${text}`;
}

export function isFiltered(filter: ListFilter): boolean {
  return toSearch(filter) !== '';
}

export function toQuery(filter: ListFilter, now: number): RunFilter {
  return {
    ...(filter.status.length > 0 && { status: [...filter.status] }),
    ...(filter.trigger.length > 0 && { trigger: [...filter.trigger] }),
    ...(filter.flowId !== '' && { flowId: filter.flowId }),
    ...(filter.range !== '' && { from: new Date(now - rangeMs[filter.range]).toISOString() }),
    ...(filter.pinned && { pinned: true }),
    ...(filter.topLevel && { topLevel: true }),
    ...(filter.search !== '' && { search: filter.search }),
  };
}

/** Would the server list this run? (Time ranges end now, so a new run is always inside.) */
export function matches(run: RunSummary, filter: ListFilter): boolean {
  const wanted = filter.search.toLowerCase();
  const texts = [run.flowName, run.error?.message ?? ''];
  return (
    (filter.status.length === 0 || filter.status.includes(run.status)) &&
    (filter.trigger.length === 0 || filter.trigger.includes(run.trigger)) &&
    (filter.flowId === '' || filter.flowId === run.flowId) &&
    (!filter.pinned || run.pinned) &&
    (!filter.topLevel || run.parentRunId === null) &&
    (wanted === '' ||
      run.id.startsWith(wanted) ||
      run.id.endsWith(wanted) ||
      texts.some((text) => text.toLowerCase().includes(wanted)))
  );
}
