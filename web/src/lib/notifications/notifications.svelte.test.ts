import { cleanup, render, screen } from '@testing-library/svelte';
import userEvent from '@testing-library/user-event';
import { afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { ApiError } from '$lib/api/client';
import * as flows from '$lib/api/flows';
import * as api from '$lib/api/notifications';
import type { NotificationChannel, NotificationDelivery } from '$lib/api/types';
import ChannelDialog from './ChannelDialog.svelte';
import { answerText, messageText, ruleText, scopeText } from './channels';
import { messagesOfChannel } from './message-list.svelte';
import MessageSheet from './MessageSheet.svelte';

const channel: NotificationChannel = {
  id: '01931e3c-7a5f-7000-8000-000000000001',
  type: 'slack',
  name: '#alerts',
  url: 'https://hooks.slack.com/…',
  enabled: true,
  disabledBecause: null,
  events: ['run_slow', 'run_failed'],
  flowIds: null,
  slowerThanMs: 90_000,
  waitingLongerThanMs: null,
  gatherSeconds: 10,
  secretCreatedAt: null,
  oldSecretUntil: null,
  lastDelivery: null,
  createdAt: '2026-11-30T10:00:00.000Z',
  updatedAt: '2026-11-30T10:00:00.000Z',
};
const message: NotificationDelivery = {
  id: '01931e3c-7a5f-7000-8000-000000000002',
  event: 'run_failed',
  flowId: '01931e3c-7a5f-7000-8000-000000000003',
  flowName: 'Daily',
  runId: '01931e3c-7a5f-7000-8000-000000000004',
  target: null,
  count: 12,
  status: 'failed',
  nextAttemptAt: null,
  attempts: [
    { at: '2026-11-30T10:00:01.000Z', status: 500, durationMs: 7, detail: 'oops' },
    { at: '2026-11-30T10:00:06.000Z', status: 404, durationMs: 9, detail: 'no_service' },
  ],
  createdAt: '2026-11-30T10:00:00.000Z',
  endedAt: '2026-11-30T10:00:06.000Z',
};

beforeAll(() => {
  HTMLDialogElement.prototype.showModal = function () {
    this.open = true;
  };
});
afterEach(() => {
  cleanup();
  vi.restoreAllMocks();
});

describe('words', () => {
  it('say what a channel hears of', () => {
    expect(ruleText(channel)).toBe('failed, slower than 1m30s');
    expect(scopeText(channel)).toBe('all workflows');
    expect(scopeText({ ...channel, flowIds: ['a', 'b'] })).toBe('2 workflows');
  });
  it('say what became of a message', () => {
    expect(messageText(message)).toBe('Daily failed, 12 times');
    expect(answerText(message)).toBe('404 no_service');
    expect(answerText({ ...message, attempts: [], status: 'waiting' })).toBe('Waiting');
  });
});

describe('the dialog', () => {
  function shown(old: NotificationChannel | null) {
    vi.spyOn(flows, 'listFlows').mockResolvedValue({ items: [], nextCursor: null });
    const onsaved = vi.fn();
    render(ChannelDialog, { channel: old, onsaved, onclose: vi.fn() });
    return onsaved;
  }

  it('makes a channel once everything is there', async () => {
    const create = vi.spyOn(api, 'createChannel').mockResolvedValue(channel);
    const onsaved = shown(null);
    await userEvent.click(screen.getByRole('button', { name: 'Create' }));
    expect(create).not.toHaveBeenCalled();
    expect(screen.getByText('Say where the messages go.')).toBeTruthy();
    await userEvent.type(screen.getByLabelText('Channel'), '#alerts');
    await userEvent.type(screen.getByLabelText('Address'), 'https://hooks.slack.com/x');
    await userEvent.click(screen.getByLabelText('a run took too long'));
    await userEvent.click(screen.getByRole('button', { name: 'Create' }));
    expect(create).toHaveBeenCalledWith({
      type: 'slack',
      name: '#alerts',
      url: 'https://hooks.slack.com/x',
      events: ['run_failed', 'run_slow'],
      flowIds: null,
      enabled: true,
      slowerThanMs: 30_000,
      waitingLongerThanMs: null,
      gatherSeconds: 10,
    });
    expect(onsaved).toHaveBeenCalledWith(channel);
  });

  it('is not sent with a time to gather that is no number', async () => {
    const put = vi.spyOn(api, 'putChannel').mockResolvedValue(channel);
    shown(channel);
    const gather = screen.getByLabelText('Seconds to gather a burst in');
    await userEvent.clear(gather);
    await userEvent.click(screen.getByRole('button', { name: 'Save' }));
    expect(put).not.toHaveBeenCalled();
    expect(screen.getByText('Write a number of seconds, from 0 to 3600.')).toBeTruthy();
    await userEvent.type(gather, '60');
    await userEvent.click(screen.getByRole('button', { name: 'Save' }));
    expect(put.mock.lastCall?.[1]).toMatchObject({ gatherSeconds: 60 });
  });

  it('lets go of a workflow that is gone', async () => {
    const put = vi.spyOn(api, 'putChannel').mockResolvedValue(channel);
    shown({ ...channel, flowIds: ['01931e3c-7a5f-7000-8000-000000000009'] });
    await userEvent.click(await screen.findByLabelText('A workflow that was deleted (01931e3c)'));
    await userEvent.click(screen.getByRole('button', { name: 'Save' }));
    expect(put.mock.lastCall?.[1]).toMatchObject({ flowIds: null });
  });

  it('says when the workflows could not be read', async () => {
    shown(null);
    vi.mocked(flows.listFlows).mockRejectedValueOnce(new ApiError(503, { detail: 'too busy' }));
    cleanup();
    render(ChannelDialog, { channel: null, onsaved: vi.fn(), onclose: vi.fn() });
    expect(await screen.findByText('too busy')).toBeTruthy();
  });

  it('keeps the address of a channel that is changed, and shows why it was refused', async () => {
    const problems = [
      { severity: 'error', pointer: '/name', nodeId: null, code: 'c', detail: 'too long' },
    ] as ApiError['problems'];
    const put = vi
      .spyOn(api, 'putChannel')
      .mockRejectedValue(new ApiError(422, { errors: problems }));
    shown(channel);
    expect(screen.getByLabelText<HTMLInputElement>('Address').value).toBe('');
    await userEvent.click(screen.getByRole('button', { name: 'Save' }));
    expect(put.mock.lastCall?.[1]).not.toHaveProperty('url');
    expect(await screen.findByText('too long')).toBeTruthy();
  });
});

describe('the messages', () => {
  it('show every attempt and go out again', async () => {
    vi.spyOn(api, 'listMessages').mockResolvedValue({ items: [message], nextCursor: null });
    const resend = vi.spyOn(api, 'resendMessage').mockResolvedValue(message);
    render(MessageSheet, { source: messagesOfChannel(channel), onclose: vi.fn() });
    expect(await screen.findByText('Daily failed, 12 times')).toBeTruthy();
    expect(screen.getByText(/oops/)).toBeTruthy();
    expect(screen.getByText(/no_service/)).toBeTruthy();
    await userEvent.click(screen.getByRole('button', { name: 'Send again' }));
    expect(resend).toHaveBeenCalledWith(channel.id, message.id);
  });

  it('are said to be none, or not to be read', async () => {
    const list = vi.spyOn(api, 'listMessages');
    list.mockResolvedValueOnce({ items: [], nextCursor: null });
    render(MessageSheet, { source: messagesOfChannel(channel), onclose: vi.fn() });
    expect(await screen.findByText('Nothing was sent yet.')).toBeTruthy();
    list.mockRejectedValueOnce(new ApiError(503, { detail: 'too busy' }));
    await userEvent.click(screen.getByRole('button', { name: 'Refresh' }));
    expect(await screen.findByText('too busy')).toBeTruthy();
    expect(screen.queryByText('Nothing was sent yet.')).toBeNull();
  });
});
