// The audit log, page by page.
import { listAudit, type AuditFilter } from '$lib/api/history';
import type { AuditEntry, Page } from '$lib/api/types';
import { PagedList, type PageQuery } from '$lib/shared/paged-list.svelte';

export class AuditList extends PagedList<AuditEntry> {
  #filter: AuditFilter = {};

  async filter(filter: AuditFilter): Promise<void> {
    this.#filter = filter;
    await this.load();
  }

  protected readPage(page: PageQuery, signal: AbortSignal): Promise<Page<AuditEntry>> {
    return listAudit({ ...this.#filter, ...page }, signal);
  }
}
