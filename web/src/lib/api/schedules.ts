// One function per endpoint of the section Schedules.
import { request } from './client';
import type { CronPreview, ListQuery, Page, Schedule, ScheduleSettings } from './types';

export function getSchedule(flowId: string, signal?: AbortSignal) {
  return request<Schedule>('GET', `/api/flows/${flowId}/schedule`, { ...(signal && { signal }) });
}

export function putSchedule(flowId: string, settings: ScheduleSettings) {
  return request<Schedule>('PUT', `/api/flows/${flowId}/schedule`, { body: settings });
}

export function deleteSchedule(flowId: string) {
  return request<undefined>('DELETE', `/api/flows/${flowId}/schedule`);
}

export function listSchedules(options: ListQuery<'listSchedules'> = {}, signal?: AbortSignal) {
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
