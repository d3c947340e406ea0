/** What differs between two graphs, in words: the summary that the publish dialog proposes. */

import { count, t } from '$lib/shared/t';
import { no_limits } from './limits';
import { nodeLabel, type FlowGraph, type FlowNode } from './document';

export interface GraphChanges {
  readonly added: readonly string[];
  readonly removed: readonly string[];
  readonly edited: readonly string[];
  /** Steps that only stand elsewhere on the canvas: runs do not notice. */
  readonly moved: readonly string[];
  readonly edges: number;
  readonly limits: boolean;
  readonly notifications: boolean;
  /** Changes that a run would notice. */
  readonly total: number;
}

export function compareGraphs(before: FlowGraph, after: FlowGraph): GraphChanges {
  const old = new Map(before.nodes.map((node) => [node.id, node]));
  const now = new Map(after.nodes.map((node) => [node.id, node]));
  const kept = after.nodes.flatMap((node): [FlowNode, FlowNode][] => {
    const other = old.get(node.id);
    return other ? [[other, node]] : [];
  });
  const edited = kept.filter(([a, b]) => a.type !== b.type || !sameJson(a.data, b.data));
  const moved = kept.filter(
    ([a, b]) => a.position.x !== b.position.x || a.position.y !== b.position.y,
  );
  const added = after.nodes.filter((node) => !old.has(node.id));
  const removed = before.nodes.filter((node) => !now.has(node.id));
  const edges = edgeDifference(before, after);
  const limits = !sameJson(before.limits ?? no_limits, after.limits ?? no_limits);
  const notifications = !sameJson(before.notifications ?? [], after.notifications ?? []);
  return {
    added: added.map(nodeLabel),
    removed: removed.map(nodeLabel),
    edited: edited.map(([, node]) => nodeLabel(node)),
    moved: moved.map(([, node]) => nodeLabel(node)),
    edges,
    limits,
    notifications,
    total:
      added.length +
      removed.length +
      edited.length +
      edges +
      Number(limits) +
      Number(notifications),
  };
}

/** One line for the version list: "Add Fetch customer, change Route by intent". */
export function describeChanges(changes: GraphChanges): string {
  const parts = [
    ...phrase('added', changes.added),
    ...phrase('removed', changes.removed),
    ...phrase('edited', changes.edited),
  ];
  if (changes.limits) parts.push(t('changes.limits'));
  if (changes.notifications) parts.push(t('changes.notifications'));
  if (parts.length === 0 && changes.edges > 0) parts.push(t('changes.edges'));
  if (parts.length === 0 && changes.moved.length > 0) parts.push(t('changes.moved'));
  const [first = '', ...rest] = parts;
  return [first, ...rest.map((part) => part[0]?.toLowerCase() + part.slice(1))].join(', ');
}

export function sameJson(a: unknown, b: unknown): boolean {
  if (a === b) return true;
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return false;
  if (Array.isArray(a) !== Array.isArray(b)) return false;
  const left = Object.entries(a);
  const right = b as Record<string, unknown>;
  return (
    left.length === Object.keys(b).length &&
    left.every(([key, value]) => key in right && sameJson(value, right[key]))
  );
}

function phrase(what: 'added' | 'removed' | 'edited', labels: readonly string[]): string[] {
  if (labels.length === 0) return [];
  if (labels.length <= 2) return [t(`changes.${what}`, { what: labels.join(t('changes.and')) })];
  return [t(`changes.${what}`, { what: count(labels.length, 'step') })];
}

function edgeDifference(before: FlowGraph, after: FlowGraph): number {
  const key = (edge: { source: string; sourceHandle?: string; target: string }) =>
    `${edge.source} ${edge.sourceHandle ?? ''} ${edge.target}`;
  const old = new Set(before.edges.map(key));
  const now = new Set(after.edges.map(key));
  return [...old].filter((k) => !now.has(k)).length + [...now].filter((k) => !old.has(k)).length;
}
