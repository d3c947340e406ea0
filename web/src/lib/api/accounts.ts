// People, for owners, and tokens for programs.
import { request } from './client';
import { allPages } from './pages';
import type { ApiToken, Body, NewToken, Page, Role, User } from './types';

const pageSize = 200;

function all<T>(path: `/${string}`): Promise<T[]> {
  return allPages<T>((cursor) =>
    request<Page<T>>('GET', path, { query: { limit: pageSize, cursor } }),
  );
}

export function listUsers() {
  return all<User>('/api/users');
}

/** The password that the server made is in the answer, once. */
export function createUser(user: Body<'createUser'>) {
  return request<User>('POST', '/api/users', { body: user });
}

export function changeUser(id: string, change: { role: Role } | { resetPassword: true }) {
  return request<User>('PUT', `/api/users/${id}`, { body: change });
}

export function deleteUser(id: string) {
  return request<undefined>('DELETE', `/api/users/${id}`);
}

export function listTokens() {
  return all<ApiToken>('/api/tokens');
}

/** The token itself is in the answer, once. */
export function createToken(token: Body<'createToken'>) {
  return request<NewToken>('POST', '/api/tokens', { body: token });
}

export function revokeToken(id: string) {
  return request<undefined>('DELETE', `/api/tokens/${id}`);
}
