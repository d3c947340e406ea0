// How a JSON value is cut into what the viewer shows. Pure.
import { formatSize } from '$lib/shared/format';
import { count } from '$lib/shared/t';

export type JsonKind = 'object' | 'array' | 'string' | 'number' | 'boolean' | 'null';

export const pageOfChildren = 100;
export const textShown = 400;

export function kindOf(value: unknown): JsonKind {
  if (value === null || value === undefined) return 'null';
  if (Array.isArray(value)) return 'array';
  const kind = typeof value;
  return kind === 'string' || kind === 'number' || kind === 'boolean' ? kind : 'object';
}

export function childCount(value: unknown): number {
  if (Array.isArray(value)) return value.length;
  if (typeof value === 'object' && value !== null) return Object.keys(value).length;
  return 0;
}

/** The first `limit` children, without looking at the rest. */
export function children(value: unknown, limit: number): [string, unknown][] {
  if (Array.isArray(value)) {
    return value.slice(0, limit).map((item, index) => [String(index), item as unknown]);
  }
  if (typeof value !== 'object' || value === null) return [];
  const found: [string, unknown][] = [];
  for (const key of Object.keys(value)) {
    if (found.length >= limit) break;
    found.push([key, (value as Record<string, unknown>)[key]]);
  }
  return found;
}

/** "3 items", "2 fields": what a closed branch holds. */
export function summary(value: unknown): string {
  const number = childCount(value);
  if (number === 0) return Array.isArray(value) ? '[]' : '{}';
  return count(number, Array.isArray(value) ? 'item' : 'field');
}

export function scalarText(value: unknown, whole: boolean): string {
  if (typeof value === 'string') {
    return JSON.stringify(whole ? value : value.slice(0, textShown));
  }
  return value === undefined ? 'null' : String(value);
}

export function isCut(value: unknown): value is string {
  return typeof value === 'string' && value.length > textShown;
}

export function textSize(value: string): string {
  return formatSize(value.length);
}
