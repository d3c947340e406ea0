// Channels and messages in words. Pure.
import type { NotificationChannel, NotificationDelivery, NotificationEvent } from '$lib/api/types';
import { durationText } from '$lib/shared/duration';
import { t } from '$lib/shared/t';

/** In the order in which people choose them. */
export const eventNames = [
  'run_failed',
  'run_recovered',
  'run_slow',
  'run_waiting',
  'schedule_not_started',
  'run_completed',
  'run_cancelled',
] as const satisfies readonly NotificationEvent[];

type Rule = Pick<NotificationChannel, 'events'> &
  Partial<Pick<NotificationChannel, 'slowerThanMs' | 'waitingLongerThanMs'>>;

/** "failed, slower than 30s" */
export function ruleText(channel: Rule): string {
  return eventNames
    .filter((name) => channel.events.includes(name))
    .map((name) => {
      if (name === 'run_slow')
        return t('notifications.rule.slow', { time: durationText(channel.slowerThanMs ?? 0) });
      if (name === 'run_waiting')
        return t('notifications.rule.waiting', {
          time: durationText(channel.waitingLongerThanMs ?? 0),
        });
      return t(`notifications.rule.${name}`);
    })
    .join(', ');
}

/** "all workflows", "3 workflows" */
export function scopeText(channel: NotificationChannel): string {
  const flows = channel.flowIds?.length;
  if (flows === undefined) return t('notifications.all');
  return flows === 1 ? t('notifications.one') : t('notifications.some', { count: flows });
}

/** What the other side said last: "200", "404 no_service", "no answer". */
export function answerText(message: NotificationDelivery): string {
  const last = message.attempts.at(-1);
  if (last === undefined) return t(`notifications.status.${message.status}`);
  return [last.status === null ? '' : String(last.status), last.detail].join(' ').trim();
}

/** "Slack {{$env.SLACK_HOOK}}": the entry of a document. */
export function targetText({ type, url }: NonNullable<NotificationDelivery['target']>): string {
  return `${t(`notifications.type.${type}`)} ${url}`;
}

/** "Daily Report failed, 12 times" */
export function messageText(message: NotificationDelivery): string {
  const what = t(`notifications.event.${message.event}`, { name: message.flowName ?? '' });
  return message.count > 1 ? t('notifications.times', { what, count: message.count }) : what;
}
