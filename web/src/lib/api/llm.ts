// What the server knows of providers of language models.
import { request } from './client';
import type { LlmPreset, Page } from './types';

export async function listPresets(): Promise<LlmPreset[]> {
  return (await request<Page<LlmPreset>>('GET', '/api/llm/presets')).items;
}
