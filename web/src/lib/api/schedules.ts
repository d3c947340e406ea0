// One function per endpoint of the section Schedules.
import { request } from './client';
import type { components } from './types.gen';
import type { Page } from './types';

export type Schedule = components['schemas']['Schedule'];
export type ScheduleSettings = components['schemas']['ScheduleSettings'];
export type Occurrence = components['schemas']['Occurrence'];
export type CronPreview = components['schemas']['CronPreview'];

export function getSchedule(flowId: string, signal?: AbortSignal) {
  return request<Schedule>('GET', `/api/flows/${flowId}/schedule`, { ...(signal && { signal }) });
}

export function putSchedule(flowId: string, settings: ScheduleSettings) {
  return request<Schedule>('PUT', `/api/flows/${flowId}/schedule`, { body: settings });
}

export function deleteSchedule(flowId: string) {
  return request<undefined>('DELETE', `/api/flows/${flowId}/schedule`);
}

export function listSchedules(
  options: { cursor?: string | null; limit?: number } = {},
  signal?: AbortSignal,
) {
  return request<Page<Schedule>>('GET', '/api/schedules', {
    query: options,
    ...(signal && { signal }),
  });
}

export function previewCron(cron: string, timezone: string, signal?: AbortSignal) {
  return request<CronPreview>('POST', '/api/cron/preview', {
    body: { cron, timezone, count: 5 },
    ...(signal && { signal }),
  });
}
