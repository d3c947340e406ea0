/** Rows of name and value as people type them, and the object that the document stores. */

import type { Json } from '$lib/editor/document';
import { sameJson } from '$lib/editor/changes';

export interface Row {
  readonly name: string;
  readonly value: string;
}

/** The rows being typed, as long as they still mean what the document holds. */
export function toRows(
  value: Readonly<Record<string, Json>>,
  draft: readonly Row[],
): readonly Row[] {
  if (sameJson(fromRows(draft), normal(value))) return draft;
  return Object.entries(value).map(([name, entry]) => ({ name, value: asText(entry) }));
}

/** Unnamed rows are not stored; of rows with the same name the last wins. */
export function fromRows(rows: readonly Row[]): Record<string, Json> {
  return Object.fromEntries(
    rows.filter((row) => row.name.trim() !== '').map((row) => [row.name.trim(), row.value]),
  );
}

function normal(value: Readonly<Record<string, Json>>): Record<string, Json> {
  return Object.fromEntries(Object.entries(value).map(([name, entry]) => [name, asText(entry)]));
}

function asText(value: Json): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}
