// What a step waits for, in a few words that count down. Pure; `now` is an argument.
import { countdown } from '$lib/shared/duration';
import { t } from '$lib/shared/t';
import type { StepView } from './fold';

type Waiting = Pick<StepView, 'wait' | 'retryAt' | 'attempts'>;

/** "waits 2:05 more", "retry 2 of 4 in 12 s"; "" when it does not wait. */
export function waitText(step: Waiting, { max, now }: { max: number; now: number }): string {
  if (step.retryAt !== null) {
    const left = Date.parse(step.retryAt) - now;
    const values = { number: step.attempts, max };
    return left > 0
      ? t('wait.retry', { ...values, time: countdown(left) })
      : t('wait.retryNow', values);
  }
  if (step.wait === null) return '';
  const { kind, until } = step.wait;
  const left = until === null ? null : Date.parse(until) - now;
  switch (kind) {
    case 'timer':
      return left !== null && left > 0 ? t('wait.timer', { time: countdown(left) }) : t('wait.now');
    case 'webhook':
      return left === null ? t('wait.webhook') : t('wait.webhookUntil', { time: countdown(left) });
    case 'child':
      return left === null ? '' : t('wait.childUntil', { time: countdown(left) });
    case 'map':
      return left === null ? '' : t('wait.mapUntil', { time: countdown(left) });
  }
}
