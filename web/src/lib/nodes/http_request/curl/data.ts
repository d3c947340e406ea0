/** What an HTTP step holds for a request that was read from a curl command. Pure. */

import type { Json } from '$lib/editor/document';
import type { DataPatch } from '../../node-view';
import type { Pair } from './pieces';
import type { CurlAuth, CurlRequest, FormPart } from './request';

/** Everything the command decides: what it does not say is taken out. */
export function dataOf(request: CurlRequest): DataPatch {
  return {
    method: request.method,
    url: request.url,
    query: record(request.query),
    headers: record(request.headers),
    auth: authOf(request.auth),
    ...bodyOf(request),
    followRedirects: request.followRedirects ? undefined : false,
    tls: request.insecure ? { verify: false } : undefined,
    pagination: undefined,
    ...(request.timeoutMs === undefined ? {} : { timeoutMs: request.timeoutMs }),
    ...(request.retries === undefined ? {} : { retry: { maxRetries: request.retries } }),
  };
}

function authOf(auth: CurlAuth | undefined): Json | undefined {
  if (auth === undefined) return undefined;
  return auth.kind === 'bearer'
    ? { type: 'bearer', token: auth.token }
    : { type: 'basic', username: auth.user, password: auth.password };
}

function bodyOf({ body }: CurlRequest): DataPatch {
  switch (body.kind) {
    case 'none':
      return { body: undefined, bodyType: undefined };
    case 'json':
      return { body: JSON.parse(body.text) as Json, bodyType: 'json' };
    case 'text':
      return { body: body.text, bodyType: 'text' };
    case 'form':
      return { body: record(body.fields) ?? {}, bodyType: 'form' };
    case 'multipart':
      return { body: parts(body.parts), bodyType: 'multipart' };
  }
}

/** A name that comes several times holds the list of its values. */
function record(pairs: readonly Pair[]): Record<string, Json> | undefined {
  if (pairs.length === 0) return undefined;
  return grouped(pairs);
}

function parts(list: readonly FormPart[]): Record<string, Json> {
  return grouped(list.map((part): [string, Json] => [part.name, partOf(part)]));
}

function partOf({ value, file, filename, contentType }: FormPart): Json {
  if (file !== true && contentType === undefined && filename === undefined) return value;
  const named = filename ?? (file === true ? value.replace(/^.*[\\/]/, '') : undefined);
  return {
    ...(file === true ? { base64: '' } : { text: value }),
    ...(named === undefined ? {} : { filename: named }),
    ...(contentType === undefined ? {} : { contentType }),
  };
}

function grouped(pairs: readonly (readonly [string, Json])[]): Record<string, Json> {
  const values = new Map<string, Json[]>();
  for (const [name, value] of pairs) values.set(name, [...(values.get(name) ?? []), value]);
  return Object.fromEntries(
    [...values].map(([name, list]) => [name, list.length === 1 ? (list[0] ?? null) : list]),
  );
}
