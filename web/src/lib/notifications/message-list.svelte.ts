// The messages of one channel, or of one workflow's document, page by page.
import {
  listFlowMessages,
  listMessages,
  resendFlowMessage,
  resendMessage,
} from '$lib/api/notifications';
import type { NotificationDelivery, Page } from '$lib/api/types';
import { PagedList, type PageQuery } from '$lib/shared/paged-list.svelte';
import { t } from '$lib/shared/t';

export interface MessageSource {
  readonly title: string;
  /** Who may send one again. */
  readonly role: 'owner' | 'editor';
  readonly read: (page: PageQuery, signal: AbortSignal) => Promise<Page<NotificationDelivery>>;
  readonly resend: (message: string) => Promise<unknown>;
}

export function messagesOfChannel({ id, name }: { id: string; name: string }): MessageSource {
  return {
    title: t('notifications.log', { name }),
    role: 'owner',
    read: (page, signal) => listMessages(id, page, signal),
    resend: (message) => resendMessage(id, message),
  };
}

export function messagesOfFlow({ id, name }: { id: string; name: string }): MessageSource {
  return {
    title: t('flowNotifications.log', { name }),
    role: 'editor',
    read: (page, signal) => listFlowMessages(id, page, signal),
    resend: (message) => resendFlowMessage(id, message),
  };
}

export class MessageList extends PagedList<NotificationDelivery> {
  readonly #source: MessageSource;

  constructor(source: MessageSource) {
    super();
    this.#source = source;
  }

  protected readPage(page: PageQuery, signal: AbortSignal): Promise<Page<NotificationDelivery>> {
    return this.#source.read(page, signal);
  }
}
