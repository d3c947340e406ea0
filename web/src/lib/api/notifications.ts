// One function per endpoint of the section Notifications.
import { request } from './client';
import { allPages } from './pages';
import type {
  ActiveFlowNotification,
  Body,
  FlowNotificationList,
  ListQuery,
  NotificationChannel,
  NotificationDelivery,
  Page,
} from './types';

export type NewChannel = Body<'createNotificationChannel'>;
export type ChangedChannel = Body<'putNotificationChannel'>;

/** All of them; there are few. */
export function listChannels(): Promise<NotificationChannel[]> {
  return allPages((cursor) =>
    request<Page<NotificationChannel>>('GET', '/api/notifications', {
      query: { limit: 200, cursor },
    }),
  );
}

/** The signing secret of a webhook is in the answer, once. */
export function createChannel(channel: NewChannel) {
  return request<NotificationChannel>('POST', '/api/notifications', { body: channel });
}

/** Without an address the one it has stays. */
export function putChannel(id: string, channel: ChangedChannel) {
  return request<NotificationChannel>('PUT', `/api/notifications/${id}`, { body: channel });
}

/** The new signing secret is in the answer, once; the old one is used too for a while. */
export function rotateChannelSecret(id: string) {
  return request<NotificationChannel>('POST', `/api/notifications/${id}/rotate-secret`);
}

export function deleteChannel(id: string) {
  return request<undefined>('DELETE', `/api/notifications/${id}`);
}

/** What became of a message that was sent just now. */
export function testChannel(id: string) {
  return request<NotificationDelivery>('POST', `/api/notifications/${id}/test`);
}

export function listMessages(
  id: string,
  options: ListQuery<'listNotificationDeliveries'> = {},
  signal?: AbortSignal,
) {
  return request<Page<NotificationDelivery>>('GET', `/api/notifications/${id}/deliveries`, {
    query: options,
    ...(signal && { signal }),
  });
}

export function resendMessage(id: string, delivery: string) {
  return request<NotificationDelivery>(
    'POST',
    `/api/notifications/${id}/deliveries/${delivery}/resend`,
  );
}

/** Whom the documents of workflows tell: those of their active versions. */
export function listFlowNotifications(): Promise<ActiveFlowNotification[]> {
  return allPages((cursor) =>
    request<Page<ActiveFlowNotification>>('GET', '/api/flow-notifications', {
      query: { limit: 200, cursor },
    }),
  );
}

export function getFlowNotifications(flow: string) {
  return request<FlowNotificationList>('GET', `/api/flows/${flow}/notifications`);
}

export function listFlowMessages(
  flow: string,
  options: ListQuery<'listFlowNotificationDeliveries'> = {},
  signal?: AbortSignal,
) {
  return request<Page<NotificationDelivery>>('GET', `/api/flows/${flow}/notifications/deliveries`, {
    query: options,
    ...(signal && { signal }),
  });
}

export function resendFlowMessage(flow: string, delivery: string) {
  return request<NotificationDelivery>(
    'POST',
    `/api/flows/${flow}/notifications/deliveries/${delivery}/resend`,
  );
}
