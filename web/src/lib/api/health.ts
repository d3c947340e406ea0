// What the server says of itself.
import { ApiError, request, send } from './client';

export async function readMetrics(signal: AbortSignal): Promise<string> {
  const headers = { Accept: 'text/plain' };
  return (await send('GET', '/metrics', { headers, signal })).text();
}

/** Why the server takes no new work; null when it takes some. */
export async function whyNotReady(signal: AbortSignal): Promise<string | null> {
  try {
    await request('GET', '/readyz', { signal });
    return null;
  } catch (cause) {
    if (cause instanceof ApiError && cause.status === 503) return cause.message;
    throw cause;
  }
}
