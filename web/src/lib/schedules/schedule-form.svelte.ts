// The schedule of one workflow while it is edited: read, previewed as it is typed, saved.
import { asApiError, isAbort, type ApiError } from '$lib/api/client';
import { getFlow } from '$lib/api/flows';
import { deleteSchedule, getSchedule, previewCron, putSchedule } from '$lib/api/schedules';
import type { CronPreview, Schedule, ScheduleSettings } from '$lib/api/types';
import { parseJson } from '$lib/shared/parse-json';

const previewWaitMs = 150;

export class ScheduleForm {
  readonly flowId: string;
  /** As the server has it; null until it is read, and then there is nothing to edit or to save. */
  stored = $state.raw<Schedule | null>(null);
  /** Whether there is a version that can start; null until that is known. */
  published = $state<boolean | null>(null);
  error = $state.raw<ApiError | null>(null);
  busy = $state(false);

  enabled = $state(true);
  cron = $state('0 9 * * 1-5');
  timezone = $state(Intl.DateTimeFormat().resolvedOptions().timeZone);
  overlapMode = $state<Schedule['overlapMode']>('skip');
  missed = $state<Schedule['missed']>('run_once');
  input = $state('null');

  preview = $state.raw<CronPreview | null>(null);
  #timer: ReturnType<typeof setTimeout> | undefined;
  #asked: AbortController | null = null;

  constructor(flowId: string) {
    this.flowId = flowId;
  }

  readonly parsedInput = $derived(parseJson(this.input));

  get hasStored(): boolean {
    return this.stored !== null && this.stored.cron !== null;
  }

  /** What is wrong with the expression or the zone. */
  get problem() {
    return this.preview?.error ?? null;
  }

  get canSave(): boolean {
    return this.stored !== null && this.problem === null && this.parsedInput.ok;
  }

  async load(): Promise<void> {
    this.error = null;
    try {
      const [schedule, flow] = await Promise.all([getSchedule(this.flowId), getFlow(this.flowId)]);
      this.published = flow.activeVersion !== null;
      this.#take(schedule);
      this.askPreview(0);
    } catch (error) {
      this.error = asApiError(error);
    }
  }

  #take(schedule: Schedule): void {
    this.stored = schedule;
    if (schedule.cron === null) return;
    this.enabled = schedule.enabled;
    this.cron = schedule.cron;
    this.timezone = schedule.timezone;
    this.overlapMode = schedule.overlapMode;
    this.missed = schedule.missed;
    this.input = JSON.stringify(schedule.inputData ?? null, null, 2);
  }

  change(changes: { cron?: string; timezone?: string }): void {
    if (changes.cron !== undefined) this.cron = changes.cron;
    if (changes.timezone !== undefined) this.timezone = changes.timezone;
    this.askPreview(previewWaitMs);
  }

  askPreview(waitMs: number): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => void this.#ask(), waitMs);
  }

  async #ask(): Promise<void> {
    this.#asked?.abort();
    const asked = new AbortController();
    this.#asked = asked;
    try {
      const preview = await previewCron(this.cron, this.timezone, asked.signal);
      if (!asked.signal.aborted) this.preview = preview;
    } catch (error) {
      if (!isAbort(error)) this.preview = null;
    }
  }

  /** True when it is saved; otherwise `error` says why not. */
  async save(): Promise<boolean> {
    const input = this.parsedInput;
    // What was never read would be replaced by the defaults.
    if (this.stored === null || !input.ok) return false;
    const settings: ScheduleSettings = {
      enabled: this.enabled,
      cron: this.cron,
      timezone: this.timezone,
      overlapMode: this.overlapMode,
      missed: this.missed,
      inputData: input.value,
    };
    return this.#send(async () => this.#take(await putSchedule(this.flowId, settings)));
  }

  async remove(): Promise<boolean> {
    return this.#send(async () => {
      await deleteSchedule(this.flowId);
      this.stored = null;
    });
  }

  async #send(work: () => Promise<void>): Promise<boolean> {
    this.busy = true;
    try {
      await work();
      this.error = null;
      return true;
    } catch (error) {
      this.error = asApiError(error);
      return false;
    } finally {
      this.busy = false;
    }
  }

  stop(): void {
    clearTimeout(this.#timer);
    this.#asked?.abort();
  }
}
