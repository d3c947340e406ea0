// How long finished runs are kept, read once: lists say when a run will be deleted.
import { getSettings } from '$lib/api/settings';
import type { RunSummary } from '$lib/api/types';
import { dayDate } from '$lib/shared/format';
import { t } from '$lib/shared/t';
import { isOver } from './fold';

const dayMs = 24 * 3_600_000;

export class Retention {
  days = $state<number | null>(null);
  #asked = false;

  /** Without an answer lists say nothing about it. */
  async load(): Promise<void> {
    if (this.#asked) return;
    this.#asked = true;
    try {
      this.days = (await getSettings()).retentionDays;
    } catch {
      this.#asked = false;
    }
  }

  /** "Deleted on 21 Dec", "Kept: pinned", or "" for what is not over. Children go with their parent. */
  fateOf(run: RunSummary, now: number): string {
    if (run.pinned) return t('runs.keptPinned');
    if (this.days === null || !isOver(run.status) || run.completedAt === null) return '';
    if (run.parentRunId !== null) return t('runs.withParent');
    const at = Math.max(Date.parse(run.completedAt) + this.days * dayMs, now);
    return t('runs.untilDeleted', { date: dayDate(at) });
  }
}

export const retention = new Retention();
