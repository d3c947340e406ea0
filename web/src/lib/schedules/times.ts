// Occurrences as people read them. Pure; `now` is an argument.
import type { Occurrence } from '$lib/api/types';
import { formatDuration } from '$lib/shared/format';
import { t } from '$lib/shared/t';

/** "Mon 30 Nov 09:00 CET", as the clocks of the zone show it. */
export function zonedTime(time: string, timezone: string): string {
  const format = new Intl.DateTimeFormat('en-GB', {
    weekday: 'short',
    day: 'numeric',
    month: 'short',
    hour: '2-digit',
    minute: '2-digit',
    timeZone: timezone,
    timeZoneName: 'short',
  });
  return format.format(new Date(time)).replaceAll(',', '');
}

/** "in 3 h 20 m"; what is due now has no length. */
export function untilStart(time: string, now: number): string {
  const milliseconds = Date.parse(time) - now;
  if (milliseconds < 1_000) return t('schedules.due');
  return t('schedules.in', { time: formatDuration(milliseconds) });
}

export function outcomeText(occurrence: Occurrence): string {
  switch (occurrence.outcome) {
    case 'started':
      return t('schedules.outcomeStarted');
    case 'queued':
      return t('schedules.outcomeQueued');
    case 'skipped':
      return t('schedules.outcomeSkipped');
    case 'missed':
      return occurrence.count > 1
        ? t('schedules.outcomeMissedMany', { count: occurrence.count })
        : t('schedules.outcomeMissed');
    case 'failed':
      return t('schedules.outcomeFailed');
  }
}

/** What the browser knows, the visitor's own first. */
export function timezones(chosen: string): string[] {
  const own = Intl.DateTimeFormat().resolvedOptions().timeZone;
  return [...new Set([chosen, own, 'UTC', ...Intl.supportedValuesOf('timeZone')])];
}
