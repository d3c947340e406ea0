// One function per endpoint of the section Webhooks.
import { request } from './client';
import type { Body, ListQuery, Page, Webhook, WebhookDelivery, WebhookSettings } from './types';

export function getWebhook(flowId: string, signal?: AbortSignal) {
  return request<Webhook>('GET', `/api/flows/${flowId}/webhook`, { ...(signal && { signal }) });
}

export function putWebhook(flowId: string, settings: WebhookSettings) {
  return request<Webhook>('PUT', `/api/flows/${flowId}/webhook`, { body: settings });
}

/** A secret of the sender's own; left out, one is made. */
export type SecretRotation = Body<'rotateWebhookSecret'>;

export function rotateWebhookSecret(flowId: string, rotation: SecretRotation) {
  return request<Webhook>('POST', `/api/flows/${flowId}/webhook/rotate-secret`, {
    body: rotation,
  });
}

export function listWebhookDeliveries(
  flowId: string,
  options: ListQuery<'listWebhookDeliveries'> = {},
  signal?: AbortSignal,
) {
  return request<Page<WebhookDelivery>>('GET', `/api/flows/${flowId}/webhook/deliveries`, {
    query: options,
    ...(signal && { signal }),
  });
}

export function webhookCallsPath(flowId: string): `/${string}` {
  return `/api/flows/${flowId}/webhook/calls`;
}
