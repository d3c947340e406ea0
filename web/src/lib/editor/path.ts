/**
 * Paths inside `{{ }}` as the editor needs them: to complete, to look up in sample values and to
 * underline what does not exist. The server evaluates; whatever this cannot read is left alone.
 */

import { count, t } from '$lib/shared/t';
import type { Json } from './document';

export interface PathStep {
  readonly name: string;
  /** Offset of the step (with its dot or bracket) in the text. */
  readonly at: number;
}

export interface ParsedPath {
  readonly root: string;
  readonly steps: readonly PathStep[];
  /** What follows the path: empty, or `?? default`. */
  readonly rest: string;
}

const step_pattern =
  /\s*(?:\.([A-Za-z0-9_$-]+)|\[\s*(\d+)\s*\]|\[\s*"([^"]*)"\s*\]|\[\s*'([^']*)'\s*\])/y;

/** A plain path, or nothing when the text is a longer expression. */
export function parsePath(text: string): ParsedPath | undefined {
  const root = /^\s*(\$?[A-Za-z0-9_-]+)/.exec(text);
  if (!root) return undefined;
  const steps: PathStep[] = [];
  let at = root[0].length;
  for (;;) {
    step_pattern.lastIndex = at;
    const match = step_pattern.exec(text);
    if (!match) break;
    steps.push({ name: match[1] ?? match[2] ?? match[3] ?? match[4] ?? '', at });
    at = step_pattern.lastIndex;
  }
  const rest = text.slice(at).trim();
  if (rest !== '' && !rest.startsWith('??')) return undefined;
  return { root: root[1] ?? '', steps, rest };
}

/** The value behind the steps; `undefined` when a step does not exist. */
export function lookUp(
  value: Json | undefined,
  steps: readonly { name: string }[],
): Json | undefined {
  let current = value;
  for (const { name } of steps) current = member(current, name);
  return current;
}

export function member(value: Json | undefined, name: string): Json | undefined {
  if (typeof value === 'string') return name === 'length' ? value.length : undefined;
  if (typeof value !== 'object' || value === null) return undefined;
  if (isList(value)) return name === 'length' ? value.length : value[Number(name)];
  return Object.hasOwn(value, name) ? value[name] : undefined;
}

export function memberNames(value: Json | undefined): string[] {
  if (typeof value !== 'object' || value === null) return [];
  if (isList(value)) return [...value.keys()].slice(0, 20).map(String).concat('length');
  return Object.keys(value);
}

/** `.name`, `.0` or `["any key"]`: how a step is written. */
export function writeStep(name: string): string {
  return /^[A-Za-z0-9_$-]+$/.test(name) ? `.${name}` : `[${JSON.stringify(name)}]`;
}

/** Type and a short form of a value, for completion lists and previews. */
export function describeValue(value: Json | undefined): string {
  if (value === undefined) return '';
  if (value === null) return 'null';
  if (isList(value)) return t('value.list', { length: value.length });
  if (typeof value === 'object')
    return t('value.object', { fields: count(Object.keys(value).length, 'field') });
  const text = typeof value === 'string' ? JSON.stringify(value) : String(value);
  return text.length > 40 ? `${text.slice(0, 39)}…` : text;
}

/** The candidate that is closest to what was typed, if any is close enough to suggest. */
export function nearest(name: string, candidates: readonly string[]): string | undefined {
  let best: string | undefined;
  let least = Math.max(1, Math.floor(name.length / 2)) + 1;
  for (const candidate of candidates) {
    const distance = editDistance(name.toLowerCase(), candidate.toLowerCase(), least);
    if (distance < least) {
      least = distance;
      best = candidate;
    }
  }
  return best;
}

function editDistance(a: string, b: string, limit: number): number {
  if (Math.abs(a.length - b.length) >= limit) return limit;
  let row = [...Array(b.length + 1).keys()];
  for (let i = 1; i <= a.length; i += 1) {
    const next = [i];
    for (let j = 1; j <= b.length; j += 1) {
      const cost = a[i - 1] === b[j - 1] ? 0 : 1;
      next.push(Math.min((row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1, (row[j - 1] ?? 0) + cost));
    }
    row = next;
  }
  return row[b.length] ?? limit;
}

function isList(value: Json): value is readonly Json[] {
  return Array.isArray(value);
}
