/** Carrying out one step of the draft: what goes in, what came out. One for the open step. */

import { asApiError, type ApiError } from '$lib/api/client';
import { testNode } from '$lib/api/flows';
import type { NodeTest } from '$lib/api/types';
import { t } from '$lib/shared/t';
import type { Json } from './document';
import type { ScopeRoot } from './scope';
import { parseInput, type Workspace } from './workspace.svelte';

export type InputSource = 'last' | 'typed';

export class StepTest {
  source = $state<InputSource>('last');
  /** Typed results of steps before this one, as JSON by node id; and the run's input. */
  text = $state('{}');
  trigger = $state('null');
  busy = $state(false);
  result = $state.raw<NodeTest>();
  error = $state.raw<ApiError>();
  readonly #workspace: Workspace;
  readonly #nodeId: string;

  constructor(workspace: Workspace, nodeId: string) {
    this.#workspace = workspace;
    this.#nodeId = nodeId;
  }

  readonly inputs = $derived(parseInput(this.text));
  readonly input = $derived(parseInput(this.trigger));
  /** Why the typed inputs cannot be sent. */
  readonly problem = $derived.by(() => {
    if (this.source === 'last') return undefined;
    if (!this.inputs.ok) return t('editor.notJson', { reason: this.inputs.reason });
    if (!this.input.ok) return t('editor.notJson', { reason: this.input.reason });
    return isRecord(this.inputs.value) ? undefined : t('test.objectExpected');
  });

  /** Typing begins with what is known. */
  choose(source: InputSource, roots: readonly ScopeRoot[]): void {
    this.source = source;
    if (source === 'last' || this.text !== '{}') return;
    const steps = roots.filter(({ name }) => !name.startsWith('$') && name !== 'previous');
    const known = steps.map(({ name, sample }) => [name, sample ?? null]);
    this.text = JSON.stringify(Object.fromEntries(known), null, 2);
    const trigger = roots.find(({ name }) => name === '$trigger')?.sample;
    this.trigger = JSON.stringify(trigger ?? null, null, 2);
  }

  /** What is on the screen is what is tested: the draft is saved before. */
  async start(): Promise<void> {
    if (this.problem !== undefined || this.busy) return;
    this.busy = true;
    this.error = undefined;
    try {
      if (!(await this.#workspace.saver.flush())) {
        this.#workspace.editor.announce(t('editor.notRun'));
        return;
      }
      this.result = await testNode(this.#workspace.flowId, this.#nodeId, this.#given());
    } catch (error) {
      this.error = asApiError(error);
    } finally {
      this.busy = false;
    }
  }

  /** The editor goes on with this result instead of running the step. */
  pin(): void {
    const { result } = this;
    if (!result || result.status !== 'completed') return;
    this.#workspace.editor.configure(this.#nodeId, { pinned: (result.result ?? null) as Json });
  }

  unpin(): void {
    this.#workspace.editor.configure(this.#nodeId, { pinned: undefined });
  }

  #given(): { inputs?: Record<string, unknown>; trigger?: unknown } {
    if (this.source === 'last' || !this.inputs.ok || !this.input.ok) return {};
    return { inputs: this.inputs.value as Record<string, unknown>, trigger: this.input.value };
  }
}

function isRecord(value: Json): boolean {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
