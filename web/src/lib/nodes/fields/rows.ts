/** Rows of name and value as people type them, and the object that the document stores. */

import type { Json } from '$lib/editor/document';
import { sameJson } from '$lib/editor/changes';

export interface Row {
  readonly name: string;
  readonly value: string;
  /** What the text stands for, when the document holds something else than a text. */
  readonly json?: Json;
}

/** The rows being typed, as long as they still mean what the document holds. */
export function toRows(
  value: Readonly<Record<string, Json>>,
  draft: readonly Row[],
): readonly Row[] {
  if (sameJson(fromRows(draft), value)) return draft;
  return Object.entries(value).map(([name, entry]) =>
    typeof entry === 'string'
      ? { name, value: entry }
      : { name, value: JSON.stringify(entry), json: entry },
  );
}

/** Unnamed rows are not stored; of rows with the same name the last wins. */
export function fromRows(rows: readonly Row[]): Record<string, Json> {
  const named = rows.filter((row) => row.name.trim() !== '');
  return Object.fromEntries(named.map((row) => [row.name.trim(), meaning(row)]));
}

/** A row that held a number, a list … keeps its kind while its text is still JSON. */
export function withText(row: Row, value: string): Row {
  const json = row.json === undefined ? undefined : jsonOf(value);
  return json === undefined ? { name: row.name, value } : { name: row.name, value, json };
}

/** The same for a value without a row. */
export function retyped(before: Json | undefined, text: string): Json {
  const json = before === undefined || typeof before === 'string' ? undefined : jsonOf(text);
  return json === undefined ? text : json;
}

function jsonOf(text: string): Json | undefined {
  try {
    return JSON.parse(text) as Json;
  } catch {
    return undefined;
  }
}

function meaning(row: Row): Json {
  return row.json === undefined ? row.value : row.json;
}
