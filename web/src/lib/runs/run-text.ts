// Words about a run. Pure.
import type { RunSummary } from '$lib/api/types';
import { formatDuration } from '$lib/shared/format';
import { t, type MessageKey } from '$lib/shared/t';
import { statusLooks } from '$lib/ui/status';
import type { StepView } from './fold';

/** What a list says beside the workflow's name: why it failed, where it is, else the status. */
export function runNote(run: RunSummary): string {
  if (run.status === 'failed' && run.error) return run.error.message;
  // The server says it in a sentence: "waits 2 h 5 min more (delay 'Cool down')".
  if (run.current) return run.current;
  return statusLooks[run.status].word;
}

export function triggerWord(trigger: RunSummary['trigger']): string {
  return t(`trigger.${trigger}` satisfies MessageKey);
}

export function versionWord(version: number | null): string {
  return version === null ? t('draft') : `v${version}`;
}

const noticeableMs = 5;

/** How long a step worked, where that is noticeably less than the time it took; else empty. */
export function workText({ durationMs, workMs }: StepView): string {
  if (durationMs === null || workMs === null) return '';
  const rest = durationMs - workMs;
  return rest >= noticeableMs && rest * 10 >= durationMs ? formatDuration(workMs) : '';
}
