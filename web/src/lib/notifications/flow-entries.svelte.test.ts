import { cleanup, render, screen } from '@testing-library/svelte';
import userEvent from '@testing-library/user-event';
import { afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import * as api from '$lib/api/notifications';
import type { ActiveFlowNotification, NotificationDelivery } from '$lib/api/types';
import FlowEntries from './FlowEntries.svelte';
import { messagesOfFlow } from './message-list.svelte';
import MessageSheet from './MessageSheet.svelte';

const flow = { id: '01931e3c-7a5f-7000-8000-000000000003', name: 'Daily' };
const message: NotificationDelivery = {
  id: '01931e3c-7a5f-7000-8000-000000000002',
  event: 'run_failed',
  flowId: flow.id,
  flowName: 'Daily',
  runId: '01931e3c-7a5f-7000-8000-000000000004',
  target: { type: 'slack', url: '{{$env.SLACK_HOOK}}' },
  count: 1,
  status: 'failed',
  nextAttemptAt: null,
  attempts: [
    { at: '2026-11-30T10:00:01.000Z', status: null, durationMs: 0, detail: 'no SLACK_HOOK' },
  ],
  createdAt: '2026-11-30T10:00:00.000Z',
  endedAt: '2026-11-30T10:00:06.000Z',
};
const entry: ActiveFlowNotification = {
  id: '01931e3c-7a5f-7000-8000-000000000009',
  flowId: flow.id,
  flowName: flow.name,
  type: 'slack',
  url: '{{$env.SLACK_HOOK}}',
  enabled: true,
  events: ['run_cancelled', 'run_failed'],
  lastDelivery: message,
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

describe('what workflows say themselves', () => {
  it('is listed with what became of the last message', async () => {
    const onlog = vi.fn();
    const off = { ...entry, id: 'off', enabled: false, lastDelivery: null };
    render(FlowEntries, { entries: [entry, off], onlog });
    expect(screen.getAllByText('failed, cancelled')).toHaveLength(2);
    expect(screen.getByText('Failed · no SLACK_HOOK')).toBeTruthy();
    expect(screen.getByText('None yet')).toBeTruthy();
    expect(screen.getAllByText('Off')).toHaveLength(1);
    const [log] = screen.getAllByRole('button', { name: 'Messages of Daily' });
    if (log) await userEvent.click(log);
    expect(onlog).toHaveBeenCalledWith(flow);
  });

  it('can be sent again from the log of the workflow', async () => {
    vi.spyOn(api, 'listFlowMessages').mockResolvedValue({ items: [message], nextCursor: null });
    const resend = vi.spyOn(api, 'resendFlowMessage').mockResolvedValue(message);
    render(MessageSheet, { source: messagesOfFlow(flow), onclose: vi.fn() });
    expect(await screen.findByText('Slack {{$env.SLACK_HOOK}}')).toBeTruthy();
    await userEvent.click(screen.getByRole('button', { name: 'Send again' }));
    expect(resend).toHaveBeenCalledWith(flow.id, message.id);
  });
});
