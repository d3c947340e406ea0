/** What a workflow takes, read from its JSON Schema, and which secrets its steps use. Pure. */

import type { Json } from '$lib/editor/document';

export interface InputField {
  readonly name: string;
  readonly type: string;
  readonly description: string;
  readonly required: boolean;
  readonly fallback: Json | undefined;
}

type Schema = Readonly<Record<string, unknown>>;

export function inputFields(schema: Schema | null): InputField[] {
  const properties = schema?.['properties'];
  if (!isRecord(properties)) return [];
  const needed = schema?.['required'];
  const required = new Set<unknown>(Array.isArray(needed) ? needed : []);
  return Object.entries(properties).flatMap(([name, property]) => {
    if (!isRecord(property)) return [];
    const { type, description } = property;
    return [
      {
        name,
        type: typeof type === 'string' ? type : Array.isArray(type) ? type.join(' or ') : '',
        description: typeof description === 'string' ? description : '',
        // Both spellings are in use: a list beside the properties, and a flag in each.
        required: required.has(name) || property['required'] === true,
        fallback: property['default'] as Json | undefined,
      },
    ];
  });
}

export interface MappingFindings {
  /** Required and neither given nor defaulted. */
  readonly missing: readonly string[];
  /** Given, but the other workflow knows no such input. */
  readonly unknown: readonly string[];
}

export function checkMapping(
  fields: readonly InputField[],
  mapping: Readonly<Record<string, Json>>,
): MappingFindings {
  const names = new Set(fields.map((field) => field.name));
  const given = (name: string) => mapping[name] !== undefined && mapping[name] !== '';
  return {
    missing: fields
      .filter((field) => field.required && field.fallback === undefined && !given(field.name))
      .map((field) => field.name),
    // Without a schema every name may be right.
    unknown: fields.length === 0 ? [] : Object.keys(mapping).filter((name) => !names.has(name)),
  };
}

/** Names after `$env.` anywhere in the steps, in order. */
export function secretNames(graph: unknown): string[] {
  const text = JSON.stringify(graph);
  const names = new Set<string>();
  for (const [, name = ''] of text.matchAll(/\$env\.([A-Za-z_][A-Za-z0-9_]*)/g)) names.add(name);
  return [...names].sort();
}

/** The kind of a value, as a schema says it. */
export function typeOfValue(value: Json | undefined): string | undefined {
  if (value === undefined || value === null) return undefined;
  if (Array.isArray(value)) return 'array';
  return typeof value;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
