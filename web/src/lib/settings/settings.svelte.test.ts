import { cleanup, render, screen } from '@testing-library/svelte';
import userEvent from '@testing-library/user-event';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { ApiError } from '$lib/api/client';
import * as api from '$lib/api/settings';
import type { Settings } from '$lib/api/types';
import EgressSection from './EgressSection.svelte';
import { me } from '$lib/accounts/me.svelte';
import { toast } from '$lib/ui/toast.svelte';
import { limitRows } from './limit-rows';
import { ServerSettings } from './server-settings.svelte';

function answer(allowEgress: string[]): Settings {
  return {
    allowEgress,
    retentionDays: 90,
    flags: { allowEgress: ['localhost:11434'] },
    limits: {},
  };
}

async function shown(allowEgress: string[]): Promise<ServerSettings> {
  vi.spyOn(api, 'getSettings').mockResolvedValue(answer(allowEgress));
  const settings = new ServerSettings();
  await settings.load();
  render(EgressSection, { settings });
  return settings;
}

afterEach(() => {
  cleanup();
  vi.restoreAllMocks();
});

describe('private addresses', () => {
  it('are opened one by one, beside those of the command line', async () => {
    const put = vi.spyOn(api, 'putSettings').mockResolvedValue(answer(['10.0.0.0/8', 'db:5432']));
    await shown(['10.0.0.0/8']);
    expect(screen.getAllByRole('listitem').map((item) => item.textContent.trim())).toEqual([
      expect.stringMatching(/localhost:11434\s+from the command line/),
      '10.0.0.0/8',
    ]);
    await userEvent.type(screen.getByLabelText('Address to open'), 'db:5432{Enter}');
    expect(put).toHaveBeenCalledWith({ allowEgress: ['10.0.0.0/8', 'db:5432'] });
    expect(await screen.findByText('db:5432')).toBeTruthy();
    expect(screen.getByLabelText<HTMLInputElement>('Address to open').value).toBe('');
  });

  it('stay typed with the reason why they are refused', async () => {
    const problems = [
      { severity: 'error', pointer: '/allowEgress/0', nodeId: null, code: 'c', detail: 'no host' },
    ] as ApiError['problems'];
    vi.spyOn(api, 'putSettings').mockRejectedValue(new ApiError(422, { errors: problems }));
    await shown([]);
    await userEvent.type(screen.getByLabelText('Address to open'), 'a b{Enter}');
    expect(await screen.findByText('no host')).toBeTruthy();
    expect(screen.getByLabelText<HTMLInputElement>('Address to open').value).toBe('a b');
  });

  it('are closed', async () => {
    const put = vi.spyOn(api, 'putSettings').mockResolvedValue(answer([]));
    await shown(['db:5432']);
    await userEvent.click(screen.getByRole('button', { name: 'Close db:5432' }));
    expect(put).toHaveBeenCalledWith({ allowEgress: [] });
    expect(screen.queryByText('db:5432')).toBeNull();
  });
});

describe('private addresses that others change meanwhile', () => {
  it('stay as they are, also when one that was closed is put back', async () => {
    const settings = await shown(['a:1', 'b:2']);
    // Somebody else has opened c:3 since.
    vi.spyOn(api, 'getSettings').mockResolvedValueOnce(answer(['a:1', 'b:2', 'c:3']));
    const put = vi.spyOn(api, 'putSettings');
    put.mockResolvedValueOnce(answer(['b:2', 'c:3']));
    await userEvent.click(screen.getByRole('button', { name: 'Close a:1' }));
    expect(put).toHaveBeenLastCalledWith({ allowEgress: ['b:2', 'c:3'] });
    vi.spyOn(api, 'getSettings').mockResolvedValueOnce(answer(['b:2', 'c:3', 'd:4']));
    put.mockRejectedValueOnce(new ApiError(503, { detail: 'too busy' }));
    toast.notes.at(-1)?.action?.onselect();
    await vi.waitFor(() =>
      expect(put).toHaveBeenLastCalledWith({ allowEgress: ['b:2', 'c:3', 'd:4', 'a:1'] }),
    );
    await vi.waitFor(() => expect(toast.notes.at(-1)?.text).toBe('too busy'));
    expect(settings.value?.allowEgress).toContain('d:4');
  });

  it('are only looked at by whoever may not change them', async () => {
    me.set({
      signedIn: true,
      role: 'editor',
      kind: 'person',
      name: '',
      userId: '',
      hasAccounts: true,
    });
    await shown(['a:1']);
    expect(screen.getByText('a:1')).toBeTruthy();
    expect(screen.queryAllByRole('button')).toEqual([]);
    me.set(null);
  });
});

describe('limitRows', () => {
  it('says limits in words and leaves out what it does not know', () => {
    const rows = limitRows({ llmTimeMs: 120_000, graphNodes: 2_000, later: 1 });
    expect(rows).toEqual([
      { label: 'Steps of a workflow', value: '2,000' },
      {
        label: 'Time of an answer of a language model, unless the step says otherwise',
        value: '2 minutes',
      },
    ]);
  });
});
