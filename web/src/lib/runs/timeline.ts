// A run as rows of bars on one time scale; the slider uses the same scale, so that both line up. Pure.
import type { FlowNode, NodeStatus, RunEvent } from '$lib/api/types';
import { isSettled, stepOf, type RunView } from './fold';
import type { Phase, PhaseKind } from './phases';
import type { ItemCounts } from './waits';

export interface TimelineRow {
  nodeId: string;
  label: string;
  status: NodeStatus;
  /** From 0 to 1 on the scale; null before the start. */
  bar: { start: number; end: number } | null;
  /** The bar of the newest state, while an older moment is shown. */
  ghost: { start: number; end: number } | null;
  durationMs: number | null;
  /** The bar in pieces: attempts, waits, pauses before a retry. */
  segments: readonly Segment[];
  attempts: number;
  items: ItemCounts | null;
  childRunId: string | null;
  kept: boolean;
}

export interface Segment {
  kind: PhaseKind;
  attempt: number;
  failed: boolean;
  start: number;
  end: number;
}

export interface TimeScale {
  startMs: number;
  endMs: number;
  at: (timeMs: number) => number;
}

export function makeScale(startMs: number, endMs: number): TimeScale {
  const span = Math.max(1, endMs - startMs);
  return {
    startMs,
    endMs,
    at: (timeMs) => Math.min(1, Math.max(0, (timeMs - startMs) / span)),
  };
}

/** Index of the event nearest to a point of the scale; for equal distances the later one. */
export function nearestEvent(events: readonly RunEvent[], scale: TimeScale, point: number): number {
  let best = 0;
  let bestDistance = Number.POSITIVE_INFINITY;
  for (const [index, event] of events.entries()) {
    const distance = Math.abs(scale.at(Date.parse(event.createdAt)) - point);
    if (distance <= bestDistance) {
      best = index;
      bestDistance = distance;
    }
  }
  return best;
}

/** Index of the last event at or before `offsetMs` after the first one. */
export function eventAtOffset(events: readonly RunEvent[], offsetMs: number): number {
  const start = Date.parse(events[0]?.createdAt ?? '');
  const after = events.findIndex((event) => Date.parse(event.createdAt) - start > offsetMs);
  return after < 0 ? events.length - 1 : Math.max(0, after - 1);
}

export interface TimelineInput {
  nodes: readonly FlowNode[];
  shown: RunView;
  latest: RunView;
  scale: TimeScale;
  /** The moment that is shown; open bars end there. */
  momentMs: number;
}

export function timelineRows(input: TimelineInput): TimelineRow[] {
  const { nodes, shown, latest, scale, momentMs } = input;
  const startOf = (id: string) => stepOf(latest, id).startedAt ?? '~';
  const ordered = [...nodes].sort((a, b) => compare(startOf(a.id), startOf(b.id)));
  return ordered.map((node) => {
    const step = stepOf(shown, node.id);
    return {
      nodeId: node.id,
      label: labelOf(node),
      status: step.status,
      bar: barOf(shown, node.id, { scale, openEndMs: momentMs }),
      ghost: shown === latest ? null : barOf(latest, node.id, { scale, openEndMs: scale.endMs }),
      durationMs: step.durationMs,
      segments: segmentsOf(step.phases, { scale, openEndMs: momentMs }),
      attempts: step.attempts,
      items: step.items,
      childRunId: step.childRunId,
      kept: step.kept,
    };
  });
}

export function labelOf(node: FlowNode): string {
  const label = node.data['label'];
  return typeof label === 'string' && label !== '' ? label : node.id;
}

function segmentsOf(phases: readonly Phase[], on: { scale: TimeScale; openEndMs: number }) {
  return phases.map(({ kind, attempt, failed, startedAt, endedAt }): Segment => {
    const endMs = endedAt === null ? on.openEndMs : Date.parse(endedAt);
    return {
      kind,
      attempt,
      failed,
      start: on.scale.at(Date.parse(startedAt)),
      end: on.scale.at(endMs),
    };
  });
}

function barOf(view: RunView, nodeId: string, on: { scale: TimeScale; openEndMs: number }) {
  const step = stepOf(view, nodeId);
  if (step.startedAt === null) return null;
  const settled = isSettled(step.status) && step.completedAt !== null;
  const endMs = settled ? Date.parse(step.completedAt ?? '') : on.openEndMs;
  return { start: on.scale.at(Date.parse(step.startedAt)), end: on.scale.at(endMs) };
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

const idleCutMs = 300;

/** How long playback rests before the next event: the real gap, sped up, idle gaps cut short. */
export function playDelayMs(from: RunEvent, to: RunEvent, speed: number): number {
  const gap = Date.parse(to.createdAt) - Date.parse(from.createdAt);
  return Math.max(16, Math.min(idleCutMs, gap / speed));
}
