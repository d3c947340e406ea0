/** Where the time of an HTTP request went, from the marks of its event. Pure. */

import type { RunEvent } from '$lib/api/types';

export interface RequestFacts {
  readonly url: string | null;
  readonly httpVersion: string | null;
  readonly spans: readonly RequestSpan[];
  readonly totalMs: number;
}

export interface RequestSpan {
  readonly part: 'dns' | 'connect' | 'tls' | 'wait' | 'download';
  readonly fromMs: number;
  readonly ms: number;
}

const marks = [
  ['dns', 'dnsMs'],
  ['connect', 'connectMs'],
  ['tls', 'tlsMs'],
  ['wait', 'firstByteMs'],
  ['download', 'totalMs'],
] as const;

/**
 * The marks count from the start of the request, as curl's do; 0 for what did not happen. Steps that
 * ask a language model have a timing of another kind, without the way to the server.
 */
export function requestFacts(payload: RunEvent['payload']): RequestFacts | null {
  const timing = payload['timing'];
  if (typeof timing !== 'object' || timing === null) return null;
  if (!('dnsMs' in timing) || typeof timing.dnsMs !== 'number') return null;
  const spans: RequestSpan[] = [];
  let fromMs = 0;
  for (const [part, name] of marks) {
    const at = (timing as Record<string, unknown>)[name];
    if (typeof at !== 'number' || at < fromMs) continue;
    if (at > fromMs) spans.push({ part, fromMs, ms: at - fromMs });
    fromMs = at;
  }
  return {
    url: typeof payload['url'] === 'string' ? payload['url'] : null,
    httpVersion: typeof payload['httpVersion'] === 'string' ? payload['httpVersion'] : null,
    spans,
    totalMs: fromMs,
  };
}
