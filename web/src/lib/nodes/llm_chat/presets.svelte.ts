// The providers to choose from, asked for once.
import { listPresets } from '$lib/api/llm';
import type { LlmPreset } from '$lib/api/types';

class Presets {
  items = $state.raw<readonly LlmPreset[]>([]);
  #asked = false;

  async load(): Promise<void> {
    if (this.#asked) return;
    this.#asked = true;
    try {
      this.items = await listPresets();
    } catch {
      // Address, key and model can be typed; the next form asks again.
      this.#asked = false;
    }
  }

  of(id: string): LlmPreset | undefined {
    return this.items.find((preset) => preset.id === id);
  }
}

export const presets = new Presets();
