// A channel while it is made or changed. The address is never known here: an empty field keeps it.
import { asApiError, type ApiError } from '$lib/api/client';
import { createChannel, putChannel, type ChangedChannel } from '$lib/api/notifications';
import type { NotificationChannel, NotificationEvent, NotificationType } from '$lib/api/types';
import { durationText, parseDuration } from '$lib/shared/duration';
import { t } from '$lib/shared/t';

/** What the dialog shows a problem beside. */
export const shownFields = [
  'name',
  'url',
  'events',
  'slowerThanMs',
  'waitingLongerThanMs',
  'gatherSeconds',
] as const;

export class ChannelForm {
  readonly old: NotificationChannel | null;
  type = $state<NotificationType>('slack');
  name = $state('');
  url = $state('');
  events = $state.raw<readonly NotificationEvent[]>(['run_failed']);
  flowIds = $state.raw<readonly string[]>([]);
  slower = $state('30s');
  waiting = $state('1h');
  gather = $state('10');
  enabled = $state(true);
  tried = $state(false);
  busy = $state(false);
  error = $state.raw<ApiError>();

  constructor(old: NotificationChannel | null) {
    this.old = old;
    if (!old) return;
    this.type = old.type;
    this.name = old.name;
    this.events = old.events;
    this.flowIds = old.flowIds ?? [];
    if (old.slowerThanMs !== null) this.slower = durationText(old.slowerThanMs);
    if (old.waitingLongerThanMs !== null) this.waiting = durationText(old.waitingLongerThanMs);
    this.gather = String(old.gatherSeconds);
    this.enabled = old.enabled;
  }

  toggle(name: NotificationEvent, wanted: boolean): void {
    this.events = wanted ? [...this.events, name] : this.events.filter((each) => each !== name);
  }
  toggleFlow(id: string, wanted: boolean): void {
    this.flowIds = wanted ? [...this.flowIds, id] : this.flowIds.filter((each) => each !== id);
  }

  /** What is wrong with a field: known before it is sent, or said by the server. */
  problem(member: string): string | undefined {
    const said = this.error?.problems.find(({ pointer }) => pointer.startsWith(`/${member}`));
    if (said) return said.detail;
    if (!this.tried) return undefined;
    if (member === 'name' && this.name.trim() === '') return t('notifications.nameMissing');
    if (member === 'url' && !this.old && this.url.trim() === '')
      return t('notifications.urlMissing');
    if (member === 'events' && this.events.length === 0) return t('notifications.eventsMissing');
    if (member === 'gatherSeconds' && !/^\d{1,4}$/.test(this.gather.trim()))
      return t('notifications.gatherWrong');
    const lengths: Partial<Record<string, string>> = {
      slowerThanMs: this.slower,
      waitingLongerThanMs: this.waiting,
    };
    const length = lengths[member];
    if (length !== undefined && this.#wants(member) && !parseDuration(length))
      return t('notifications.timeWrong');
    return undefined;
  }

  /** The channel as the server has it now; undefined when it was refused. */
  async save(): Promise<NotificationChannel | undefined> {
    this.tried = true;
    this.error = undefined;
    if (shownFields.some((field) => this.problem(field) !== undefined)) return undefined;
    this.busy = true;
    try {
      const url = this.url.trim();
      if (this.old)
        return await putChannel(this.old.id, { ...this.#body(), ...(url !== '' && { url }) });
      return await createChannel({ ...this.#body(), type: this.type, name: this.name.trim(), url });
    } catch (cause) {
      this.error = asApiError(cause);
      return undefined;
    } finally {
      this.busy = false;
    }
  }

  #wants(member: string): boolean {
    return this.events.includes(member === 'slowerThanMs' ? 'run_slow' : 'run_waiting');
  }
  #body(): ChangedChannel {
    return {
      name: this.name.trim(),
      events: [...this.events],
      flowIds: this.flowIds.length === 0 ? null : [...this.flowIds],
      enabled: this.enabled,
      slowerThanMs: this.#wants('slowerThanMs') ? (parseDuration(this.slower) ?? null) : null,
      waitingLongerThanMs: this.#wants('waitingLongerThanMs')
        ? (parseDuration(this.waiting) ?? null)
        : null,
      gatherSeconds: Number(this.gather),
    };
  }
}
