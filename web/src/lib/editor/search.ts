/** Find in a flow: names, ids, types and every text in the parameters, code included. */

import { t } from '$lib/shared/t';
import { nodeLabel, type FlowGraph, type Json } from './document';
import { orderedNodes } from './graph';

export interface FindMatch {
  readonly nodeId: string;
  /** Where it was found: `name`, `id`, or the path of the parameter. */
  readonly where: string;
  readonly snippet: string;
}

const snippet_before = 20;
const snippet_after = 40;

/** Matches in the order of the flow; one per place, several per step. */
export function findInFlow(graph: FlowGraph, query: string): FindMatch[] {
  const needle = query.trim().toLowerCase();
  if (needle === '') return [];
  const matches: FindMatch[] = [];
  for (const node of orderedNodes(graph)) {
    const places: [string, string][] = [
      [t('search.name'), nodeLabel(node)],
      [t('search.id'), node.id],
      ...textsIn(node.data, '').filter(([where]) => where !== 'label'),
    ];
    for (const [where, text] of places) {
      const at = text.toLowerCase().indexOf(needle);
      if (at < 0) continue;
      matches.push({ nodeId: node.id, where, snippet: snippet(text, at, needle.length) });
    }
  }
  return matches;
}

function textsIn(value: Json, path: string): [string, string][] {
  if (typeof value === 'string') return [[path, value]];
  if (typeof value === 'number') return [[path, String(value)]];
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, entry]) => [
    // Names of headers and parameters are worth finding, too.
    ...(Array.isArray(value) || path === '' ? [] : [[path, key] as [string, string]]),
    ...textsIn(entry, path === '' ? key : `${path}.${key}`),
  ]);
}

function snippet(text: string, at: number, length: number): string {
  const from = Math.max(0, at - snippet_before);
  const to = Math.min(text.length, at + length + snippet_after);
  const body = text.slice(from, to).replace(/\s+/g, ' ').trim();
  return `${from > 0 ? '…' : ''}${body}${to < text.length ? '…' : ''}`;
}
