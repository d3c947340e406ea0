// What a fork keeps of a run, and what a person changed of it. Pure.
import type { FlowNode } from '$lib/api/types';
import { stepOf, type RunView } from './fold';
import { parseJson } from '$lib/shared/parse-json';
import { labelOf } from './timeline';

export interface KeptStep {
  readonly nodeId: string;
  readonly label: string;
  readonly result: unknown;
}

/** Steps that had ended with a result by then; everything else runs anew. */
export function keptSteps(view: RunView, nodes: readonly FlowNode[]): KeptStep[] {
  return nodes.flatMap((node) => {
    const step = stepOf(view, node.id);
    if (step.status !== 'completed' && !(step.status === 'failed' && step.absorbed)) return [];
    return [{ nodeId: node.id, label: labelOf(node), result: step.result }];
  });
}

export type Edits = { ok: true; value: Record<string, unknown> } | { ok: false; nodeId: string };

/** Results by node id, from the texts that were changed. */
export function readEdits(texts: Readonly<Record<string, string>>): Edits {
  const value: Record<string, unknown> = {};
  for (const [nodeId, text] of Object.entries(texts)) {
    const parsed = parseJson(text);
    if (!parsed.ok) return { ok: false, nodeId };
    value[nodeId] = parsed.value;
  }
  return { ok: true, value };
}
