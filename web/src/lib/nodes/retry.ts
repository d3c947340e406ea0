/** The retries of a step as the server would do them. Pure; defaults as in the contract. */

import type { Json, NodeData } from '$lib/editor/document';
import { record, text } from './node-view';

export interface RetryPolicy {
  readonly maxRetries: number;
  readonly backoffMs: number;
  readonly backoffFactor: number;
  readonly maxBackoffMs: number;
  readonly jitter: number;
}

const tried_again = ['GET', 'HEAD', 'PUT', 'DELETE', 'OPTIONS'];

/** What applies when the document says nothing: repeating a POST may do a thing twice. */
export function retriesDefault(type: string, data: NodeData): number {
  if (type === 'llm-chat') return 3;
  if (type === 'http-request') return tried_again.includes(text(data, 'method', 'GET')) ? 3 : 0;
  const own = data['maxRetries'];
  return typeof own === 'number' ? own : 0;
}

export function retryPolicy(type: string, data: NodeData): RetryPolicy {
  const retry = record(data, 'retry');
  const or = (value: Json | undefined, fallback: number) =>
    typeof value === 'number' ? value : fallback;
  return {
    maxRetries: or(retry['maxRetries'], retriesDefault(type, data)),
    backoffMs: or(retry['backoffMs'], 1_000),
    backoffFactor: or(retry['backoffFactor'], 2),
    maxBackoffMs: or(retry['maxBackoffMs'], 60_000),
    jitter: or(retry['jitter'], 0.2),
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
