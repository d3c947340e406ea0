// One function per endpoint of a workflow that is offered as a tool.
import { request } from './client';
import type { Tool, ToolSettings } from './types';

export function getTool(flowId: string, signal?: AbortSignal) {
  return request<Tool>('GET', `/api/flows/${flowId}/tool`, { ...(signal && { signal }) });
}

export function putTool(flowId: string, settings: ToolSettings) {
  return request<Tool>('PUT', `/api/flows/${flowId}/tool`, { body: settings });
}
