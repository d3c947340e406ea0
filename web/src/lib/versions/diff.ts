/** What differs between two states of a workflow, step by step and field by field. Pure. */

import { sameJson } from '$lib/editor/changes';
import {
  nodeLabel,
  type FlowDocument,
  type FlowEdge,
  type FlowGraph,
  type FlowNode,
  type Json,
} from '$lib/editor/document';
import type { ChangeKind } from '$lib/nodes/canvas-context.svelte';
import { normalHandle } from '$lib/nodes/outputs';

export interface FieldChange {
  /** The members on the way to it: `headers`, `Accept`. */
  readonly path: readonly string[];
  /** Absent on the side that does not have it. */
  readonly before?: Json;
  readonly after?: Json;
}

export interface StepChange {
  readonly id: string;
  readonly type: string;
  readonly label: string;
  readonly kind: ChangeKind;
  readonly fields: readonly FieldChange[];
}

export interface EdgeChange {
  readonly kind: 'added' | 'removed';
  readonly edge: FlowEdge;
}

export interface FlowDiff {
  /** In the order of the document; steps that are gone come last. */
  readonly steps: readonly StepChange[];
  readonly edges: readonly EdgeChange[];
  /** Fields of the workflow itself: name, description, limits of a run, whom it tells. */
  readonly fields: readonly FieldChange[];
  /** Changes that a run would notice. */
  readonly total: number;
  /** Both graphs in one: what is gone stays where it was. */
  readonly graph: FlowGraph;
  readonly kinds: Readonly<Partial<Record<string, ChangeKind>>>;
  readonly edgeKinds: Readonly<Partial<Record<string, 'added' | 'removed'>>>;
}

export function diffFlows(before: FlowDocument, after: FlowDocument): FlowDiff {
  const old = new Map(before.nodes.map((node) => [node.id, node]));
  const ids = new Set(after.nodes.map((node) => node.id));
  const gone = before.nodes.filter((node) => !ids.has(node.id));
  const steps = [
    ...after.nodes.flatMap((node) => stepChange(old.get(node.id), node)),
    ...gone.map((node): StepChange => ({ ...about(node), kind: 'removed', fields: [] })),
  ];
  const edges: EdgeChange[] = [
    ...missingIn(before, after).map((edge) => ({ kind: 'added' as const, edge })),
    ...missingIn(after, before).map((edge) => ({ kind: 'removed' as const, edge: lost(edge) })),
  ];
  const removed = edges.filter(({ kind }) => kind === 'removed');
  const fields = [
    ...fieldChanges(before.name, after.name, ['name']),
    ...fieldChanges(before.description, after.description, ['description']),
    ...fieldChanges(limitsIn(before), limitsIn(after), ['limits']),
    ...fieldChanges(before.notifications ?? [], after.notifications ?? [], ['notifications']),
  ];
  return {
    steps,
    edges,
    fields,
    total: steps.filter(({ kind }) => kind !== 'moved').length + edges.length + fields.length,
    graph: {
      nodes: [...after.nodes, ...gone],
      edges: [...after.edges, ...removed.map(({ edge }) => edge)],
    },
    kinds: Object.fromEntries(steps.map(({ id, kind }) => [id, kind])),
    edgeKinds: Object.fromEntries(edges.map(({ edge, kind }) => [edge.id, kind])),
  };
}

/** The changes between two values; objects and lists of the same length are looked into. */
export function fieldChanges(
  before: Json | undefined,
  after: Json | undefined,
  path: readonly string[] = [],
): FieldChange[] {
  if (sameJson(before, after)) return [];
  const members = commonMembers(before, after);
  if (!members) {
    return [
      {
        path,
        ...(before === undefined ? {} : { before }),
        ...(after === undefined ? {} : { after }),
      },
    ];
  }
  return members.flatMap(([key, a, b]) => fieldChanges(a, b, [...path, key]));
}

/** `headers.Accept`, `conditions[0].label`. */
export function pathText(path: readonly string[]): string {
  return path
    .map((part, index) => {
      if (/^\d+$/.test(part)) return `[${part}]`;
      if (!/^[A-Za-z_$][\w$-]*$/.test(part)) return `["${part}"]`;
      return index === 0 ? part : `.${part}`;
    })
    .join('');
}

function stepChange(before: FlowNode | undefined, after: FlowNode): StepChange[] {
  if (!before) return [{ ...about(after), kind: 'added', fields: [] }];
  const fields = [
    ...(before.type === after.type
      ? []
      : [{ path: ['type'], before: before.type, after: after.type }]),
    ...fieldChanges(before.data, after.data),
  ];
  if (fields.length > 0) return [{ ...about(after), kind: 'changed', fields }];
  const { x, y } = before.position;
  const moved = x !== after.position.x || y !== after.position.y;
  return moved ? [{ ...about(after), kind: 'moved', fields }] : [];
}

function about(node: FlowNode): Pick<StepChange, 'id' | 'type' | 'label'> {
  return { id: node.id, type: node.type, label: nodeLabel(node) };
}

/** The edges of `graph` that lead elsewhere in, or are not part of, `other`. */
function missingIn(other: FlowGraph, graph: FlowGraph): FlowEdge[] {
  const there = new Set(other.edges.map(endsOf));
  return graph.edges.filter((edge) => !there.has(endsOf(edge)));
}

function endsOf({ source, sourceHandle, target }: FlowEdge): string {
  return JSON.stringify([source, normalHandle(sourceHandle), target]);
}

/** An edge that is gone, beside one that has its id now. */
function lost(edge: FlowEdge): FlowEdge {
  return { ...edge, id: `removed:${edge.id}` };
}

/** Only those that there are: one that came has no value before. */
export function limitsIn({ limits }: FlowDocument): Readonly<Record<string, number>> {
  return {
    ...(limits?.timeoutMs ? { timeoutMs: limits.timeoutMs } : {}),
    ...(typeof limits?.tokens === 'number' ? { tokens: limits.tokens } : {}),
    ...(typeof limits?.usd === 'number' ? { usd: limits.usd } : {}),
  };
}

type Member = readonly [key: string, before: Json | undefined, after: Json | undefined];

function commonMembers(before: Json | undefined, after: Json | undefined): Member[] | undefined {
  if (isList(before) && isList(after)) {
    if (before.length !== after.length) return undefined;
    return before.map((each, index): Member => [String(index), each, after[index]]);
  }
  if (!isObject(before) || !isObject(after)) return undefined;
  const keys = new Set([...Object.keys(before), ...Object.keys(after)]);
  return [...keys].map((key): Member => [key, before[key], after[key]]);
}

function isList(value: Json | undefined): value is readonly Json[] {
  return Array.isArray(value);
}

function isObject(value: Json | undefined): value is Readonly<Record<string, Json>> {
  return typeof value === 'object' && value !== null && !isList(value);
}
