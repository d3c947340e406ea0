// What a suspended step waits for, and how far a map is, as its events say. Pure.
import type { RunEvent } from '$lib/api/types';

export interface Wait {
  readonly kind: 'timer' | 'webhook' | 'child' | 'map';
  readonly since: string;
  /** When a timer fires, a webhook expires, a child or map has to be done. */
  readonly until: string | null;
}

export interface ItemCounts {
  readonly total: number;
  readonly concurrency: number;
  readonly succeeded: number;
  readonly failed: number;
  /** Items that wait for another attempt. */
  readonly retrying: number;
}

type Payload = RunEvent['payload'];

export function waitOf({ payload, createdAt }: RunEvent): Wait {
  return {
    kind: payload['waitsFor'] as Wait['kind'],
    since: createdAt,
    until: textOf(payload['until']) ?? textOf(payload['deadline']),
  };
}

export function itemsAtBegin(payload: Payload): ItemCounts {
  return {
    total: numberOf(payload['total']),
    concurrency: numberOf(payload['concurrency']),
    succeeded: 0,
    failed: 0,
    retrying: 0,
  };
}

/** One more item is settled; or, in a shortened list of events, as many as it says. */
export function settledItem(step: Counting, payload: Payload): ItemCounts | null {
  if (step.items === null) return null;
  const counts = payload['counts'];
  if (counts !== undefined) return counts as ItemCounts;
  const { succeeded, failed } = step.items;
  return payload['status'] === 'fulfilled'
    ? { ...step.items, succeeded: succeeded + 1 }
    : { ...step.items, failed: failed + 1 };
}

export function retriedItem(step: Counting, by: 1 | -1): ItemCounts | null {
  return step.items && { ...step.items, retrying: Math.max(0, step.items.retrying + by) };
}

export function settledOf(items: ItemCounts): number {
  return items.succeeded + items.failed;
}

/** Items are started as others settle, so how many run follows from the counts. */
export function runningOf(items: ItemCounts): number {
  const settled = settledOf(items);
  const started = Math.min(items.total, settled + items.concurrency);
  return Math.max(0, started - settled - items.retrying);
}

export function textOf(value: unknown): string | null {
  return typeof value === 'string' ? value : null;
}

interface Counting {
  readonly items: ItemCounts | null;
}

function numberOf(value: unknown): number {
  return typeof value === 'number' ? value : 0;
}
