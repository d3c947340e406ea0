// The schedules of all workflows, page by page.
import { listSchedules, putSchedule } from '$lib/api/schedules';
import type { Page, Schedule } from '$lib/api/types';
import { PagedList, type PageQuery } from '$lib/shared/paged-list.svelte';

export class ScheduleList extends PagedList<Schedule> {
  protected readPage(page: PageQuery, signal: AbortSignal): Promise<Page<Schedule>> {
    return listSchedules(page, signal);
  }

  /** Throws ApiError. */
  async setEnabled(schedule: Schedule, enabled: boolean): Promise<void> {
    const { cron, timezone, inputData, overlapMode, missed } = schedule;
    const saved = await putSchedule(schedule.flowId, {
      enabled,
      cron,
      timezone,
      inputData,
      overlapMode,
      missed,
    });
    this.items = this.items.map((each) =>
      each.flowId === saved.flowId ? { ...each, ...saved } : each,
    );
  }
}
