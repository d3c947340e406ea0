// A version takes the place of the draft that was looked at. Is the draft another one by now, a
// person decides between the two.
import { asApiError } from '$lib/api/client';
import { getFlow, getVersion, restoreVersion } from '$lib/api/flows';
import type { Flow } from '$lib/api/types';
import type { FlowDocument } from '$lib/editor/document';
import { documentFromFlow } from '$lib/editor/draft';
import { documentOfVersion } from './compared.svelte';

interface Conflict {
  readonly version: number;
  /** The draft as it was saved elsewhere, and the version that was to replace another one. */
  readonly theirs: Flow;
  readonly mine: FlowDocument;
}

export class Replacement {
  /** While it waits for a decision, the draft is theirs. */
  conflict = $state.raw<Conflict>();

  /** The draft that was replaced; nothing when it was not the one that was `seen`. */
  async replace(seen: Flow, version: number): Promise<FlowDocument | undefined> {
    try {
      await restoreVersion(seen.id, seen.revision, version);
    } catch (error) {
      if (asApiError(error).status !== 412) throw error;
      const [theirs, chosen] = await Promise.all([getFlow(seen.id), getVersion(seen.id, version)]);
      this.conflict = { version, theirs, mine: documentOfVersion(theirs, chosen) };
      return undefined;
    }
    this.conflict = undefined;
    return documentFromFlow(seen);
  }
}
