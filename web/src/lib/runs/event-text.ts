// Events in words and shapes. Pure.
import type { FlowNode, RunEvent } from '$lib/api/types';
import type { AnyStatus } from '$lib/ui/status';
import { t } from '$lib/shared/t';
import { itemsText } from './items-text';
import { labelOf } from './timeline';
import type { ItemCounts } from './waits';

const words: Record<RunEvent['eventType'], { verb: string; status: AnyStatus }> = {
  RUN_CREATED: { verb: t('event.created'), status: 'pending' },
  RUN_STARTED: { verb: t('event.started'), status: 'running' },
  RUN_COMPLETED: { verb: t('event.completed'), status: 'completed' },
  RUN_FAILED: { verb: t('event.failed'), status: 'failed' },
  RUN_CANCELLED: { verb: t('event.cancelled'), status: 'cancelled' },
  NODE_SCHEDULED: { verb: t('event.scheduled'), status: 'scheduled' },
  NODE_STARTED: { verb: t('event.started'), status: 'running' },
  NODE_COMPLETED: { verb: t('event.completed'), status: 'completed' },
  NODE_FAILED: { verb: t('event.failed'), status: 'failed' },
  NODE_RETRY_SCHEDULED: { verb: t('event.retry'), status: 'retrying' },
  NODE_SUSPENDED: { verb: t('event.waiting'), status: 'suspended' },
  NODE_RESUMED: { verb: t('event.resumed'), status: 'running' },
  NODE_SKIPPED: { verb: t('event.skipped'), status: 'skipped' },
  NODE_CANCELLED: { verb: t('event.cancelled'), status: 'cancelled' },
  MAP_ITEM_SETTLED: { verb: '', status: 'completed' },
};

export function eventVerb(event: RunEvent): string {
  const { verb } = words[event.eventType];
  const item = itemOf(event);
  if (item !== null) return itemVerb(event, item);
  return (event.attempt ?? 1) > 1
    ? `${verb}, ${t('run.attempt', { n: event.attempt ?? 1 })}`
    : verb;
}

/** Which item of a map it is about. */
function itemOf({ eventType, payload }: RunEvent): number | null {
  const item = payload[eventType === 'MAP_ITEM_SETTLED' ? 'index' : 'item'];
  return typeof item === 'number' ? item : null;
}

function itemVerb(event: RunEvent, item: number): string {
  const { counts } = event.payload;
  // One of many, kept for what it says about all.
  if (counts !== undefined) return itemsText(counts as ItemCounts, true);
  if (event.eventType === 'NODE_RETRY_SCHEDULED') return t('event.itemRetry', { item });
  if (event.eventType === 'NODE_RESUMED') return t('event.itemAgain', { item });
  return t(isRejected(event) ? 'event.itemFailed' : 'event.itemDone', { item });
}

function isRejected({ eventType, payload }: RunEvent): boolean {
  return eventType === 'MAP_ITEM_SETTLED' && payload['status'] === 'rejected';
}

export function eventStatus(event: RunEvent): AnyStatus {
  if (event.eventType === 'MAP_ITEM_SETTLED') return isRejected(event) ? 'failed' : 'completed';
  return words[event.eventType].status;
}

export function isError(event: RunEvent): boolean {
  return (
    event.eventType === 'NODE_FAILED' ||
    event.eventType === 'RUN_FAILED' ||
    event.eventType === 'NODE_RETRY_SCHEDULED' ||
    isRejected(event) ||
    event.payload['error'] !== undefined
  );
}

/** The step's label, or "Run". */
export function eventSubject(event: RunEvent, nodes: readonly FlowNode[]): string {
  if (event.nodeId === null) return t('runs.run');
  const node = nodes.find(({ id }) => id === event.nodeId);
  return node ? labelOf(node) : event.nodeId;
}
