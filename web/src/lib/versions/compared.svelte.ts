// The two documents of a comparison. A version never changes: it is read once.
import { asApiError, type ApiError } from '$lib/api/client';
import { getVersion } from '$lib/api/flows';
import type { Flow, Version } from '$lib/api/types';
import type { FlowDocument } from '$lib/editor/document';
import { documentFromFlow } from '$lib/editor/draft';
import type { Side, Sides } from './sides';

export class Compared {
  documents = $state.raw<{ readonly before: FlowDocument; readonly after: FlowDocument }>();
  error = $state.raw<ApiError>();
  readonly #versions = new Map<number, Version>();
  #asked = 0;
  #sides: Sides | undefined;

  async show(flow: Flow, sides: Sides): Promise<void> {
    this.#asked += 1;
    const asked = this.#asked;
    const { a, b } = sides;
    // Nothing stands below the names of two others.
    if (a !== this.#sides?.a || b !== this.#sides.b) this.documents = undefined;
    this.#sides = sides;
    try {
      const [before, after] = await Promise.all([this.#side(flow, a), this.#side(flow, b)]);
      if (asked !== this.#asked) return;
      this.documents = { before, after };
      this.error = undefined;
    } catch (error) {
      if (asked === this.#asked) this.error = asApiError(error);
    }
  }

  async #side(flow: Flow, side: Side): Promise<FlowDocument> {
    if (side === 'draft') return documentFromFlow(flow);
    const version = this.#versions.get(side) ?? (await getVersion(flow.id, side));
    this.#versions.set(side, version);
    return documentOfVersion(flow, version);
  }
}

/** Name and description belong to the workflow, not to its versions. */
export function documentOfVersion(flow: Flow, version: Version): FlowDocument {
  const { name, description } = flow;
  const graph = version.graph ?? { nodes: [], edges: [] };
  return documentFromFlow({ ...version, name, description, graph });
}
