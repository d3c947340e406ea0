// The numbers of a map in words. Pure.
import { t } from '$lib/shared/t';
import { runningOf, settledOf, type ItemCounts } from './waits';

/** "45/100 (3 failed) · 5 running"; short without how many run. */
export function itemsText(items: ItemCounts, short: boolean): string {
  const number = (value: number) => value.toLocaleString('en');
  const done = `${number(settledOf(items))}/${number(items.total)}`;
  const failed = items.failed > 0 ? ` (${t('map.failed', { count: number(items.failed) })})` : '';
  const running = short ? 0 : runningOf(items);
  const open = running > 0 ? ` · ${t('map.running', { count: number(running) })}` : '';
  const retries =
    short || items.retrying === 0
      ? ''
      : ` · ${t('map.retrying', { count: number(items.retrying) })}`;
  return done + failed + open + retries;
}
