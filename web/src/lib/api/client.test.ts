import { afterEach, describe, expect, it, vi } from 'vitest';
import { ApiError, onUnauthorized, queryString, request } from './client';

function answer(status: number, body: unknown, headers: Record<string, string> = {}) {
  const text = typeof body === 'string' ? body : JSON.stringify(body);
  const fetched = vi
    .fn()
    .mockResolvedValue(new Response(status === 204 ? null : text, { status, headers }));
  vi.stubGlobal('fetch', fetched);
  return fetched;
}

async function failure(): Promise<ApiError> {
  try {
    await request('GET', '/api/flows');
  } catch (error) {
    if (error instanceof ApiError) return error;
  }
  throw new Error('expected an ApiError');
}

afterEach(() => vi.unstubAllGlobals());

describe('request', () => {
  it('sends JSON and gives JSON', async () => {
    const fetched = answer(200, { ok: true });
    await expect(request('POST', '/api/run', { body: { a: 1 } })).resolves.toEqual({ ok: true });
    expect(fetched.mock.calls[0]?.[1]).toMatchObject({
      method: 'POST',
      body: '{"a":1}',
      headers: { 'Content-Type': 'application/json' },
    });
  });

  it('gives nothing for 204', async () => {
    answer(204, '');
    await expect(request('DELETE', '/api/runs/x')).resolves.toBeUndefined();
  });

  it('turns a problem document into an ApiError', async () => {
    const errors = [{ severity: 'error', pointer: '/graph', code: 'cycle', detail: 'A loop.' }];
    answer(
      422,
      {
        type: 't',
        title: 'Not valid',
        status: 422,
        code: 'invalid_document',
        detail: 'Why',
        errors,
      },
      { 'X-Request-Id': 'r-1' },
    );
    const error = await failure();
    expect(error).toMatchObject({ status: 422, code: 'invalid_document', message: 'Why' });
    expect(error.requestId).toBe('r-1');
    expect(error.problems).toEqual(errors);
  });

  it('survives an answer that is no JSON and reads Retry-After', async () => {
    answer(503, '<html>busy</html>', { 'Retry-After': '3' });
    expect(await failure()).toMatchObject({ status: 503, code: 'unknown', retryAfterSeconds: 3 });
  });

  it('says that the server cannot be reached', async () => {
    vi.stubGlobal('fetch', vi.fn().mockRejectedValue(new TypeError('failed to fetch')));
    const error = await failure();
    expect(error.isOffline).toBe(true);
    expect(error.message).toContain('cannot be reached');
  });

  it('tells the listeners of a 401, but not for the sign-in itself', async () => {
    const heard = vi.fn();
    const stop = onUnauthorized(heard);
    answer(401, { code: 'unauthorized' });
    await failure();
    await expect(request('POST', '/api/auth/login')).rejects.toBeInstanceOf(ApiError);
    expect(heard).toHaveBeenCalledTimes(1);
    stop();
  });
});

describe('queryString', () => {
  it('joins lists with commas and leaves out what is empty', () => {
    const query = {
      status: ['failed', 'cancelled'],
      trigger: [],
      search: '',
      cursor: null,
      limit: 5,
    };
    expect(queryString(query)).toBe('status=failed%2Ccancelled&limit=5');
  });
});
