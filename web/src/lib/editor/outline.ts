/**
 * The flow as a list: what the canvas shows, for people who do not see or use it. Steps in a chain
 * stay on one level; branches are groups, one level deeper; where branches meet again the level
 * returns. Every step appears exactly once.
 */

import { nodeLabel, type FlowGraph, type FlowNode } from './document';
import { immediateDominators, incomingEdges, outgoingEdges, topologicalOrder } from './graph';
import { nodeOutputs, sameHandle } from '../nodes/outputs';

export interface OutlineRow {
  readonly kind: 'step' | 'branch';
  /** Unique among the rows. */
  readonly key: string;
  /** The step itself, or the step that a branch belongs to. */
  readonly nodeId: string;
  readonly label: string;
  /** From 1, as `aria-level` counts. */
  readonly level: number;
  /** Names of the steps that follow, for the description of the row. */
  readonly next: readonly string[];
}

export function outlineRows(graph: FlowGraph): OutlineRow[] {
  return new OutlineBuilder(graph).rows();
}

class OutlineBuilder {
  readonly #nodes: Map<string, FlowNode>;
  readonly #order: string[];
  readonly #outgoing;
  readonly #incoming;
  readonly #children = new Map<string | null, string[]>();
  readonly #rows: OutlineRow[] = [];

  constructor(graph: FlowGraph) {
    this.#nodes = new Map(graph.nodes.map((node) => [node.id, node]));
    this.#order = topologicalOrder(graph);
    this.#outgoing = outgoingEdges(graph);
    this.#incoming = incomingEdges(graph);
    const dominators = immediateDominators(graph, this.#order);
    for (const id of this.#order) {
      const parent = dominators.get(id) ?? null;
      this.#children.set(parent, [...(this.#children.get(parent) ?? []), id]);
    }
  }

  rows(): OutlineRow[] {
    for (const id of this.#children.get(null) ?? []) this.#step(id, 1);
    return this.#rows;
  }

  // A loop and not a recursion along chains: a flow may be thousands of steps long.
  #step(start: string, level: number): void {
    const chain: string[] = [start];
    for (let id = chain.shift(); id !== undefined; id = chain.shift()) {
      const node = this.#nodes.get(id);
      if (!node) continue;
      this.#rows.push(this.#stepRow(node, level));
      const children = this.#children.get(id) ?? [];
      const inBranch = this.#branches(node, level, children);
      chain.unshift(...children.filter((child) => !inBranch.has(child)));
    }
  }

  /** Rows of the branches of a step; answers which of its children they contain. */
  #branches(node: FlowNode, level: number, children: readonly string[]): Set<string> {
    const outputs = nodeOutputs(node);
    const heads = children.filter((child) => (this.#incoming.get(child)?.length ?? 0) === 1);
    const forks = outputs.length > 1 || heads.length > 1;
    if (!forks) return new Set();
    const placed = new Set<string>();
    for (const output of outputs) {
      const under = heads.filter((child) =>
        this.#incoming.get(child)?.some((edge) => sameHandle(edge.sourceHandle, output.handle)),
      );
      if (output.handle !== null) this.#rows.push(this.#branchRow(node, output, level + 1));
      for (const child of under) {
        placed.add(child);
        this.#step(child, level + (output.handle === null ? 1 : 2));
      }
    }
    return placed;
  }

  #stepRow(node: FlowNode, level: number): OutlineRow {
    const next = (this.#outgoing.get(node.id) ?? []).map((edge) => this.#label(edge.target));
    return {
      kind: 'step',
      key: node.id,
      nodeId: node.id,
      label: nodeLabel(node),
      level,
      next,
    };
  }

  #branchRow(
    node: FlowNode,
    output: { handle: string | null; label: string },
    level: number,
  ): OutlineRow {
    const next = (this.#outgoing.get(node.id) ?? [])
      .filter((edge) => sameHandle(edge.sourceHandle, output.handle))
      .map((edge) => this.#label(edge.target));
    return {
      kind: 'branch',
      key: `${node.id}/${output.handle ?? ''}`,
      nodeId: node.id,
      label: output.label,
      level,
      next,
    };
  }

  #label(id: string): string {
    const node = this.#nodes.get(id);
    return node ? nodeLabel(node) : id;
  }
}
