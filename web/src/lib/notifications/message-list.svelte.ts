// The messages of one channel, page by page.
import { listMessages } from '$lib/api/notifications';
import type { NotificationDelivery, Page } from '$lib/api/types';
import { PagedList, type PageQuery } from '$lib/shared/paged-list.svelte';

export class MessageList extends PagedList<NotificationDelivery> {
  readonly #channel: string;

  constructor(channel: string) {
    super();
    this.#channel = channel;
  }

  protected readPage(page: PageQuery, signal: AbortSignal): Promise<Page<NotificationDelivery>> {
    return listMessages(this.#channel, page, signal);
  }
}
