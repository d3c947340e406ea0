// The settings of the server, as the page shows and changes them. Every change is sent at once and
// counts when the server has answered.
import { asApiError, type ApiError } from '$lib/api/client';
import { getSettings, putSettings } from '$lib/api/settings';
import type { Settings, SettingsChange } from '$lib/api/types';

export class ServerSettings {
  value = $state.raw<Settings>();
  error = $state.raw<ApiError>();
  busy = $state(false);

  async load(): Promise<void> {
    try {
      this.value = await getSettings();
      this.error = undefined;
    } catch (error) {
      this.error = asApiError(error);
    }
  }

  /**
   * Changes the list of addresses as the server has it now, so that what others did meanwhile stays.
   * Says why not; nothing when it is done.
   */
  async changeEgress(
    change: (entries: readonly string[]) => readonly string[],
  ): Promise<ApiError | undefined> {
    this.busy = true;
    try {
      this.value = await getSettings();
      this.value = await putSettings({ allowEgress: [...change(this.value.allowEgress)] });
      return undefined;
    } catch (error) {
      return asApiError(error);
    } finally {
      this.busy = false;
    }
  }

  /** Says why not; nothing when it is done. */
  async change(changes: SettingsChange): Promise<ApiError | undefined> {
    this.busy = true;
    try {
      this.value = await putSettings(changes);
      return undefined;
    } catch (error) {
      return asApiError(error);
    } finally {
      this.busy = false;
    }
  }
}
