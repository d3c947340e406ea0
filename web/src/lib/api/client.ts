// The one place that talks to the server: base path, JSON, problem+json -> ApiError, sign-in.
// Components and feature code call the functions in flows.ts, runs.ts …, never fetch.
import { t } from '$lib/shared/t';
import { resolve } from '$app/paths';
import type { Problem, ValidationProblem } from './types';

/** What the server (or the way to it) refused, in words that can be shown. */
export class ApiError extends Error {
  override readonly name = 'ApiError';
  readonly status: number;
  readonly code: string;
  readonly type: string | null;
  readonly requestId: string | null;
  readonly problems: ValidationProblem[];
  readonly retryAfterSeconds: number | null;

  constructor(status: number, problem: Partial<Problem>, retryAfterSeconds: number | null = null) {
    super(problem.detail ?? problem.title ?? t('api.status', { status }));
    this.status = status;
    this.code = problem.code ?? 'unknown';
    this.type = problem.type ?? null;
    this.requestId = problem.requestId ?? null;
    this.problems = problem.errors ?? [];
    this.retryAfterSeconds = retryAfterSeconds;
  }

  get isOffline(): boolean {
    return this.status === 0;
  }
}

export type QueryValue = string | number | boolean | readonly string[] | null | undefined;

export interface RequestOptions {
  query?: object;
  body?: unknown;
  headers?: Record<string, string>;
  signal?: AbortSignal;
}

type Listener = (error: ApiError) => void;
const unauthorizedListeners = new Set<Listener>();
const reachListeners = new Set<(reachable: boolean) => void>();

/** Called after a 401 of any request but the sign-in ones. Returns the function that stops it. */
export function onUnauthorized(listener: Listener): () => void {
  unauthorizedListeners.add(listener);
  return () => unauthorizedListeners.delete(listener);
}

/** Called after every request: did the server answer at all? */
export function onReach(listener: (reachable: boolean) => void): () => void {
  reachListeners.add(listener);
  return () => reachListeners.delete(listener);
}

/** The absolute path below the base the page was served from: apiPath('/api/flows'). */
export function apiPath(path: `/${string}`, query: object = {}): string {
  const search = queryString(query as Record<string, QueryValue>);
  return resolve('/').replace(/\/$/, '') + path + (search === '' ? '' : `?${search}`);
}

export function queryString(query: Record<string, QueryValue>): string {
  const search = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) {
    if (value === null || value === undefined || value === '') continue;
    if (Array.isArray(value) && value.length === 0) continue;
    search.set(name, Array.isArray(value) ? value.join(',') : String(value));
  }
  return search.toString();
}

export async function request<T>(
  method: string,
  path: `/${string}`,
  options: RequestOptions = {},
): Promise<T> {
  const response = await send(method, path, options);
  if (response.status === 204) return undefined as T;
  return (await response.json()) as T;
}

/** As request(), but gives the raw answer (streams). Throws ApiError when it is not 2xx. */
export async function send(
  method: string,
  path: `/${string}`,
  options: RequestOptions = {},
): Promise<Response> {
  const headers: Record<string, string> = { Accept: 'application/json', ...options.headers };
  const init: RequestInit = { method, headers, credentials: 'same-origin' };
  if (options.body !== undefined) {
    headers['Content-Type'] = 'application/json';
    init.body = JSON.stringify(options.body);
  }
  if (options.signal) init.signal = options.signal;

  const response = await reach(apiPath(path, options.query), init);
  if (response.ok) return response;

  const error = await toApiError(response);
  if (error.status === 401 && !path.startsWith('/api/auth/')) {
    for (const listener of unauthorizedListeners) listener(error);
  }
  throw error;
}

async function reach(url: string, init: RequestInit): Promise<Response> {
  try {
    const response = await fetch(url, init);
    for (const listener of reachListeners) listener(true);
    return response;
  } catch (cause) {
    if (init.signal?.aborted) throw cause;
    for (const listener of reachListeners) listener(false);
    throw new ApiError(0, {
      code: 'offline',
      detail: t('api.unreachable'),
    });
  }
}

export async function toApiError(response: Response): Promise<ApiError> {
  const requestId = response.headers.get('X-Request-Id');
  const retryAfter = Number.parseInt(response.headers.get('Retry-After') ?? '', 10);
  let problem: Partial<Problem> = {};
  try {
    const body: unknown = await response.json();
    if (typeof body === 'object' && body !== null) problem = body as Partial<Problem>;
  } catch {
    problem = { title: t('api.status', { status: response.status }), code: 'unknown' };
  }
  if (problem.requestId === undefined && requestId !== null) problem.requestId = requestId;
  return new ApiError(response.status, problem, Number.isNaN(retryAfter) ? null : retryAfter);
}

/** Any thrown value as an ApiError, so that one component can show them all. */
export function asApiError(error: unknown): ApiError {
  if (error instanceof ApiError) return error;
  const detail = error instanceof Error ? error.message : String(error);
  return new ApiError(-1, { code: 'client', title: t('api.pageFailed'), detail });
}

export function isAbort(error: unknown): boolean {
  return error instanceof DOMException && error.name === 'AbortError';
}
