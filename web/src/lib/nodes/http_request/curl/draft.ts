/** The request that curl's options describe, one option after the other. Pure. */

import { t } from '$lib/shared/t';
import type { CurlOption } from './options';
import {
  encode,
  formFields,
  formPart,
  fromBase64,
  isJson,
  splitOnce,
  splitQuery,
  type Pair,
} from './pieces';
import type { CurlAuth, CurlBody, CurlRequest, FormPart } from './request';

/** What has been read so far. */
export class Draft {
  url = '';
  readonly notes: string[] = [];
  #method = '';
  #headers: [string, string][] = [];
  readonly #without = new Set<string>();
  #data: string[] = [];
  /** Data in a file, which this server cannot read: the body stays empty. */
  #from_file = false;
  #urlencoded = true;
  #json = false;
  #get = false;
  #head = false;
  #parts: FormPart[] = [];
  #query: Pair[] = [];
  #auth: CurlAuth | undefined;
  #timeoutMs: number | undefined;
  #followRedirects = true;
  #retries: number | undefined;
  #insecure = false;

  take({ name, value }: CurlOption): void {
    const reader = this.#readers[name];
    if (reader) reader(value);
    else if (unsupported.has(name)) this.notes.push(t('curl.leftOut', { option: `--${name}` }));
  }

  readonly #readers: Readonly<Record<string, (value: string) => void>> = {
    positional: (value) => this.#takeUrl(value),
    url: (value) => this.#takeUrl(value),
    request: (value) => (this.#method = value.toUpperCase()),
    header: (value) => this.#takeHeader(value),
    'user-agent': (value) => this.#setHeader('User-Agent', value),
    referer: (value) => this.#setHeader('Referer', value.replace(/;auto$/, '')),
    cookie: (value) => this.#takeCookie(value),
    user: (value) => this.#takeUser(value),
    'oauth2-bearer': (value) => (this.#auth = { kind: 'bearer', token: value }),
    data: (value) => this.#takeData(value, 'text'),
    'data-ascii': (value) => this.#takeData(value, 'text'),
    'data-binary': (value) => this.#takeData(value, 'binary'),
    'data-raw': (value) => this.#data.push(value),
    'data-urlencode': (value) => this.#takeUrlencoded(value),
    json: (value) => this.#takeJson(value),
    form: (value) => this.#takePart(value, false),
    'form-string': (value) => this.#takePart(value, true),
    'url-query': (value) => this.#query.push(splitOnce(value.replace(/^\+/, ''), '=')),
    get: () => (this.#get = true),
    head: () => (this.#head = true),
    insecure: () => (this.#insecure = true),
    'max-time': (value) => (this.#timeoutMs = positive(Number(value) * 1000)),
    'max-redirs': (value) => (this.#followRedirects = value.trim() !== '0'),
    retry: (value) => (this.#retries = positive(Number(value))),
    'upload-file': (value) => {
      if (this.#method === '') this.#method = 'PUT';
      this.notes.push(t('curl.file', { file: value }));
    },
  };

  request(): CurlRequest {
    const { url, query } = splitQuery(this.url);
    const in_query = this.#get ? this.#data.flatMap(formFields) : [];
    const body = this.#get ? ({ kind: 'none' } as const) : this.#body();
    return {
      method: this.#methodOf(body),
      url,
      query: [...query, ...this.#query, ...in_query],
      headers: this.#headersFor(body),
      auth: this.#auth,
      body,
      timeoutMs: this.#timeoutMs,
      followRedirects: this.#followRedirects,
      retries: this.#retries,
      insecure: this.#insecure,
      notes: this.notes,
    };
  }

  #methodOf(body: CurlBody): string {
    const implied = this.#head ? 'HEAD' : body.kind === 'none' ? 'GET' : 'POST';
    if (this.#method === '') return implied;
    if (methods.has(this.#method)) return this.#method;
    this.notes.push(t('curl.method', { method: this.#method }));
    return implied;
  }

  #takeUrl(value: string): void {
    if (this.url !== '') {
      this.notes.push(t('curl.otherUrl', { url: value }));
      return;
    }
    const absolute = /^([a-z][a-z0-9+.-]*:\/\/|\{\{)/i.test(value);
    this.url = absolute ? value : `http://${value}`;
  }

  #takeHeader(line: string): void {
    if (line.startsWith('@')) {
      this.notes.push(t('curl.file', { file: line.slice(1) }));
      return;
    }
    const [name, value] = splitOnce(line, ':');
    const text = value.trim();
    if (line.includes(':') && text === '') this.#without.add(name.trim().toLowerCase());
    else if (!line.includes(':')) this.#addHeader(name.trim().replace(/;$/, ''), '');
    else if (!this.#takeAuthorization(name.trim(), text)) this.#addHeader(name.trim(), text);
  }

  /** A header that means the same as an option becomes what the option would. */
  #takeAuthorization(name: string, value: string): boolean {
    if (name.toLowerCase() !== 'authorization') return false;
    const [scheme, rest] = splitOnce(value, ' ');
    if (scheme.toLowerCase() === 'bearer' && rest.trim() !== '') {
      this.#auth = { kind: 'bearer', token: rest.trim() };
      return true;
    }
    const decoded = scheme.toLowerCase() === 'basic' ? fromBase64(rest.trim()) : undefined;
    if (decoded === undefined || !decoded.includes(':')) return false;
    const [user, password] = splitOnce(decoded, ':');
    this.#auth = { kind: 'basic', user, password };
    return true;
  }

  /** `-H` twice sends the header twice: both values stand in one line, as HTTP allows. */
  #addHeader(name: string, value: string): void {
    const same = this.#headers.find(([known]) => known.toLowerCase() === name.toLowerCase());
    if (!same) this.#headers.push([name, value]);
    else same[1] += `${name.toLowerCase() === 'cookie' ? '; ' : ', '}${value}`;
  }

  #setHeader(name: string, value: string): void {
    this.#headers = this.#headers.filter(([known]) => known.toLowerCase() !== name.toLowerCase());
    if (value !== '') this.#headers.push([name, value]);
  }

  #takeCookie(value: string): void {
    if (value.includes('=')) this.#addHeader('Cookie', value);
    else this.notes.push(t('curl.file', { file: value }));
  }

  #takeUser(value: string): void {
    const [user, password] = splitOnce(value, ':');
    this.#auth = { kind: 'basic', user, password };
    if (!value.includes(':')) this.notes.push(t('curl.noPassword'));
  }

  #takeData(value: string, kind: 'text' | 'binary'): void {
    if (value.startsWith('@')) return this.#dataFile(value.slice(1));
    if (kind === 'binary') this.#urlencoded = this.#urlencoded && /^[^\s{["<]*=/.test(value);
    this.#data.push(value);
  }

  #takeUrlencoded(value: string): void {
    const file = /^([^=@]*)@(.*)$/.exec(value);
    if (file) return this.#dataFile(file[2] ?? '');
    const [name, content] = value.includes('=') ? splitOnce(value, '=') : ['', value];
    const encoded = encode(content);
    this.#data.push(name === '' ? encoded : `${name}=${encoded}`);
  }

  #takeJson(value: string): void {
    this.#json = true;
    if (value.startsWith('@')) this.#dataFile(value.slice(1));
    else this.#data.push(value);
  }

  #dataFile(file: string): void {
    this.#from_file = true;
    this.notes.push(t('curl.file', { file }));
  }

  #takePart(value: string, literal: boolean): void {
    const [name, rest] = splitOnce(value, '=');
    const part = literal ? { name, value: rest } : formPart(name, rest);
    if (part.file) this.notes.push(t('curl.file', { file: part.value }));
    this.#parts.push(part);
  }

  #body(): CurlBody {
    if (this.#parts.length > 0) return { kind: 'multipart', parts: this.#parts };
    if (this.#data.length === 0)
      return this.#from_file ? { kind: 'text', text: '' } : { kind: 'none' };
    const type = this.#headerValue('content-type').toLowerCase();
    // curl glues what `--json` is given together; the other kinds are joined as a form's fields are.
    const text = this.#data.join(this.#json ? '' : '&');
    const as_json = this.#json || /[/+]json\b/.test(type);
    if (as_json) return isJson(text) ? { kind: 'json', text } : { kind: 'text', text };
    const form = type === '' || type.startsWith('application/x-www-form-urlencoded');
    const fields = form && this.#urlencoded ? formFields(text) : [];
    return fields.length > 0 ? { kind: 'form', fields } : { kind: 'text', text };
  }

  #headerValue(name: string): string {
    return this.#headers.find(([known]) => known.toLowerCase() === name)?.[1] ?? '';
  }

  /** With what curl adds by itself, and without what follows from the kind of the body. */
  #headersFor(body: CurlBody): Pair[] {
    const given = (name: string) => this.#headerValue(name) !== '' || this.#without.has(name);
    const headers = this.#headers.map(([name, value]): Pair => [name, value]);
    if (this.#json && !given('accept')) headers.push(['Accept', 'application/json']);
    if (body.kind === 'text' && !given('content-type'))
      headers.push(['Content-Type', this.#json ? json_type : form_type]);
    return headers.filter(([name, value]) => !follows(body, name.toLowerCase(), value));
  }
}

const json_type = 'application/json';
const form_type = 'application/x-www-form-urlencoded';
const methods = new Set(['GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'HEAD', 'OPTIONS']);
const unsupported = new Set([
  ...['config', 'cert', 'key', 'cacert', 'capath', 'pinnedpubkey', 'digest', 'ntlm', 'negotiate'],
  ...[
    'aws-sigv4',
    'resolve',
    'proxy',
    'connect-to',
    'unix-socket',
    'netrc',
    'netrc-file',
    'proxy-user',
    'proxy-header',
    'preproxy',
    'socks4',
    'socks4a',
    'socks5',
    'socks5-hostname',
  ],
  'range',
  'request-target',
]);

/** Set by the client for a body of this kind, or by the connection itself. */
function follows(body: CurlBody, name: string, value: string): boolean {
  if (name === 'content-length' || name === 'host' || name === 'connection') return true;
  // The server decompresses whatever its own client has asked for.
  if (name === 'accept-encoding') return true;
  if (name !== 'content-type') return false;
  const type = value.toLowerCase().trim();
  if (body.kind === 'json') return /^application\/json(;\s*charset=utf-8)?$/.test(type);
  if (body.kind === 'form') return type.startsWith(form_type);
  return body.kind === 'multipart' && type.startsWith('multipart/form-data');
}

function positive(number: number): number | undefined {
  return Number.isFinite(number) && number > 0 ? Math.round(number) : undefined;
}
