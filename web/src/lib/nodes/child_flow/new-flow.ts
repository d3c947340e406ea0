/** Workflows made from a step that is to call them. Pure. */

import type { FlowCreate } from '$lib/api/types';
import type { Json } from '$lib/editor/document';
import { t } from '$lib/shared/t';
import { typeOfValue } from './schema';

/** Takes what the step already hands over, and gives it back until someone writes its steps. */
export function newSubFlow(label: string, mapping: Readonly<Record<string, Json>>): FlowCreate {
  const properties = Object.fromEntries(
    Object.entries(mapping).map(([name, value]) => [name, propertyOf(fixed(value))]),
  );
  return {
    name: t('child.newName', { label }),
    ...(Object.keys(properties).length > 0 ? { inputSchema: { type: 'object', properties } } : {}),
    graph: oneStep(t('child.firstStep'), 'return $trigger;'),
  };
}

export interface IteratorNames {
  readonly item: string;
  readonly index: string;
}

/** Works on one item. `sample` is an item of the last run, when there was one. */
export function newIterator(
  label: string,
  names: IteratorNames,
  sample: Json | undefined,
): FlowCreate {
  const item = propertyOf(sample);
  const index = { type: 'integer' };
  return {
    name: t('child.iteratorName', { label }),
    inputSchema: {
      type: 'object',
      properties: { [names.item]: item, [names.index]: index },
      required: [names.item, names.index],
    },
    outputSchema: { type: 'object', properties: { index, result: item } },
    graph: oneStep(
      t('child.itemStep'),
      `return { index: $trigger.${names.index}, result: $trigger.${names.item} };`,
    ),
  };
}

/** A value that only a run knows may be anything. */
function fixed(value: Json): Json | undefined {
  return typeof value === 'string' && value.includes('{{') ? undefined : value;
}

function propertyOf(sample: Json | undefined): Record<string, unknown> {
  const type = typeOfValue(sample);
  if (type === undefined) return {};
  if (type !== 'object') return { type };
  const members = Object.entries(sample as Readonly<Record<string, Json>>);
  const properties = Object.fromEntries(members.map(([name, value]) => [name, propertyOf(value)]));
  return { type, properties };
}

function oneStep(label: string, code: string): NonNullable<FlowCreate['graph']> {
  const data = { label, code, inputs: {} };
  const position = { x: 320, y: 60 };
  return { nodes: [{ id: 'work', type: 'code-execution', position, data }], edges: [] };
}
