// One function per endpoint of the section Settings.
import { request } from './client';
import type { Settings, SettingsChange } from './types';

export function getSettings(signal?: AbortSignal) {
  return request<Settings>('GET', '/api/settings', { ...(signal && { signal }) });
}

/** What is left out stays as it is. */
export function putSettings(changes: SettingsChange) {
  return request<Settings>('PUT', '/api/settings', { body: changes });
}
