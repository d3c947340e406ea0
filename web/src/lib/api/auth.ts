// Setting up, signing in and out, and one's own sessions.
import { request } from './client';
import type { AuthStatus, Body, SignInSession } from './types';

/** The code is that of the link which `swiftgrid serve` prints; the token is the server's own. */
export type Credentials =
  { code: string } | { token: string } | { email: string; password: string };

export function getAuthStatus() {
  return request<AuthStatus>('GET', '/api/auth/status');
}

export function login(credentials: Credentials) {
  return request<AuthStatus>('POST', '/api/auth/login', { body: credentials });
}

/** Makes the first account. Whoever is signed in with the server's token needs no `setupToken`. */
export function setUp(account: Body<'setUp'>) {
  return request<AuthStatus>('POST', '/api/auth/setup', { body: account });
}

export function logout() {
  return request<undefined>('POST', '/api/auth/logout');
}

export function changePassword(passwords: Body<'changePassword'>) {
  return request<undefined>('PUT', '/api/auth/password', { body: passwords });
}

export async function listSessions() {
  return (await request<{ items: SignInSession[] }>('GET', '/api/auth/sessions')).items;
}

export function endSession(id: string) {
  return request<undefined>('DELETE', `/api/auth/sessions/${id}`);
}

export function endOtherSessions() {
  return request<undefined>('DELETE', '/api/auth/sessions');
}
