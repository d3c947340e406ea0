/** The workflow that a step calls: its versions, what it takes, which secrets it uses. */

import { asApiError, type ApiError } from '$lib/api/client';
import { getFlow, getVersion, listVersions } from '$lib/api/flows';
import type { Flow, Version } from '$lib/api/types';
import { flowNames } from '$lib/flows/flow-names.svelte';
import type { Json } from '$lib/editor/document';
import { inputFields, secretNames, type InputField } from './schema';

const versions_shown = 100;

export class FlowTarget {
  flow = $state.raw<Flow>();
  versions = $state.raw<readonly Version[]>([]);
  error = $state.raw<ApiError>();
  /** The version that is called; the draft's while nothing is published. */
  #called = $state.raw<Pick<Flow, 'inputSchema' | 'graph' | 'timeoutMs'>>();
  #asked = '';

  readonly inputs: readonly InputField[] = $derived(inputFields(this.#called?.inputSchema ?? null));
  readonly secrets: readonly string[] = $derived(
    this.#called === undefined ? [] : secretNames(this.#called.graph),
  );

  /** Reads the workflow, again when it may have changed in another tab. */
  async load(id: string, version?: Json): Promise<void> {
    if (id !== this.flow?.id) this.#clear();
    const asked = `${id} ${String(version)}`;
    this.#asked = asked;
    this.error = undefined;
    if (id === '') return;
    try {
      const [flow, versions] = await Promise.all([
        getFlow(id),
        listVersions(id, { limit: versions_shown }),
      ]);
      const number = Number(version ?? NaN) || flow.activeVersion;
      const fixed = number === null ? undefined : await getVersion(id, number);
      if (asked !== this.#asked) return;
      this.flow = flow;
      this.versions = versions.items;
      this.#called = { ...flow, ...fixed, graph: fixed?.graph ?? flow.graph };
      flowNames.learn(id, flow.name);
    } catch (error) {
      if (asked === this.#asked) this.error = asApiError(error);
    }
  }

  get timeoutMs(): number {
    return this.#called?.timeoutMs ?? 0;
  }

  #clear(): void {
    this.flow = undefined;
    this.versions = [];
    this.#called = undefined;
  }
}
