// Secrets and variables by name. The value of a secret goes to the server and never comes back.
import { request } from './client';
import type { Body, SecretItem, SecretList } from './types';

const pageSize = 200;

/** `missing` is whole on every page. */
export function listSecrets(cursor: string | null = null) {
  return request<SecretList>('GET', '/api/secrets', { query: { limit: pageSize, cursor } });
}

export function createSecret(secret: Body<'createSecret'>) {
  return request<SecretItem>('POST', '/api/secrets', { body: secret });
}

/** Kept as the kind that it is. */
export function replaceSecret(name: string, value: string) {
  return request<SecretItem>('PUT', `/api/secrets/${encodeURIComponent(name)}`, {
    body: { value },
  });
}

/** Refused with 409 `secret_in_use` while a workflow uses it, unless `force`. */
export function deleteSecret(name: string, force = false) {
  return request<undefined>('DELETE', `/api/secrets/${encodeURIComponent(name)}`, {
    query: force ? { force } : {},
  });
}
