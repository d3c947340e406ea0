/** The small languages inside a curl command: form parts, form fields, queries. Pure. */

import type { FormPart } from './request';

export type Pair = readonly [string, string];

/** `name=value`, `name=@file` and `name=<file`, each with `;type=` and `;filename=`. */
export function formPart(name: string, rest: string): FormPart {
  const file = /^[@<]/.test(rest);
  const [value = '', ...settings] = rest.split(/;(?=\s*(?:type|filename|headers|encoder)=)/);
  const setting = (key: string) =>
    settings
      .map((entry) => splitOnce(entry.trim(), '='))
      .find(([known]) => known === key)?.[1]
      .replace(/^"(.*)"$/, '$1');
  const filename = setting('filename');
  const contentType = setting('type');
  return {
    name,
    value: (file ? value.slice(1) : value).replace(/^"(.*)"$/, '$1'),
    ...(file ? { file } : {}),
    ...(filename === undefined ? {} : { filename }),
    ...(contentType === undefined ? {} : { contentType }),
  };
}

/** The fields of `a=1&b=2`; none when the text is something else. */
export function formFields(text: string): Pair[] {
  const fields: Pair[] = [];
  for (const piece of text.split(/&(?![^{]*\}\})/)) {
    if (!/^[^\s{}"<>=]+=/.test(piece)) return [];
    const [name, value] = splitOnce(piece, '=').map(decode);
    if (name === undefined || value === undefined) return [];
    fields.push([name, value]);
  }
  return fields;
}

/** The query apart from the URL, when putting it together again gives the same. */
export function splitQuery(source: string): { url: string; query: readonly Pair[] } {
  const whole = source.replace(/#(?![^{]*\}\}).*$/, '');
  // The first `?` that is not part of a placeholder.
  const match = /^((?:\{\{.*?\}\}|[^?])*?)\?(.*)$/.exec(whole);
  const query = match ? formFields(match[2] ?? '') : [];
  return query.length === 0 ? { url: whole, query } : { url: match?.[1] ?? whole, query };
}

export function splitOnce(text: string, separator: string): [string, string] {
  const at = text.indexOf(separator);
  return at < 0 ? [text, ''] : [text.slice(0, at), text.slice(at + separator.length)];
}

/** Percent-encoded, except placeholders. */
export function encode(text: string): string {
  return outsidePlaceholders(text, encodeURIComponent);
}

function decode(text: string): string | undefined {
  try {
    return outsidePlaceholders(text, (piece) => decodeURIComponent(piece.replaceAll('+', ' ')));
  } catch {
    return undefined;
  }
}

function outsidePlaceholders(text: string, change: (piece: string) => string): string {
  const pieces = text.split(/(\{\{[^{}]*\}\})/);
  return pieces.map((piece, index) => (index % 2 === 1 ? piece : change(piece))).join('');
}

export function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

export function fromBase64(text: string): string | undefined {
  try {
    const bytes = Uint8Array.from(atob(text), (char) => char.charCodeAt(0));
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return undefined;
  }
}
