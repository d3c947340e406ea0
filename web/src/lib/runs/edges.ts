// What an edge shows of a run. Pure; used by the run canvas and the editor's live view.
import type { FlowEdge } from '$lib/api/types';
import { isSettled, stepOf, type RunView } from './fold';

export type EdgeStatus = 'idle' | 'active' | 'done' | 'dead';

export function edgeStatus(view: RunView, edge: FlowEdge): EdgeStatus {
  const source = stepOf(view, edge.source);
  if (!isSettled(source.status) || source.outputs === null) return 'idle';
  const handle = edge.sourceHandle ?? '';
  if (!source.outputs.includes(handle === 'success' ? '' : handle)) return 'dead';
  const target = stepOf(view, edge.target);
  return isSettled(target.status) || target.status === 'pending' ? 'done' : 'active';
}
