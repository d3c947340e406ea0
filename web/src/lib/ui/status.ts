// Status -> shape, colour and word. A status is never shown by colour alone.
import type { NodeStatus, RunStatus } from '$lib/api/types';
import { t } from '$lib/shared/t';

export type AnyStatus = NodeStatus | RunStatus;
export type StatusShape =
  'tick' | 'cross' | 'triangle' | 'ring' | 'dashed' | 'struck' | 'dash' | 'retry';
export type StatusTone =
  'success' | 'failed' | 'waiting' | 'running' | 'queued' | 'skipped' | 'cancelled';

interface StatusLook {
  shape: StatusShape;
  tone: StatusTone;
  word: string;
}

export const statusLooks: Record<AnyStatus, StatusLook> = {
  pending: { shape: 'dashed', tone: 'queued', word: t('status.pending') },
  scheduled: { shape: 'dashed', tone: 'queued', word: t('status.scheduled') },
  running: { shape: 'ring', tone: 'running', word: t('status.running') },
  suspended: { shape: 'triangle', tone: 'waiting', word: t('status.suspended') },
  retrying: { shape: 'retry', tone: 'waiting', word: t('status.retrying') },
  completed: { shape: 'tick', tone: 'success', word: t('status.completed') },
  failed: { shape: 'cross', tone: 'failed', word: t('status.failed') },
  skipped: { shape: 'dash', tone: 'skipped', word: t('status.skipped') },
  cancelled: { shape: 'struck', tone: 'cancelled', word: t('status.cancelled') },
};

/** Literal class names, so that Tailwind finds them. */
export const toneText: Record<StatusTone, string> = {
  success: 'text-success',
  failed: 'text-failed',
  waiting: 'text-waiting',
  running: 'text-running',
  queued: 'text-queued',
  skipped: 'text-skipped',
  cancelled: 'text-cancelled',
};

export const toneFill: Record<StatusTone, string> = {
  success: 'bg-success',
  failed: 'bg-failed',
  waiting: 'bg-waiting',
  running: 'bg-running',
  queued: 'bg-queued',
  skipped: 'bg-skipped',
  cancelled: 'bg-cancelled',
};
