import { fireEvent, render, screen } from '@testing-library/svelte';
import userEvent from '@testing-library/user-event';
import { createRawSnippet } from 'svelte';
import { describe, expect, it, vi } from 'vitest';
import { ApiError } from '$lib/api/client';
import ErrorState from './ErrorState.svelte';
import JsonView from './JsonView.svelte';
import Menu from './Menu.svelte';
import { byLetter, nextEnabled } from './menu';
import Splitter from './Splitter.svelte';
import StatusIcon from './StatusIcon.svelte';
import { statusLooks, type AnyStatus } from './status';
import Tabs from './Tabs.svelte';
import TextField from './TextField.svelte';

describe('StatusIcon', () => {
  it('has a name and a shape of its own for every status', () => {
    for (const [status, look] of Object.entries(statusLooks)) {
      const { unmount } = render(StatusIcon, { status: status as AnyStatus });
      expect(screen.getByRole('img', { name: look.word })).toBeInTheDocument();
      unmount();
    }
    const final: AnyStatus[] = [
      'completed',
      'failed',
      'cancelled',
      'skipped',
      'suspended',
      'running',
    ];
    expect(new Set(final.map((status) => statusLooks[status].shape)).size).toBe(final.length);
  });
});

describe('Menu', () => {
  const actions = () => [
    { label: 'Open', onselect: vi.fn() },
    { label: 'Cancel', disabled: true, onselect: vi.fn() },
    { label: 'Delete', onselect: vi.fn() },
  ];

  it('opens, moves over disabled actions, chooses and gives the focus back', async () => {
    const all = actions();
    const user = userEvent.setup();
    render(Menu, { label: 'More', actions: all });
    const button = screen.getByRole('button', { name: 'More' });
    await user.click(button);
    expect(button).toHaveAttribute('aria-expanded', 'true');
    expect(screen.getByRole('menuitem', { name: 'Open' })).toHaveFocus();
    await user.keyboard('{ArrowDown}');
    expect(screen.getByRole('menuitem', { name: 'Delete' })).toHaveFocus();
    await user.keyboard('{Enter}');
    expect(all[2]?.onselect).toHaveBeenCalledOnce();
    expect(screen.queryByRole('menu')).toBeNull();
    expect(button).toHaveFocus();
  });

  it('closes with Escape and does nothing', async () => {
    const all = actions();
    const user = userEvent.setup();
    render(Menu, { label: 'More', actions: all });
    await user.click(screen.getByRole('button', { name: 'More' }));
    await user.keyboard('{Escape}');
    expect(screen.queryByRole('menu')).toBeNull();
    expect(all[0]?.onselect).not.toHaveBeenCalled();
  });

  it('is named for what it is about, also with words on its button', () => {
    render(Menu, { label: 'Key from a secret', text: 'From a secret', actions: actions() });
    expect(screen.getByRole('button')).toHaveAccessibleName('Key from a secret');
    expect(screen.getByRole('button')).toHaveTextContent('From a secret');
  });

  it('walks round the ends and by letter', () => {
    const all = actions();
    expect(nextEnabled(all, 2, 1)).toBe(0);
    expect(nextEnabled(all, 0, -1)).toBe(2);
    expect(byLetter(all, 0, 'd')).toBe(2);
    expect(byLetter(all, 0, 'c')).toBe(0);
  });
});

describe('Tabs', () => {
  it('moves with the arrow keys and labels its panel', async () => {
    const onchange = vi.fn();
    const children = createRawSnippet<[string]>((id) => ({ render: () => `<p>${id()}</p>` }));
    const tabs = [
      { id: 'input', label: 'Input' },
      { id: 'output', label: 'Output' },
    ];
    render(Tabs, { label: 'Step', tabs, value: 'input', onchange, children });
    expect(screen.getByRole('tabpanel', { name: 'Input' })).toHaveTextContent('input');
    await fireEvent.keyDown(screen.getByRole('tab', { name: 'Input' }), { key: 'ArrowRight' });
    expect(onchange).toHaveBeenCalledWith('output');
  });

  it('reads a count as a word of its own', () => {
    const children = createRawSnippet<[string]>((id) => ({ render: () => `<p>${id()}</p>` }));
    const tabs = [{ id: 'headers', label: 'Headers', count: 1 }];
    render(Tabs, { label: 'Request', tabs, value: 'headers', onchange: vi.fn(), children });
    expect(screen.getByRole('tab')).toHaveAccessibleName('Headers 1');
  });
});

describe('JsonView', () => {
  it('draws a thousand items only when asked', async () => {
    const user = userEvent.setup();
    const value = { rows: Array.from({ length: 1_000 }, (_, n) => `row ${n}`) };
    render(JsonView, { value, label: 'Output' });
    expect(screen.queryByText('"row 0"')).toBeNull();
    await user.click(screen.getByRole('button', { name: /rows/ }));
    expect(screen.getByText('"row 99"')).toBeInTheDocument();
    expect(screen.queryByText('"row 100"')).toBeNull();
    await user.click(screen.getByRole('button', { name: 'Show 100 more' }));
    expect(screen.getByText('"row 199"')).toBeInTheDocument();
  });
});

describe('ErrorState', () => {
  it('shows what failed with its code and request id, and tries again', async () => {
    const onretry = vi.fn();
    const error = new ApiError(
      503,
      { code: 'overloaded', detail: 'Too busy', requestId: 'r-9' },
      2,
    );
    render(ErrorState, { error, title: 'The runs could not be read', onretry });
    const alert = screen.getByRole('alert');
    for (const text of ['Too busy', 'overloaded', 'r-9', 'Try again in 2 s.']) {
      expect(alert).toHaveTextContent(text);
    }
    await userEvent.click(screen.getByRole('button', { name: 'Try again' }));
    expect(onretry).toHaveBeenCalledOnce();
  });
});

describe('TextField', () => {
  it('ties its error to the field', () => {
    render(TextField, { label: 'Token', value: '', error: 'Wrong', oninput: () => undefined });
    const field = screen.getByRole('textbox', { name: 'Token' });
    expect(field).toBeInvalid();
    expect(field).toHaveAccessibleDescription('Wrong');
  });
});

describe('Splitter', () => {
  it('moves with the arrow keys within its bounds', async () => {
    const onchange = vi.fn();
    const props = { label: 'Panel', axis: 'y' as const, value: 100, min: 90, max: 200, onchange };
    render(Splitter, { ...props, inverse: true });
    const line = screen.getByRole('separator', { name: 'Panel' });
    await fireEvent.keyDown(line, { key: 'ArrowUp' });
    await fireEvent.keyDown(line, { key: 'ArrowDown' });
    await fireEvent.keyDown(line, { key: 'End' });
    expect(onchange.mock.calls.map(([size]) => size as number)).toEqual([116, 90, 200]);
  });
});
