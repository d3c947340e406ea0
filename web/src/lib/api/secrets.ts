// Names of secrets and variables; a value never comes to the browser.
import { request } from './client';
import type { Page } from './types';

export async function listSecretNames(): Promise<string[]> {
  const { items } = await request<Page<{ name: string }>>('GET', '/api/secrets', {
    query: { limit: 200 },
  });
  return items.map(({ name }) => name);
}
