import { cleanup, render, screen } from '@testing-library/svelte';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { me } from '$lib/accounts/me.svelte';
import type { Role } from '$lib/api/types';
import { PaletteState } from '$lib/shell/palette-state.svelte';
import BulkBar from './BulkBar.svelte';
import { RunListState } from './run-list.svelte';
import { RunSelection } from './run-selection.svelte';
import RunTable from './RunTable.svelte';
import { summary } from './testing';

function be(role: Role) {
  me.set({ signedIn: true, role, kind: 'person', name: 'a@b', userId: 'u', hasAccounts: true });
}

beforeEach(() => {
  vi.stubGlobal(
    'IntersectionObserver',
    class {
      observe() {
        // Nothing is seen.
      }
      disconnect() {
        // Nothing is held.
      }
    },
  );
});
afterEach(() => {
  cleanup();
  vi.unstubAllGlobals();
  me.set(null);
});

function table() {
  const list = new RunListState();
  list.runs = [summary('b', { pinned: true }), summary('a')];
  render(RunTable, { list, selection: new RunSelection(), ofOneFlow: false, ondelete: vi.fn() });
}

describe('a viewer', () => {
  it('sees which runs are kept, and nothing to select or to do', () => {
    be('viewer');
    table();
    expect(screen.queryAllByRole('checkbox')).toEqual([]);
    expect(screen.queryAllByRole('button')).toEqual([]);
    expect(screen.getByRole('img', { name: 'Kept: pinned' })).toBeInTheDocument();
  });

  it('has no place in the palette that is for owners', () => {
    be('viewer');
    const palette = new PaletteState(() => undefined);
    expect(palette.items.map(({ id }) => id)).not.toContain('go-audit');
    be('owner');
    expect(palette.items.map(({ id }) => id)).toContain('go-audit');
  });
});

describe('an operator', () => {
  it('selects runs and pins them', () => {
    be('operator');
    table();
    expect(screen.getAllByRole('checkbox')).toHaveLength(3);
    expect(screen.getByRole('button', { name: /^Unpin/ })).toHaveAttribute('aria-pressed', 'true');
  });

  it.each([
    ['viewer', []],
    ['operator', ['Run again…', 'Cancel…']],
    ['editor', ['Run again…', 'Cancel…', 'Delete…']],
  ] as const)('%s: what can be done with many runs', (role, wanted) => {
    be(role);
    const selection = new RunSelection();
    selection.selectShown([{ id: 'a' }]);
    const always = { canSelectAll: false, hint: '', onselectall: vi.fn(), onaction: vi.fn() };
    render(BulkBar, { selection, ...always });
    const names = screen.getAllByRole('button').map((button) => button.textContent.trim());
    expect(names.filter((name) => name !== '')).toEqual(wanted);
  });
});
