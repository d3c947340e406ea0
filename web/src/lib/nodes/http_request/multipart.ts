/** The parts of a multipart body as rows, and the object that the document stores. Pure. */

import { sameJson } from '$lib/editor/changes';
import type { Json } from '$lib/editor/document';
import { asRecord } from '../node-view';

/** `field`: a value. `base64`, `text`: a file, with its content as one or the other. */
export type PartKind = 'field' | 'base64' | 'text';

export interface PartRow {
  readonly name: string;
  readonly kind: PartKind;
  readonly value: string;
  readonly filename: string;
  readonly contentType: string;
  /** What the text of a field stands for, when the document holds something else than a text. */
  readonly json?: Json;
}

export const empty_part: PartRow = {
  name: '',
  kind: 'field',
  value: '',
  filename: '',
  contentType: '',
};

/** The rows being typed, as long as they still mean what the document holds. */
export function toParts(
  body: Readonly<Record<string, Json>>,
  draft: readonly PartRow[],
): readonly PartRow[] {
  if (sameJson(fromParts(draft), body)) return draft;
  return Object.entries(body).flatMap(([name, value]) =>
    (Array.isArray(value) ? (value as Json[]) : [value]).map((part) => rowOf(name, part)),
  );
}

/** Unnamed rows are not stored; several of one name are a list. */
export function fromParts(rows: readonly PartRow[]): Record<string, Json> {
  const values = new Map<string, Json[]>();
  for (const row of rows) {
    const name = row.name.trim();
    if (name !== '') values.set(name, [...(values.get(name) ?? []), partOf(row)]);
  }
  return Object.fromEntries(
    [...values].map(([name, list]) => [name, list.length === 1 ? (list[0] ?? null) : list]),
  );
}

function rowOf(name: string, part: Json): PartRow {
  const { base64, text, filename, contentType, ...others } = asRecord(part);
  const content = base64 ?? text;
  if (typeof content === 'string' && Object.keys(others).length === 0) {
    return {
      name,
      kind: base64 === undefined ? 'text' : 'base64',
      value: content,
      filename: typeof filename === 'string' ? filename : '',
      contentType: typeof contentType === 'string' ? contentType : '',
    };
  }
  if (typeof part === 'string') return { ...empty_part, name, value: part };
  return { ...empty_part, name, value: JSON.stringify(part), json: part };
}

function partOf(row: PartRow): Json {
  if (row.kind === 'field') {
    // What was typed instead is a text.
    const kept = row.json !== undefined && JSON.stringify(row.json) === row.value;
    return kept ? (row.json ?? null) : row.value;
  }
  return {
    [row.kind]: row.value,
    ...(row.filename === '' ? {} : { filename: row.filename }),
    ...(row.contentType === '' ? {} : { contentType: row.contentType }),
  };
}
