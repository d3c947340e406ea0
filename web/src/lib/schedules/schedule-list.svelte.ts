// The schedules of all workflows, page by page.
import { asApiError, type ApiError } from '$lib/api/client';
import { listSchedules, putSchedule } from '$lib/api/schedules';
import type { Schedule } from '$lib/api/types';

const pageSize = 50;

export class ScheduleList {
  schedules = $state.raw<readonly Schedule[]>([]);
  error = $state.raw<ApiError | null>(null);
  /** Nothing has been read yet. */
  loading = $state(true);
  #cursor: string | null = null;

  async load(): Promise<void> {
    await this.#read(null);
  }

  async more(): Promise<void> {
    if (this.#cursor !== null) await this.#read(this.#cursor);
  }

  async #read(cursor: string | null): Promise<void> {
    try {
      const page = await listSchedules({ cursor, limit: pageSize });
      this.schedules = cursor === null ? page.items : [...this.schedules, ...page.items];
      this.#cursor = page.nextCursor;
      this.error = null;
    } catch (error) {
      this.error = asApiError(error);
    }
    this.loading = false;
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
    this.schedules = this.schedules.map((each) =>
      each.flowId === saved.flowId ? { ...each, ...saved } : each,
    );
  }
}
