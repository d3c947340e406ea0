/** What values of JavaScript can do, for completion: not everything, but what people reach for. */

import type { Json } from '$lib/editor/document';

const of_text = [
  ...['includes', 'startsWith', 'endsWith', 'slice', 'split', 'replace', 'replaceAll', 'trim'],
  ...['toLowerCase', 'toUpperCase', 'indexOf', 'match', 'padStart'],
];
const of_list = [
  ...['map', 'filter', 'find', 'some', 'every', 'includes', 'reduce', 'slice', 'join', 'concat'],
  ...['flatMap', 'indexOf', 'sort', 'reverse', 'at', 'forEach'],
];
const of_number = ['toFixed', 'toString'];

export function methodNames(value: Json | undefined): readonly string[] {
  if (typeof value === 'string') return of_text;
  if (typeof value === 'number') return of_number;
  return Array.isArray(value) ? of_list : [];
}

export interface GlobalName {
  readonly name: string;
  readonly members: readonly string[];
}

/** What the sandbox has beside the language itself; see docs/code.md. */
export const sandbox_globals: readonly GlobalName[] = [
  { name: 'JSON', members: ['parse', 'stringify'] },
  {
    name: 'Math',
    members: ['abs', 'ceil', 'floor', 'max', 'min', 'pow', 'random', 'round', 'sqrt', 'trunc'],
  },
  { name: 'Object', members: ['entries', 'fromEntries', 'keys', 'values', 'groupBy', 'assign'] },
  { name: 'Array', members: ['from', 'isArray', 'of'] },
  { name: 'Number', members: ['isFinite', 'isInteger', 'parseFloat', 'parseInt'] },
  { name: 'Date', members: ['now', 'parse', 'UTC'] },
  { name: 'Promise', members: ['all', 'allSettled', 'any', 'race', 'reject', 'resolve'] },
  { name: 'URL', members: ['canParse'] },
  { name: 'URLSearchParams', members: [] },
  { name: 'TextEncoder', members: [] },
  { name: 'TextDecoder', members: [] },
  { name: 'atob', members: [] },
  { name: 'btoa', members: [] },
  { name: 'structuredClone', members: [] },
  { name: 'crypto', members: ['randomUUID', 'getRandomValues', 'subtle', 'hash', 'hmac'] },
  {
    name: 'dates',
    members: ['parts', 'format', 'parse', 'add', 'startOf', 'daysBetween', 'isZone', 'zones'],
  },
];
