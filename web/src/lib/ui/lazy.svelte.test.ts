import { cleanup, render, screen } from '@testing-library/svelte';
import userEvent from '@testing-library/user-event';
import { createRawSnippet } from 'svelte';
import { afterEach, expect, it, vi } from 'vitest';
import Lazy from './Lazy.svelte';
import Select from './Select.svelte';

afterEach(cleanup);

it('says that a part could not be loaded, and loads it when asked again', async () => {
  const load = vi.fn<() => Promise<string>>();
  load.mockRejectedValueOnce(new TypeError('Failed to fetch'));
  load.mockResolvedValueOnce('there');
  const children = createRawSnippet<[string]>((text) => ({
    render: () => `<p>${text()}</p>`,
  }));
  render(Lazy<string>, { load, children });
  expect(await screen.findByRole('alert')).toHaveTextContent('could not be loaded');
  await userEvent.click(screen.getByRole('button', { name: 'Try again' }));
  expect(await screen.findByText('there')).toBeTruthy();
  expect(screen.queryByRole('alert')).toBeNull();
});

it('says it above the page where the part would stand there', async () => {
  HTMLDialogElement.prototype.showModal ??= () => undefined;
  HTMLDialogElement.prototype.close ??= () => undefined;
  const onclose = vi.fn();
  const load = () => Promise.reject<string>(new TypeError('Failed to fetch'));
  const children = createRawSnippet<[string]>(() => ({ render: () => '<p></p>' }));
  render(Lazy<string>, { load, onclose, children });
  const dialog = await screen.findByRole('dialog', { hidden: true });
  expect(dialog).toHaveTextContent('could not be loaded');
  await userEvent.click(screen.getByRole('button', { name: 'Close', hidden: true }));
  expect(onclose).toHaveBeenCalledOnce();
});

it('a select goes on showing what is, until the wish is granted', async () => {
  const onchange = vi.fn();
  const options = [
    { value: 'viewer', label: 'Viewer' },
    { value: 'owner', label: 'Owner' },
  ];
  const { rerender } = render(Select, { label: 'Role', value: 'viewer', options, onchange });
  await userEvent.selectOptions(screen.getByLabelText('Role'), 'Owner');
  expect(onchange).toHaveBeenCalledWith('owner');
  expect(screen.getByLabelText('Role')).toHaveValue('viewer');
  await rerender({ value: 'owner' });
  expect(screen.getByLabelText('Role')).toHaveValue('owner');
});
