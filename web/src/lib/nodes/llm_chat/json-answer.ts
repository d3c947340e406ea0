/** Whether the answer is to be text, any JSON, or JSON of a schema. Pure. */

import type { NodeData } from '$lib/editor/document';
import type { DataPatch } from '../node-view';

export type AnswerFormat = 'text' | 'json' | 'schema';

export function formatOf(data: NodeData): AnswerFormat {
  const schema = data['jsonSchema'];
  if (schema !== undefined && schema !== null) return 'schema';
  return data['jsonMode'] === true ? 'json' : 'text';
}

/** What a schema begins with: servers that check it want every member listed, and no other. */
const first_schema = {
  type: 'object',
  properties: { answer: { type: 'string' } },
  required: ['answer'],
  additionalProperties: false,
};

export function formatPatch(format: AnswerFormat): DataPatch {
  return {
    jsonMode: format === 'text' ? undefined : true,
    jsonSchema: format === 'schema' ? first_schema : undefined,
  };
}
