/** What a curl command would send, and what could not be taken over. */

import { count, t } from '$lib/shared/t';
import type { Pair } from './pieces';

export interface FormPart {
  readonly name: string;
  readonly value: string;
  /** The value is a file on the author's machine, which this server cannot read. */
  readonly file?: boolean;
  readonly filename?: string;
  readonly contentType?: string;
}

export type CurlBody =
  | { readonly kind: 'none' }
  | { readonly kind: 'json'; readonly text: string }
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'form'; readonly fields: readonly Pair[] }
  | { readonly kind: 'multipart'; readonly parts: readonly FormPart[] };

export type CurlAuth =
  | { readonly kind: 'basic'; readonly user: string; readonly password: string }
  | { readonly kind: 'bearer'; readonly token: string };

export interface CurlRequest {
  readonly method: string;
  /** Without its query, unless that cannot be told apart into names and values. */
  readonly url: string;
  readonly query: readonly Pair[];
  readonly headers: readonly Pair[];
  readonly auth: CurlAuth | undefined;
  readonly body: CurlBody;
  readonly timeoutMs: number | undefined;
  readonly followRedirects: boolean;
  readonly retries: number | undefined;
  /** `-k`: the server's certificate is not checked. */
  readonly insecure: boolean;
  /** What is left out or needs a hand, as sentences. */
  readonly notes: readonly string[];
}

/** "POST api.example.com/orders · JSON · 2 headers": what an import would bring. */
export function describeRequest(request: CurlRequest): string {
  const { method, url, headers, query, body, auth } = request;
  return [
    `${method} ${url}`,
    query.length > 0 ? count(query.length, 'parameter') : '',
    headers.length > 0 ? count(headers.length, 'header') : '',
    body.kind === 'none' ? '' : t(`curl.body.${body.kind}`),
    auth ? t(`curl.auth.${auth.kind}`) : '',
  ]
    .filter((part) => part !== '')
    .join(' · ');
}
