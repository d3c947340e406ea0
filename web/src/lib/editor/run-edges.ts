/** Classes of edges for a run. Objects of edges whose class did not change are kept. */

import { edgeStatus } from '$lib/runs/edges';
import type { RunView } from '$lib/runs/fold';
import type { CanvasEdge } from './flow-adapter';

export function withRunClasses(edges: readonly CanvasEdge[], view: RunView): CanvasEdge[] {
  return edges.map((edge) => {
    const status = view.lastEventId === 0 ? 'idle' : edgeStatus(view, edge);
    const name = status === 'idle' ? '' : status;
    return (edge.class ?? '') === name ? edge : { ...edge, class: name };
  });
}
