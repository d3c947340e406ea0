// A workflow as a tool while that is edited.
import { asApiError, type ApiError } from '$lib/api/client';
import { getTool, putTool } from '$lib/api/tools';
import type { Tool } from '$lib/api/types';
import { isDescriptionShort, isToolName } from './tool-name';

export class ToolForm {
  readonly flowId: string;
  /** As the server has it; null until it is read, and then there is nothing to edit or to save. */
  stored = $state.raw<Tool | null>(null);
  error = $state.raw<ApiError | null>(null);
  busy = $state(false);

  enabled = $state(false);
  name = $state('');
  description = $state('');
  readsOnly = $state(false);
  cancelsRun = $state(true);

  constructor(flowId: string) {
    this.flowId = flowId;
  }

  readonly nameGood = $derived(isToolName(this.name.trim()));
  readonly descriptionGood = $derived(isDescriptionShort(this.description));

  get canSave(): boolean {
    return this.stored !== null && this.nameGood && this.descriptionGood;
  }

  async load(): Promise<void> {
    this.error = null;
    try {
      const tool = await getTool(this.flowId);
      this.stored = tool;
      Object.assign(this, fieldsOf(tool));
    } catch (error) {
      this.error = asApiError(error);
    }
  }

  /** True when it is saved; otherwise `error` says why not. What is typed meanwhile stays. */
  async save(): Promise<boolean> {
    // What was never read would be replaced by the defaults.
    if (!this.canSave) return false;
    const { enabled, name, description, readsOnly, cancelsRun } = this;
    this.busy = true;
    try {
      const settings = { enabled, name: name.trim(), description, readsOnly, cancelsRun };
      const saved = await putTool(this.flowId, settings);
      this.stored = saved;
      if (this.name === name) this.name = saved.name;
      this.error = null;
      return true;
    } catch (error) {
      this.error = asApiError(error);
      return false;
    } finally {
      this.busy = false;
    }
  }
}

function fieldsOf({ enabled, name, description, readsOnly, cancelsRun }: Tool) {
  return { enabled, name, description, readsOnly, cancelsRun };
}
