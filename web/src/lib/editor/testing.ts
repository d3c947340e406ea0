/** Small builders for the tests of this folder. */

import type { FlowDocument, FlowNode, NodeData, Point } from './document';
import { connect } from './edits';

export function step(id: string, options: Partial<Omit<FlowNode, 'id'>> = {}): FlowNode {
  return {
    id,
    type: options.type ?? 'code-execution',
    position: options.position ?? { x: 0, y: 0 },
    data: options.data ?? { label: id.toUpperCase() },
  };
}

export function router(id: string, branches: readonly string[], extra: NodeData = {}): FlowNode {
  return step(id, {
    type: 'router',
    data: {
      label: id.toUpperCase(),
      conditions: branches.map((name) => ({ id: name, label: name, expression: 'true' })),
      ...extra,
    },
  });
}

/** Edges are written `a>b`, or `a.branch>b` for a named output. */
export function flow(nodes: readonly FlowNode[], edges: readonly string[] = []): FlowDocument {
  const start: FlowDocument = { name: 'Flow', description: '', nodes, edges: [] };
  return edges.reduce((document, text) => {
    const [from = '', target = ''] = text.split('>');
    const [source = '', sourceHandle = null] = from.split('.');
    return connect(document, { source, sourceHandle, target }).document;
  }, start);
}

export function at(x: number, y: number): Point {
  return { x, y };
}

export function edgesOf(document: FlowDocument): string[] {
  return document.edges.map(
    (edge) =>
      `${edge.source}${edge.sourceHandle === undefined ? '' : `.${edge.sourceHandle}`}>${edge.target}`,
  );
}
