/** The edges of both states on one canvas, for Svelte Flow. Pure. */

import { toCanvasEdges, type CanvasEdge } from '$lib/editor/flow-adapter';
import { nodeOutputs, sameHandle } from '$lib/nodes/outputs';
import { t } from '$lib/shared/t';
import type { FlowDiff } from './diff';

export function diffEdges({ graph, edgeKinds }: FlowDiff): CanvasEdge[] {
  const nodes = new Map(graph.nodes.map((node) => [node.id, node]));
  return toCanvasEdges(graph).map((edge) => {
    const kind = edgeKinds[edge.id];
    if (!kind) return edge;
    const source = nodes.get(edge.source);
    const outputs = source ? nodeOutputs(source) : [];
    const isThere = outputs.some(({ handle }) => sameHandle(handle, edge.sourceHandle));
    return {
      ...edge,
      // The branch that it left by may be gone as well: it leaves by the first one, or is not seen.
      sourceHandle: isThere ? (edge.sourceHandle ?? null) : (outputs[0]?.handle ?? null),
      class: kind,
      ariaLabel: t('versions.stepIs', {
        label: edge.ariaLabel ?? edge.id,
        kind: t(`versions.${kind}`),
      }),
    };
  });
}
