/** A JSON Schema as a list of form fields: what SchemaForm shows for types without their own form. */

import type { Json } from '$lib/editor/document';

export type SchemaField = {
  readonly key: string;
  readonly label: string;
  readonly hint?: string;
  readonly fallback?: Json;
} & (
  | { readonly kind: 'text' | 'long-text' | 'toggle' | 'json' | 'record' }
  | { readonly kind: 'choice'; readonly options: readonly string[] }
  | { readonly kind: 'number'; readonly min?: number; readonly max?: number; readonly step: number }
);

/** Members that every node has; they are edited elsewhere. */
const common = new Set(['label', 'description', 'onError', 'join', 'retry', 'pinned', 'type']);

/** `x-control` in the server's schemas. */
const controls: Readonly<Record<string, 'text' | 'long-text' | 'json' | 'record'>> = {
  template: 'text',
  code: 'long-text',
  pairs: 'record',
  'json-or-text': 'json',
};

export function schemaFields(schema: Readonly<Record<string, unknown>>): SchemaField[] {
  const properties = schema['properties'];
  if (!isRecord(properties)) return [];
  return Object.entries(properties).flatMap(([key, property]) =>
    common.has(key) || !isRecord(property) ? [] : [fieldOf(key, property)],
  );
}

function fieldOf(key: string, property: Record<string, unknown>): SchemaField {
  const { title, description, enum: options } = property;
  const shared = {
    key,
    label: typeof title === 'string' ? title : words(key),
    ...(typeof description === 'string' ? { hint: description } : {}),
    ...('default' in property ? { fallback: property['default'] as Json } : {}),
  };
  if (Array.isArray(options) && options.every((option) => typeof option === 'string')) {
    return { ...shared, kind: 'choice', options };
  }
  const named = controls[String(property['x-control'])];
  if (named) return { ...shared, kind: named };
  switch (mainType(property['type'])) {
    case 'boolean':
      return { ...shared, kind: 'toggle' };
    case 'integer':
    case 'number':
      return {
        ...shared,
        kind: 'number',
        ...range(property),
        step: property['type'] === 'integer' ? 1 : 0.1,
      };
    case 'string':
      return { ...shared, kind: /prompt|text|code/i.test(key) ? 'long-text' : 'text' };
    case 'object':
      return { ...shared, kind: 'properties' in property ? 'json' : 'record' };
    default:
      return { ...shared, kind: 'json' };
  }
}

function mainType(type: unknown): unknown {
  if (!Array.isArray(type)) return type;
  const types = type.filter((entry) => entry !== 'null');
  return types.length === 1 ? types[0] : undefined;
}

function range(property: Record<string, unknown>): { min?: number; max?: number } {
  const { minimum, maximum } = property;
  return {
    ...(typeof minimum === 'number' ? { min: minimum } : {}),
    ...(typeof maximum === 'number' ? { max: maximum } : {}),
  };
}

/** `maxConcurrent` is "Max concurrent". */
function words(key: string): string {
  const spaced = key
    .replace(/([a-z])([A-Z])/g, '$1 $2')
    .replace(/[_-]+/g, ' ')
    .toLowerCase();
  return spaced.charAt(0).toUpperCase() + spaced.slice(1);
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
