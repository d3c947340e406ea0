// Numbers of the page in words. Pure.
import { formatDuration, formatSize } from '$lib/shared/format';
import { t } from '$lib/shared/t';
import type { Queue } from './health';
import type { Quantile } from './histogram';

/** docs/observability.md names the same two as reasons for an alarm. */
export const lateSeconds = 5;
export const freeBytesMin = 2e9;

/** 1,284 or 0.4; what is below 100 keeps a digit behind the point. */
export function numberText(value: number | null): string {
  if (value === null) return '–';
  return value.toLocaleString('en', { maximumFractionDigits: value < 100 ? 1 : 0 });
}

export function sizeText(bytes: number | null): string {
  return bytes === null ? '–' : formatSize(bytes);
}

export function quantileText(quantile: Quantile | null): string {
  if (quantile === null) return '–';
  const time = formatDuration(quantile.value * 1_000);
  return quantile.above ? t('health.above', { time }) : time;
}

const queueNames: Readonly<Record<string, string>> = {
  commands: t('health.queue.commands'),
  commits: t('health.queue.commits'),
  outside: t('health.queue.outside'),
  requests: t('health.queue.requests'),
};

/** A queue that this page does not know yet keeps the server's word. */
export function queueName({ name }: Queue): string {
  return queueNames[name] ?? name;
}

export function ageText(seconds: number | null): string {
  if (seconds === null) return '–';
  return seconds === 0 ? '0 s' : formatDuration(seconds * 1_000);
}

export function isLate({ oldestSeconds }: Queue): boolean {
  return oldestSeconds !== null && oldestSeconds > lateSeconds;
}
