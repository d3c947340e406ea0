import { cleanup, render, screen } from '@testing-library/svelte';
import userEvent from '@testing-library/user-event';
import { createRawSnippet } from 'svelte';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import SearchList from './SearchList.svelte';

beforeEach(() => {
  HTMLElement.prototype.scrollIntoView ??= () => undefined;
});
afterEach(cleanup);

const option = createRawSnippet<[string]>((item) => ({ render: () => `<span>${item()}</span>` }));
const header = createRawSnippet(() => ({
  render: () => '<div><button type="button">Above</button></div>',
}));

function show(extra: { header?: typeof header }) {
  const onchoose = vi.fn();
  const onclose = vi.fn();
  render(SearchList<string>, {
    label: 'List',
    searchLabel: 'Search',
    query: '',
    groups: [{ label: '', items: ['one', 'two'] }],
    keyOf: (item: string) => item,
    isDisabled: () => false,
    empty: 'Nothing',
    option,
    onchoose,
    onclose,
    ...extra,
  });
  return { user: userEvent.setup(), onchoose, onclose };
}

describe('a list one searches', () => {
  it('chooses with the arrows and leaves with Tab', async () => {
    const { user, onchoose, onclose } = show({});
    await user.click(screen.getByRole('combobox'));
    await user.keyboard('{ArrowDown}{Enter}');
    expect(onchoose).toHaveBeenCalledWith('two');
    await user.tab();
    expect(onclose).toHaveBeenCalledTimes(1);
  });

  it('lets Tab go to what stands above the field', async () => {
    const { user, onclose } = show({ header });
    await user.click(screen.getByRole('combobox'));
    await user.tab({ shift: true });
    expect(screen.getByRole('button', { name: 'Above' })).toHaveFocus();
    expect(onclose).not.toHaveBeenCalled();
  });
});
