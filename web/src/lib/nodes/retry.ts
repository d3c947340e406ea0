/** The retries of a step as the server would do them. Pure; defaults as in the contract. */

import type { NodeData } from '$lib/editor/document';
import { number, record, text } from './node-view';

export interface RetryPolicy {
  readonly maxRetries: number;
  readonly backoffMs: number;
  readonly backoffFactor: number;
  readonly maxBackoffMs: number;
}

/** What the document leaves out. */
export const retry_defaults = {
  backoffMs: 1_000,
  backoffFactor: 2,
  maxBackoffMs: 60_000,
  jitter: 0.2,
} as const;

const tried_again = ['GET', 'HEAD', 'PUT', 'DELETE', 'OPTIONS'];

/** What applies when the document says nothing: repeating a POST may do a thing twice. */
export function retriesDefault(type: string, data: NodeData): number {
  if (type === 'llm-chat') return 3;
  if (type === 'http-request') return tried_again.includes(text(data, 'method', 'GET')) ? 3 : 0;
  // The retries of a map are those of an item.
  return type === 'sub-flow' ? (number(data, 'maxRetries') ?? 0) : 0;
}

export function retryPolicy(type: string, data: NodeData): RetryPolicy {
  const retry = record(data, 'retry');
  const or = (key: keyof typeof retry_defaults) => number(retry, key) ?? retry_defaults[key];
  return {
    maxRetries: number(retry, 'maxRetries') ?? retriesDefault(type, data),
    backoffMs: or('backoffMs'),
    backoffFactor: or('backoffFactor'),
    maxBackoffMs: or('maxBackoffMs'),
  };
}

/** When the attempts begin, in milliseconds after the first, if each failed at once. No jitter. */
export function attemptTimes(policy: RetryPolicy, shown: number): number[] {
  const times = [0];
  for (let retry = 0; retry < policy.maxRetries && times.length < shown; retry += 1) {
    const pause = Math.min(policy.backoffMs * policy.backoffFactor ** retry, policy.maxBackoffMs);
    times.push((times.at(-1) ?? 0) + Math.round(pause));
  }
  return times;
}

/** A status, a class of them, or the code of an error: what `retryOn` may hold. */
export function readRetryOn(entry: string): number | string | undefined {
  const trimmed = entry.trim();
  if (/^[1-5]\d\d$/.test(trimmed)) return Number(trimmed);
  if (/^[1-5]xx$/i.test(trimmed)) return trimmed.toLowerCase();
  return /^[a-z][a-z0-9_]{0,63}$/.test(trimmed) ? trimmed : undefined;
}
