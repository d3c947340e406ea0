import { cleanup, render, screen, within } from '@testing-library/svelte';
import userEvent from '@testing-library/user-event';
import { flushSync } from 'svelte';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { ApiError } from '$lib/api/client';
import * as api from '$lib/api/flows';
import type { Flow, SavedFlow, Version } from '$lib/api/types';
import { flow, step } from '$lib/editor/testing';
import ChangeList from './ChangeList.svelte';
import { Compared } from './compared.svelte';
import { diffFlows } from './diff';
import { Replacement } from './replacement.svelte';

beforeEach(() => {
  HTMLElement.prototype.scrollIntoView ??= () => undefined;
});
afterEach(() => {
  cleanup();
  vi.restoreAllMocks();
});

const version = (number: number, ids: readonly string[]): Version => ({
  number,
  flowId: 'f',
  changeSummary: '',
  createdAt: '',
  createdBy: null,
  active: false,
  graph: { nodes: ids.map((id) => ({ ...step(id) })), edges: [] } as Version['graph'] & object,
});
const draft = { id: 'f', name: 'Flow', description: '', graph: { nodes: [], edges: [] } };
const ids = (nodes: readonly { id: string }[] = []) => nodes.map(({ id }) => id);

describe('a version in place of the draft', () => {
  const seen = { ...draft, revision: 4 } as unknown as Flow;

  it('replaces the one that was seen, and answers it', async () => {
    const restore = vi.spyOn(api, 'restoreVersion').mockResolvedValue({} as SavedFlow);
    const replacement = new Replacement();
    const before = await replacement.replace(seen, 1);
    expect(restore).toHaveBeenCalledWith('f', 4, 1);
    expect(before?.name).toBe('Flow');
    expect(replacement.conflict).toBeUndefined();
  });

  it('shows both when the draft is another by now, and replaces that when told to', async () => {
    const restore = vi.spyOn(api, 'restoreVersion').mockRejectedValueOnce(new ApiError(412, {}));
    vi.spyOn(api, 'getFlow').mockResolvedValue({ ...seen, name: 'Theirs', revision: 5 });
    vi.spyOn(api, 'getVersion').mockResolvedValue(version(1, ['a']));
    const replacement = new Replacement();
    expect(await replacement.replace(seen, 1)).toBeUndefined();
    const { conflict } = replacement;
    expect(conflict?.theirs.revision).toBe(5);
    expect(conflict?.mine.name).toBe('Theirs');
    expect(ids(conflict?.mine.nodes)).toEqual(['a']);

    restore.mockResolvedValue({} as SavedFlow);
    const before = await replacement.replace(conflict?.theirs ?? seen, 1);
    expect(restore).toHaveBeenLastCalledWith('f', 5, 1);
    expect(before?.name).toBe('Theirs');
    expect(replacement.conflict).toBeUndefined();
  });

  it('says what else the server refuses', async () => {
    vi.spyOn(api, 'restoreVersion').mockRejectedValue(new ApiError(404, {}));
    const replacement = new Replacement();
    await expect(replacement.replace(seen, 9)).rejects.toThrow(ApiError);
    expect(replacement.conflict).toBeUndefined();
  });
});

describe('the two sides', () => {
  it('are read once: a version does not change, the draft comes with the workflow', async () => {
    const read = vi.spyOn(api, 'getVersion').mockResolvedValue(version(1, ['a']));
    const compared = new Compared();
    await compared.show(draft as unknown as Flow, { a: 1, b: 'draft' });
    await compared.show(draft as unknown as Flow, { a: 'draft', b: 1 });
    expect(read).toHaveBeenCalledOnce();
    expect(ids(compared.documents?.before.nodes)).toEqual([]);
    expect(ids(compared.documents?.after.nodes)).toEqual(['a']);
  });

  it('are those that were asked for last', async () => {
    let late: (version: Version) => void = () => undefined;
    vi.spyOn(api, 'getVersion').mockImplementation((_, number) =>
      number === 1
        ? new Promise((resolve) => (late = resolve))
        : Promise.resolve(version(number, ['b'])),
    );
    const compared = new Compared();
    const first = compared.show(draft as unknown as Flow, { a: 1, b: 'draft' });
    await compared.show(draft as unknown as Flow, { a: 2, b: 'draft' });
    late(version(1, ['a']));
    await first;
    expect(ids(compared.documents?.before.nodes)).toEqual(['b']);
  });

  it('say why they cannot be shown', async () => {
    vi.spyOn(api, 'getVersion').mockRejectedValue(new ApiError(404, { detail: 'no version 9' }));
    const compared = new Compared();
    await compared.show(draft as unknown as Flow, { a: 9, b: 'draft' });
    expect(compared.error?.message).toBe('no version 9');
  });
});

describe('what is shown of two sides', () => {
  it('goes when two others are asked for, and stays when the workflow is read again', async () => {
    let late: (version: Version) => void = () => undefined;
    vi.spyOn(api, 'getVersion').mockImplementation((_, number) =>
      number === 2
        ? new Promise((resolve) => (late = resolve))
        : Promise.resolve(version(number, ['a'])),
    );
    const compared = new Compared();
    await compared.show(draft as unknown as Flow, { a: 1, b: 'draft' });
    const again = compared.show(draft as unknown as Flow, { a: 1, b: 'draft' });
    expect(compared.documents).toBeDefined();
    await again;
    const other = compared.show(draft as unknown as Flow, { a: 2, b: 'draft' });
    expect(compared.documents).toBeUndefined();
    late(version(2, ['b']));
    await other;
    expect(ids(compared.documents?.before.nodes)).toEqual(['b']);
  });

  it('tells limits of a version', async () => {
    const limited = { ...version(1, []), timeoutMs: 5_000 };
    vi.spyOn(api, 'getVersion').mockResolvedValue(limited);
    const compared = new Compared();
    await compared.show(draft as unknown as Flow, { a: 1, b: 'draft' });
    expect(compared.documents?.before.limits?.timeoutMs).toBe(5_000);
  });
});

describe('the list of changes', () => {
  const before = flow(
    [step('ask', { data: { label: 'Ask', temperature: 0.2, key: '' } }), step('old')],
    ['ask>old'],
  );
  const after = flow([step('ask', { data: { label: 'Ask', temperature: 0.7, key: 'x' } })]);

  it('builds the comparison of a long text when it is seen', () => {
    let seen: IntersectionObserverCallback = () => undefined;
    vi.stubGlobal(
      'IntersectionObserver',
      class {
        constructor(tell: IntersectionObserverCallback) {
          seen = tell;
        }
        observe() {
          // Not seen yet.
        }
        disconnect() {
          // Nothing is held.
        }
      },
    );
    const one = flow([step('ask', { data: { code: 'a\nb' } })]);
    const two = flow([step('ask', { data: { code: 'a\nc' } })]);
    const { container } = render(ChangeList, {
      diff: diffFlows(one, two),
      selected: null,
      onselect: vi.fn(),
    });
    expect(container.querySelector('.diff')).toBeNull();
    flushSync(() => seen([{ isIntersecting: true } as IntersectionObserverEntry], {} as never));
    expect(container.querySelector('.diff')).not.toBeNull();
    vi.unstubAllGlobals();
  });

  it('tells every field with both values, and what came and went', async () => {
    const onselect = vi.fn();
    render(ChangeList, { diff: diffFlows(before, after), selected: null, onselect });
    const [ask, old] = within(screen.getByRole('list', { name: 'Changed steps' })).getAllByRole(
      'listitem',
    );
    expect(ask).toHaveTextContent(/temperature\s*0\.2\s*→\s*0\.7/);
    expect(ask).toHaveTextContent(/key\s*\(empty\)\s*→\s*x/);
    expect(within(ask as HTMLElement).getByRole('img')).toHaveAccessibleName('Changed');
    expect(within(old as HTMLElement).getByRole('img')).toHaveAccessibleName('Removed');
    const connections = screen.getByRole('region', { name: 'Connections' });
    expect(connections).toHaveTextContent('From Ask to OLD');
    await userEvent.click(screen.getByRole('button', { name: /Ask/ }));
    expect(onselect).toHaveBeenCalledWith('ask');
  });
});
