import { cleanup, render, screen, within } from '@testing-library/svelte';
import userEvent from '@testing-library/user-event';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import * as accounts from '$lib/api/accounts';
import * as auth from '$lib/api/auth';
import { ApiError } from '$lib/api/client';
import type { ApiToken, AuthStatus, Role, SignInSession, User } from '$lib/api/types';
import AddPersonDialog from './AddPersonDialog.svelte';
import { browserName } from './browser-name';
import { Me, me } from './me.svelte';
import NewTokenDialog from './NewTokenDialog.svelte';
import { takeCode } from './one-time-code';
import { isShort } from './password';
import PasswordForm from './PasswordForm.svelte';
import { People } from './people.svelte';
import PeopleTable from './PeopleTable.svelte';
import SessionTable from './SessionTable.svelte';
import ShownOnce from './ShownOnce.svelte';
import TokenTable from './TokenTable.svelte';

const time = '2026-11-30T07:00:00.000Z';
function status(role: Role, changes: Partial<AuthStatus> = {}): AuthStatus {
  return {
    signedIn: true,
    role,
    kind: 'person',
    name: 'mia@example.com',
    userId: 'u1',
    hasAccounts: true,
    ...changes,
  };
}
function user(id: string, role: Role): User {
  return { id, email: `${id}@example.com`, role, createdAt: time, lastSeenAt: null };
}
const token: ApiToken = {
  id: 't1',
  name: 'ci-deploy',
  role: 'operator',
  createdBy: null,
  createdAt: time,
  expiresAt: null,
  lastUsedAt: null,
};

beforeEach(() => {
  HTMLDialogElement.prototype.showModal = function () {
    this.open = true;
  };
  HTMLDialogElement.prototype.close = function () {
    this.open = false;
  };
});
afterEach(() => {
  cleanup();
  vi.restoreAllMocks();
  me.set(null);
});

describe('me', () => {
  it('may do what the role may, and everything while nothing is known', () => {
    const own = new Me();
    expect(own.may('owner')).toBe(true);
    own.set(status('operator'));
    expect(own.may('viewer')).toBe(true);
    expect(own.may('operator')).toBe(true);
    expect(own.may('editor')).toBe(false);
    expect(own.grantable).toEqual(['operator', 'viewer']);
  });
  it('knows that somebody has no account yet', () => {
    const own = new Me();
    own.set(status('owner', { kind: 'serverToken', name: 'owner', hasAccounts: false }));
    expect(own.needsAccount).toBe(true);
    expect(own.name).toBe('Without an account');
    own.set(status('owner'));
    expect(own.needsAccount).toBe(false);
    expect(own.name).toBe('mia@example.com');
  });
  it('survives a server that does not answer', async () => {
    vi.spyOn(auth, 'getAuthStatus').mockRejectedValue(new ApiError(0, {}));
    const own = new Me();
    await own.load();
    expect(own.status).toBeNull();
  });
  it('is asked once more when the server answers again, and only once at a time', async () => {
    const own = new Me();
    const asked = vi.spyOn(auth, 'getAuthStatus').mockImplementation(async () => {
      await Promise.resolve();
      // Its own answer is one of the server's, too.
      void own.loadIfUnknown();
      return status('viewer');
    });
    await own.loadIfUnknown();
    await own.loadIfUnknown();
    expect(asked).toHaveBeenCalledOnce();
    expect(own.may('operator')).toBe(false);
  });
});

describe('the code of a link', () => {
  it('is taken out of the address', () => {
    history.replaceState(null, '', '/setup?x=1#s3cret');
    expect(takeCode()).toBe('s3cret');
    expect(location.href).toMatch(/\/setup\?x=1$/);
    expect(takeCode()).toBe('');
  });
});

describe('pure helpers', () => {
  it('name browsers for people', () => {
    const firefox = 'Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0';
    const edge =
      'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/140.0 Safari/537.36 Edg/140.0';
    const phone =
      'Mozilla/5.0 (iPhone; CPU iPhone OS 19_0 like Mac OS X) Version/19.0 Safari/604.1';
    expect(browserName(firefox)).toBe('Firefox · Linux');
    expect(browserName(edge)).toBe('Edge · Windows');
    expect(browserName(phone)).toBe('Safari · iOS');
    expect(browserName('curl/8.5.0 extra')).toBe('curl/8.5.0');
    expect(browserName('')).toBeUndefined();
  });
  it('count characters of passwords as the server does', () => {
    expect(isShort('elevenchars')).toBe(true);
    expect(isShort('twelve chars')).toBe(false);
    expect(isShort('🔑'.repeat(11))).toBe(true);
    expect(isShort('🔑'.repeat(12))).toBe(false);
  });
});

describe('the password form', () => {
  it('sends both passwords, and says which one is wrong', async () => {
    const changed = vi.spyOn(auth, 'changePassword');
    changed.mockRejectedValueOnce(new ApiError(403, { detail: 'the present password is wrong' }));
    changed.mockResolvedValueOnce(undefined);
    const onchanged = vi.fn();
    const person = userEvent.setup();
    render(PasswordForm, { onchanged });
    await person.type(screen.getByLabelText('Current password'), 'old horse battery');
    await person.type(screen.getByLabelText('New password'), 'short');
    await person.click(screen.getByRole('button', { name: 'Change password' }));
    expect(screen.getByText('At least 12 characters.')).toBeInTheDocument();
    expect(changed).not.toHaveBeenCalled();
    await person.type(screen.getByLabelText('New password'), ' no more');
    await person.click(screen.getByRole('button', { name: 'Change password' }));
    expect(await screen.findByText('the present password is wrong')).toBeInTheDocument();
    await person.click(screen.getByRole('button', { name: 'Change password' }));
    await vi.waitFor(() => expect(onchanged).toHaveBeenCalled());
    expect(screen.getByLabelText('New password')).toHaveValue('');
  });

  it('says beside the new password what the server finds wrong with it', async () => {
    const detail = 'the password is one that many people have';
    const errors = [
      { severity: 'error' as const, pointer: '/newPassword', code: 'password_common', detail },
    ];
    vi.spyOn(auth, 'changePassword').mockRejectedValueOnce(new ApiError(422, { detail, errors }));
    const person = userEvent.setup();
    render(PasswordForm, {});
    await person.type(screen.getByLabelText('Current password'), 'old horse battery');
    await person.type(screen.getByLabelText('New password'), 'password password');
    await person.click(screen.getByRole('button', { name: 'Change password' }));
    expect(await screen.findByText(detail)).toBeInTheDocument();
    expect(screen.getByLabelText('New password')).toBeInvalid();
  });
});

describe('sessions', () => {
  it('can be ended, but for the one that is looked through', async () => {
    const session = (id: string, current: boolean): SignInSession => ({
      id,
      createdAt: time,
      lastUsedAt: time,
      expiresAt: time,
      address: '10.0.0.1',
      userAgent: current ? '' : 'curl/8.5.0',
      current,
    });
    const onend = vi.fn();
    render(SessionTable, { sessions: [session('a', true), session('b', false)], onend });
    expect(screen.getByText('This one')).toBeInTheDocument();
    expect(screen.getAllByRole('button')).toHaveLength(1);
    await userEvent
      .setup()
      .click(screen.getByRole('button', { name: 'End the session of curl/8.5.0' }));
    expect(onend).toHaveBeenCalledWith(session('b', false));
  });
});

describe('tokens', () => {
  it('show when they end and were used, and can be revoked', async () => {
    const onrevoke = vi.fn();
    const old = { ...token, id: 't2', name: 'old', expiresAt: '2020-01-01T00:00:00.000Z' };
    const long = { ...token, id: 't3', name: 'long', expiresAt: '2090-03-01T12:00:00.000Z' };
    render(TokenTable, { tokens: [token, old, long], onrevoke });
    const [, first, second, third] = screen.getAllByRole('row');
    expect(third).toHaveTextContent('1 Mar 2090');
    if (!first || !second) throw new Error('rows are missing');
    expect(within(first).getByText('the server')).toBeInTheDocument();
    expect(within(first).getAllByText('Never')).toHaveLength(2);
    expect(within(second).getByText('Expired')).toBeInTheDocument();
    await userEvent.setup().click(screen.getByRole('button', { name: 'Revoke old' }));
    expect(onrevoke).toHaveBeenCalledWith(old);
  });
  it('are made with a name, and no role above one’s own', async () => {
    me.set(status('operator'));
    const made = { ...token, token: 'sg_live_x' };
    const create = vi.spyOn(accounts, 'createToken').mockResolvedValue(made);
    const onmade = vi.fn();
    const person = userEvent.setup();
    render(NewTokenDialog, { onmade, onclose: () => undefined });
    expect(within(screen.getByLabelText('Role')).getAllByRole('option')).toHaveLength(2);
    await person.click(screen.getByRole('button', { name: 'Create' }));
    expect(screen.getByText('Give it a name.')).toBeInTheDocument();
    await person.type(screen.getByLabelText('Name'), ' ci-deploy ');
    await person.selectOptions(screen.getByLabelText('Expires'), 'Never');
    await person.click(screen.getByRole('button', { name: 'Create' }));
    await vi.waitFor(() => expect(onmade).toHaveBeenCalledWith(made));
    expect(create).toHaveBeenCalledWith({ name: 'ci-deploy', role: 'operator', expiresAt: null });
  });
  it('are shown once, with a way to copy them', async () => {
    const person = userEvent.setup();
    render(ShownOnce, {
      title: 'Token',
      text: 'Copy it now',
      label: 'Token',
      value: 'sg_live_x',
      onclose: () => undefined,
    });
    expect(screen.getByRole('textbox', { name: 'Token' })).toHaveValue('sg_live_x');
    await person.click(screen.getByRole('button', { name: 'Copy' }));
    expect(await navigator.clipboard.readText()).toBe('sg_live_x');
  });
});

describe('people', () => {
  it('change role, but the last owner stays one', async () => {
    me.set(status('owner'));
    const onrole = vi.fn();
    const people = [user('u1', 'owner'), user('u2', 'viewer')];
    render(PeopleTable, { people, onrole, onreset: vi.fn(), ondelete: vi.fn() });
    expect(screen.getByText('you')).toBeInTheDocument();
    expect(screen.getByLabelText('Role of u1@example.com')).toBeDisabled();
    const person = userEvent.setup();
    await person.selectOptions(screen.getByLabelText('Role of u2@example.com'), 'Editor');
    expect(onrole).toHaveBeenCalledWith(people[1], 'editor');
    await person.click(screen.getByRole('button', { name: 'More actions: u1@example.com' }));
    expect(screen.getByRole('menuitem', { name: 'Delete' })).toHaveAttribute(
      'aria-disabled',
      'true',
    );
  });
  it('are added, and a taken address is said at its field', async () => {
    const create = vi.spyOn(accounts, 'createUser');
    create.mockRejectedValueOnce(new ApiError(409, { detail: 'a@b has an account already' }));
    const made = { ...user('u3', 'editor'), password: 'shown-once' };
    create.mockResolvedValueOnce(made);
    const onmade = vi.fn();
    const person = userEvent.setup();
    render(AddPersonDialog, { onmade, onclose: () => undefined });
    await person.type(screen.getByLabelText('Email'), 'a@b');
    await person.click(screen.getByRole('button', { name: 'Create' }));
    expect(await screen.findByText('a@b has an account already')).toBeInTheDocument();
    await person.click(screen.getByRole('button', { name: 'Create' }));
    await vi.waitFor(() => expect(onmade).toHaveBeenCalledWith(made));
    expect(create).toHaveBeenLastCalledWith({ email: 'a@b', role: 'editor' });
  });
  it('are kept without the passwords that were made for them', async () => {
    vi.spyOn(accounts, 'listUsers').mockResolvedValue([user('u2', 'viewer'), user('u1', 'owner')]);
    const changed = { ...user('u2', 'viewer'), password: 'shown-once' };
    vi.spyOn(accounts, 'changeUser').mockResolvedValue(changed);
    const removed = vi.spyOn(accounts, 'deleteUser').mockResolvedValue(undefined);
    const people = new People();
    await people.load();
    expect(await people.resetPassword(changed)).toBe('shown-once');
    expect(JSON.stringify(people.users)).not.toContain('shown-once');
    expect(people.users.map(({ id }) => id)).toEqual(['u2', 'u1']);
    await people.remove(changed);
    expect(removed).toHaveBeenCalledWith('u2');
    expect(people.users).toHaveLength(1);
  });
});
