// The versions of one workflow, page by page.
import { listVersions } from '$lib/api/flows';
import type { Page, Version } from '$lib/api/types';
import { PagedList, type PageQuery } from '$lib/shared/paged-list.svelte';

export class VersionList extends PagedList<Version> {
  readonly #flowId: string;

  constructor(flowId: string) {
    super();
    this.#flowId = flowId;
  }

  protected readPage(page: PageQuery, signal: AbortSignal): Promise<Page<Version>> {
    return listVersions(this.#flowId, page, signal);
  }
}
