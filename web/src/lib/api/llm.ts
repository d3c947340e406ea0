// What the server knows of providers of language models.
import { request } from './client';
import type { Page } from './types';

export interface LlmPreset {
  readonly id: string;
  readonly label: string;
  readonly baseUrl: string;
  readonly apiKey: string;
  readonly model: string;
  /** Models to choose from; others may be typed. */
  readonly models: readonly string[];
  /** Runs on one's own machine: the server refuses its address until it is allowed. */
  readonly local: boolean;
  readonly hint?: string;
}

export async function listPresets(): Promise<LlmPreset[]> {
  return (await request<Page<LlmPreset>>('GET', '/api/llm/presets')).items;
}
