import { cleanup, render, screen, waitFor } from '@testing-library/svelte';
import userEvent from '@testing-library/user-event';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { ApiError } from '$lib/api/client';
import * as api from '$lib/api/tools';
import type { Tool } from '$lib/api/types';
import { ToolForm } from './tool-form.svelte';
import { isDescriptionShort, isToolName } from './tool-name';
import ToolSheet from './ToolSheet.svelte';

const off: Tool = {
  flowId: 'flow-1',
  enabled: false,
  name: 'daily_report',
  description: '',
  readsOnly: false,
  cancelsRun: true,
  url: 'http://localhost/mcp',
  published: true,
};

beforeEach(() => {
  HTMLDialogElement.prototype.showModal ??= () => undefined;
  HTMLDialogElement.prototype.close ??= () => undefined;
});
afterEach(() => {
  cleanup();
  vi.restoreAllMocks();
});

function sheet() {
  const props = { flowId: 'flow-1', onclose: vi.fn(), onchange: vi.fn() };
  render(ToolSheet, props);
  return props;
}
const button = (name: string) => screen.getByRole('button', { name, hidden: true });

it('takes names that the protocol takes', () => {
  for (const name of ['a', 'Get.weather-v2_x', 'a'.repeat(128)])
    expect(isToolName(name)).toBe(true);
  for (const name of ['', 'a b', 'ä', 'a/b', 'a\n', 'a'.repeat(129)])
    expect(isToolName(name)).toBe(false);
  expect(isDescriptionShort('😀'.repeat(4000))).toBe(true);
  expect(isDescriptionShort('x'.repeat(4001))).toBe(false);
});

describe('the form', () => {
  it('saves nothing that was never read', async () => {
    vi.spyOn(api, 'getTool').mockRejectedValue(new ApiError(500, { detail: 'no disk' }));
    const put = vi.spyOn(api, 'putTool');
    const form = new ToolForm('flow-1');
    await form.load();
    expect(form.error?.message).toBe('no disk');
    expect(await form.save()).toBe(false);
    expect(put).not.toHaveBeenCalled();
  });

  it('tells why it was refused and keeps what was typed', async () => {
    vi.spyOn(api, 'getTool').mockResolvedValue(off);
    vi.spyOn(api, 'putTool').mockRejectedValue(
      new ApiError(409, { detail: "the tool name 'ask' is taken" }),
    );
    const form = new ToolForm('flow-1');
    await form.load();
    form.name = 'ask';
    expect(await form.save()).toBe(false);
    expect(form.error?.message).toContain('taken');
    expect(form.name).toBe('ask');
  });

  it('keeps what is typed while it is saved', async () => {
    vi.spyOn(api, 'getTool').mockResolvedValue(off);
    const form = new ToolForm('flow-1');
    await form.load();
    let answer: (tool: Tool) => void = () => undefined;
    vi.spyOn(api, 'putTool').mockReturnValue(new Promise((resolve) => (answer = resolve)));
    const saving = form.save();
    form.name = 'typed_on';
    answer(off);
    expect(await saving).toBe(true);
    expect(form.name).toBe('typed_on');
  });
});

describe('the drawer', () => {
  it('offers the workflow with its address', async () => {
    vi.spyOn(api, 'getTool').mockResolvedValue(off);
    const put = vi.spyOn(api, 'putTool').mockResolvedValue({ ...off, enabled: true });
    const { onchange } = sheet();
    await userEvent.click(
      await screen.findByRole('switch', { name: 'Offer as a tool', hidden: true }),
    );
    const description = screen.getByLabelText('When to use it');
    await userEvent.type(description, 'Makes a report.');
    await userEvent.click(button('Save tool'));
    await waitFor(() => expect(onchange).toHaveBeenCalled());
    expect(put).toHaveBeenCalledWith('flow-1', {
      enabled: true,
      name: 'daily_report',
      description: 'Makes a report.',
      readsOnly: false,
      cancelsRun: true,
    });
    expect(screen.getByText('http://localhost/mcp')).toBeTruthy();
  });

  it('refuses a name that is none, and says that nothing is published', async () => {
    vi.spyOn(api, 'getTool').mockResolvedValue({ ...off, published: false });
    sheet();
    const name = await screen.findByLabelText('Name of the tool');
    expect(screen.getByText(/has no published version/)).toBeTruthy();
    await userEvent.clear(name);
    await userEvent.type(name, 'a b');
    expect(screen.getByText(/Write 1 to 128/)).toBeTruthy();
    expect((button('Save tool') as HTMLButtonElement).disabled).toBe(true);
  });
});
