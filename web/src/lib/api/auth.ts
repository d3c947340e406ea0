// Signing in with the one-time code of the link that `swiftgrid serve` prints, or with the token.
import { request } from './client';
import type { AuthStatus } from './types';

export function getAuthStatus() {
  return request<AuthStatus>('GET', '/api/auth/status');
}

export function login(credentials: { code: string } | { token: string }) {
  return request<AuthStatus>('POST', '/api/auth/login', { body: credentials });
}

export function logout() {
  return request<undefined>('POST', '/api/auth/logout');
}
