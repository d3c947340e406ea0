/**
 * The flow document: what a workflow consists of, and how to look into it. `edits.ts` changes it.
 */

import type { FlowLimits } from './limits';

export type Json =
  null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };
export type NodeData = { readonly [key: string]: Json };

export interface Point {
  readonly x: number;
  readonly y: number;
}

export interface FlowNode {
  readonly id: string;
  readonly type: string;
  readonly position: Point;
  readonly data: NodeData;
}

export interface FlowEdge {
  readonly id: string;
  readonly source: string;
  readonly sourceHandle?: string;
  readonly target: string;
  readonly targetHandle?: string;
}

export interface FlowGraph {
  readonly nodes: readonly FlowNode[];
  readonly edges: readonly FlowEdge[];
  readonly limits?: FlowLimits;
  /** Whom it tells of the ends of runs, each as it is written. */
  readonly notifications?: readonly NodeData[];
}

export interface FlowDocument extends FlowGraph {
  readonly name: string;
  readonly description: string;
}

/** A graph as the server writes it: an absent handle may be `null` there. */
export interface WrittenGraph {
  readonly nodes: readonly object[];
  readonly edges: readonly {
    readonly id: string;
    readonly source: string;
    readonly sourceHandle?: string | null;
    readonly target: string;
    readonly targetHandle?: string | null;
  }[];
}

export function parseGraph(graph: WrittenGraph): FlowGraph {
  return {
    nodes: graph.nodes as readonly FlowNode[],
    edges: graph.edges.map(({ sourceHandle, targetHandle, ...rest }) => ({
      ...rest,
      ...(sourceHandle ? { sourceHandle } : {}),
      ...(targetHandle ? { targetHandle } : {}),
    })),
  };
}

export const empty_document: FlowDocument = { name: '', description: '', nodes: [], edges: [] };

export function findNode(document: FlowGraph, id: string): FlowNode | undefined {
  return document.nodes.find((node) => node.id === id);
}

export function nodeLabel(node: FlowNode): string {
  const label = node.data['label'];
  return typeof label === 'string' && label !== '' ? label : node.id;
}

export function labelOf(document: FlowGraph, id: string): string {
  const node = findNode(document, id);
  return node ? nodeLabel(node) : id;
}

/** The chosen nodes and the edges between them. */
export function subgraph(document: FlowGraph, ids: readonly string[]): FlowGraph {
  const chosen = new Set(ids);
  return {
    nodes: document.nodes.filter((node) => chosen.has(node.id)),
    edges: document.edges.filter((edge) => chosen.has(edge.source) && chosen.has(edge.target)),
  };
}
