import { cleanup, render, screen, within } from '@testing-library/svelte';
import userEvent from '@testing-library/user-event';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import * as api from '$lib/api/secrets';
import { ApiError } from '$lib/api/client';
import type { SecretItem } from '$lib/api/types';
import CreateMissing from './CreateMissing.svelte';
import DeleteSecret from './DeleteSecret.svelte';
import { environmentOf, nameProblem, proposeName, referenceIn } from './secret-name';
import SecretDialog from './SecretDialog.svelte';
import SecretTable from './SecretTable.svelte';
import { Vault, vault } from './vault.svelte';

function item(name: string, changes: Partial<SecretItem> = {}): SecretItem {
  return { name, kind: 'secret', updatedAt: '2026-11-30T07:00:00Z', usedBy: [], ...changes };
}
const use = {
  flowId: 'f',
  flowName: 'Triage',
  nodeIds: ['http'],
  draft: true,
  activeVersion: false,
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
});

describe('names', () => {
  it('are checked as the server does', () => {
    expect(nameProblem('API_KEY2', [])).toBeUndefined();
    expect(nameProblem('', [])).toBe('empty');
    expect(nameProblem('2A', [])).toBe('characters');
    expect(nameProblem('A-B', [])).toBe('characters');
    expect(nameProblem('A'.repeat(129), [])).toBe('long');
    expect(nameProblem('A', ['A'])).toBe('taken');
  });
  it('are proposed free and in the usual spelling', () => {
    expect(proposeName('api key', [])).toBe('API_KEY');
    expect(proposeName('API_KEY', ['API_KEY', 'API_KEY_2'])).toBe('API_KEY_3');
    expect(proposeName('2 Zoë!', [])).toBe('ZOE');
    expect(proposeName('…', [])).toBe('SECRET');
  });
  it('are found in a text that is one placeholder', () => {
    expect(referenceIn(' {{ $env.A_1 }} ')).toBe('A_1');
    expect(referenceIn('Bearer {{$env.A}}')).toBeUndefined();
    expect(referenceIn('{{$env.A ?? ""}}')).toBeUndefined();
  });
  it('stand in completions without the value of a secret', () => {
    expect(environmentOf([item('A'), item('B', { kind: 'variable', value: 'eu' })])).toEqual({
      A: 'secret',
      B: 'eu',
    });
  });
});

describe('the vault', () => {
  it('reads all pages, once for all who ask meanwhile', async () => {
    const asked = vi.spyOn(api, 'listSecrets');
    asked.mockResolvedValueOnce({ items: [item('A')], missing: [], nextCursor: 'x' });
    asked.mockResolvedValueOnce({
      items: [item('B')],
      missing: [{ name: 'C', usedBy: [use] }],
      nextCursor: null,
    });
    const own = new Vault();
    await Promise.all([own.load(), own.load()]);
    expect(asked).toHaveBeenCalledTimes(2);
    expect(own.names).toEqual(['A', 'B']);
    vi.spyOn(api, 'createSecret').mockResolvedValue(item('C'));
    await own.create({ name: 'C', value: 'abcdef', kind: 'secret' });
    expect(own.names).toEqual(['A', 'B', 'C']);
    expect(own.missing).toEqual([]);
  });
});

describe('the dialog', () => {
  it('creates what is complete, and says what is not', async () => {
    const created = vi.spyOn(api, 'createSecret').mockResolvedValue(item('NEW'));
    const done = vi.fn();
    const user = userEvent.setup();
    render(SecretDialog, { ondone: done, onclose: () => undefined });
    await user.type(screen.getByLabelText('Name'), '1');
    expect(screen.getByText(/no digit at the beginning/)).toBeInTheDocument();
    await user.clear(screen.getByLabelText('Name'));
    await user.type(screen.getByLabelText('Name'), 'NEW');
    await user.type(screen.getByLabelText('Value'), 'abc');
    await user.click(screen.getByRole('button', { name: 'Create' }));
    expect(screen.getByText(/At least 6 characters/)).toBeInTheDocument();
    expect(created).not.toHaveBeenCalled();
    await user.type(screen.getByLabelText('Value'), 'def');
    await user.click(screen.getByRole('button', { name: 'Create' }));
    expect(created).toHaveBeenCalledWith({ name: 'NEW', value: 'abcdef', kind: 'secret' });
    await vi.waitFor(() => expect(done).toHaveBeenCalledWith('NEW'));
  });

  it('replaces a secret without ever showing it, and edits a variable', async () => {
    const replaced = vi.spyOn(api, 'replaceSecret').mockResolvedValue(item('A'));
    const user = userEvent.setup();
    const { unmount } = render(SecretDialog, { replaced: item('A'), onclose: () => undefined });
    expect(screen.getByLabelText('Value')).toHaveValue('');
    await user.type(screen.getByLabelText('Value'), 'new-value');
    await user.click(screen.getByRole('button', { name: 'Save value' }));
    expect(replaced).toHaveBeenCalledWith('A', 'new-value');
    unmount();
    const variable = item('B', { kind: 'variable', value: 'eu' });
    render(SecretDialog, { replaced: variable, onclose: () => undefined });
    expect(screen.getByLabelText('Value')).toHaveValue('eu');
  });

  it("shows the server's words at the field", async () => {
    const problem = {
      severity: 'error' as const,
      pointer: '/value',
      code: 'secret_too_long',
      detail: 'At most 16 KiB.',
    };
    vi.spyOn(api, 'createSecret').mockRejectedValue(new ApiError(422, { errors: [problem] }));
    const user = userEvent.setup();
    render(SecretDialog, { name: 'A_LONG_ONE', value: 'abcdef', onclose: () => undefined });
    await user.click(screen.getByRole('button', { name: 'Create' }));
    expect(await screen.findByText('At most 16 KiB.')).toBeInTheDocument();
  });
});

describe('the list', () => {
  it('shows values of variables only, and who uses what', () => {
    const uses = ['a', 'b', 'c', 'd'].map((id) => ({ ...use, flowId: id, flowName: `Flow ${id}` }));
    render(SecretTable, {
      items: [item('A', { usedBy: uses }), item('B', { kind: 'variable', value: 'eu' })],
      onreplace: () => undefined,
      ondelete: () => undefined,
    });
    const [, first, second] = screen.getAllByRole('row');
    if (!first || !second) throw new Error('rows are missing');
    expect(within(first).getByText('never shown')).toBeInTheDocument();
    expect(within(first).getByRole('link', { name: 'Flow a' })).toHaveAttribute(
      'href',
      '/workflows/a',
    );
    expect(within(first).getByText('and 1 more')).toBeInTheDocument();
    expect(within(second).getByText('eu')).toBeInTheDocument();
  });

  it('says before deleting who will miss it', async () => {
    const removed = vi.spyOn(api, 'deleteSecret').mockResolvedValue(undefined);
    vi.spyOn(api, 'listSecrets').mockResolvedValue({ items: [], missing: [], nextCursor: null });
    const onclose = vi.fn();
    const used = item('A', { usedBy: [use] });
    vault.items = [used];
    render(DeleteSecret, { item: used, onclose });
    expect(screen.getByText(/Used by Triage/)).toBeInTheDocument();
    await userEvent.setup().click(screen.getByRole('button', { name: 'Delete all the same' }));
    expect(removed).toHaveBeenCalledWith('A', true);
    await vi.waitFor(() => expect(onclose).toHaveBeenCalled());
    expect(vault.find('A')).toBeUndefined();
  });
});

describe('a problem that names a missing secret', () => {
  const problem = {
    severity: 'error' as const,
    pointer: '/graph/nodes/0/data/url',
    code: 'unknown_secret',
    detail: "there is no secret 'STRIPE_KEY'",
  };
  it('can be mended where it is shown', async () => {
    vi.spyOn(api, 'createSecret').mockResolvedValue(item('STRIPE_KEY'));
    const ondone = vi.fn();
    const user = userEvent.setup();
    render(CreateMissing, { problem, ondone });
    await user.click(screen.getByRole('button', { name: 'Create STRIPE_KEY' }));
    await user.type(screen.getByLabelText('Value'), 'sk-123456');
    await user.click(screen.getByRole('button', { name: 'Create' }));
    await vi.waitFor(() => expect(ondone).toHaveBeenCalled());
  });
  it('is told from other problems', () => {
    render(CreateMissing, { problem: { ...problem, code: 'x' }, ondone: () => undefined });
    expect(screen.queryByRole('button')).toBeNull();
  });
});
