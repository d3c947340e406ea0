import { cleanup, render, screen, waitFor, within } from '@testing-library/svelte';
import userEvent from '@testing-library/user-event';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { ApiError } from '$lib/api/client';
import type { StreamOptions } from '$lib/api/event-stream';
import type { Webhook, WebhookCall, WebhookDelivery } from '$lib/api/types';
import * as api from '$lib/api/webhooks';
import { CallListener } from './call-listener.svelte';
import { callText, outcomeText, rateOf, sampleCall } from './calls';
import { WebhookForm } from './webhook-form.svelte';
import WebhookSheet from './WebhookSheet.svelte';

const url = 'http://localhost/api/hooks/flow-1';
const none: Webhook = {
  flowId: 'flow-1',
  enabled: false,
  requireSignature: true,
  responseMode: 'async',
  callsPerMinute: 100,
  url,
  testUrl: `${url}/test`,
  published: true,
  secretCreatedAt: null,
  oldSecretUntil: null,
};
const on: Webhook = { ...none, enabled: true, secretCreatedAt: '2026-11-30T08:00:00.000Z' };
const delivery = (changes: Partial<WebhookDelivery>): WebhookDelivery => ({
  number: 1,
  receivedAt: '2026-11-30T08:00:00.000Z',
  count: 1,
  outcome: 'started',
  code: null,
  detail: null,
  runId: null,
  runStatus: null,
  idempotencyKey: null,
  signedAs: 'standard',
  method: 'POST',
  contentType: 'application/json',
  sizeBytes: 7,
  remoteAddress: '127.0.0.1',
  ...changes,
});
const call: WebhookCall = {
  at: '2026-11-30T08:00:00.000Z',
  test: true,
  outcome: 'tested',
  code: null,
  detail: null,
  runId: null,
  signedAs: 'github',
  remoteAddress: '127.0.0.1',
  input: { body: { n: 7 } },
  inputTooLarge: false,
};

beforeEach(() => {
  vi.spyOn(api, 'listWebhookDeliveries').mockResolvedValue({ items: [], nextCursor: null });
  HTMLDialogElement.prototype.showModal ??= () => undefined;
  HTMLDialogElement.prototype.close ??= () => undefined;
});
afterEach(() => {
  cleanup();
  vi.restoreAllMocks();
});

function sheet() {
  const props = { flowId: 'flow-1', onclose: vi.fn(), onchange: vi.fn(), onuse: vi.fn() };
  render(WebhookSheet, props);
  return props;
}
const button = (name: string | RegExp) => screen.getByRole('button', { name, hidden: true });

describe('calls', () => {
  it('has a command for every way of signing', () => {
    expect(sampleCall('standard', url)).toContain('webhook-signature: v1,$MAC');
    expect(sampleCall('github', url)).toContain('X-Hub-Signature-256: sha256=$MAC');
    expect(sampleCall('none', url)).not.toContain('SECRET');
    for (const kind of ['standard', 'github', 'none'] as const)
      expect(sampleCall(kind, url)).toContain(`curl '${url}'`);
  });

  it('says what became of a call', () => {
    expect(outcomeText(delivery({}))).toBe('Started a run');
    expect(outcomeText(delivery({ outcome: 'refused', detail: 'not signed' }))).toBe(
      'Refused: not signed',
    );
    expect(outcomeText(delivery({ outcome: 'refused', count: 3 }))).toBe('Refused 3 times');
    const now = Date.parse('2026-11-30T08:00:02.000Z');
    expect(callText(call, now)).toMatch(/^Test call/);
    expect(callText({ ...call, test: false, outcome: 'started' }, now)).toMatch(/^Real call/);
    expect(callText({ ...call, outcome: 'refused', detail: 'not signed' }, now)).toContain(
      'not signed',
    );
  });

  it('takes a rate that the server takes', () => {
    expect(rateOf(' 100 ')).toBe(100);
    expect(rateOf('100000')).toBe(100_000);
    for (const text of ['', '0', '100001', '1.5', '-1', 'x', '9999999'])
      expect(rateOf(text)).toBeNull();
  });
});

describe('the form', () => {
  it('saves nothing that was never read', async () => {
    vi.spyOn(api, 'getWebhook').mockRejectedValue(new ApiError(500, { detail: 'no disk' }));
    const put = vi.spyOn(api, 'putWebhook');
    const form = new WebhookForm('flow-1');
    await form.load();
    expect(form.error?.message).toBe('no disk');
    expect(await form.save()).toBe(false);
    expect(put).not.toHaveBeenCalled();
  });

  it('keeps what was changed when the secret is replaced', async () => {
    vi.spyOn(api, 'getWebhook').mockResolvedValue(on);
    vi.spyOn(api, 'rotateWebhookSecret').mockResolvedValue({ ...on, secret: 'whsec_new' });
    const form = new WebhookForm('flow-1');
    await form.load();
    form.responseMode = 'wait';
    expect(await form.rotate({ overlapHours: 24 })).toBe(true);
    expect(form.secret).toBe('whsec_new');
    expect(form.responseMode).toBe('wait');
  });

  it('tells why a secret was refused and keeps the one that is shown', async () => {
    vi.spyOn(api, 'getWebhook').mockResolvedValue(on);
    vi.spyOn(api, 'rotateWebhookSecret').mockRejectedValue(
      new ApiError(422, { detail: 'secret: too short' }),
    );
    const form = new WebhookForm('flow-1');
    await form.load();
    expect(await form.rotate({ secret: 'x', overlapHours: 0 })).toBe(false);
    expect(form.secretError?.message).toBe('secret: too short');
    expect(form.error).toBeNull();
  });

  it('keeps what is typed while it is saved, and while a secret is made', async () => {
    vi.spyOn(api, 'getWebhook').mockResolvedValue(on);
    const form = new WebhookForm('flow-1');
    await form.load();
    let answer: (webhook: Webhook) => void = () => undefined;
    const asked = () => new Promise<Webhook>((resolve) => (answer = resolve));
    vi.spyOn(api, 'putWebhook').mockImplementation(asked);
    const saving = form.save();
    form.rate = '250';
    answer({ ...on, responseMode: 'wait' });
    await saving;
    expect(form.rate).toBe('250');
    expect(form.responseMode).toBe('wait');
    vi.spyOn(api, 'rotateWebhookSecret').mockImplementation(asked);
    const rotating = form.rotate({ overlapHours: 1 });
    form.rate = '251';
    answer(on);
    await rotating;
    expect(form.rate).toBe('251');
  });

  it('reads the last calls once more for all that came meanwhile, and forgets a failure', async () => {
    vi.spyOn(api, 'getWebhook').mockResolvedValue(on);
    const form = new WebhookForm('flow-1');
    await form.load();
    const list = vi.mocked(api.listWebhookDeliveries);
    list.mockClear();
    list.mockRejectedValueOnce(new ApiError(503, { detail: 'busy' }));
    await form.refresh();
    expect(form.callsError?.message).toBe('busy');
    expect(form.error).toBeNull();
    await Promise.all([1, 2, 3, 4].map(() => form.refresh()));
    expect(list).toHaveBeenCalledTimes(3);
    expect(form.callsError).toBeNull();
  });
});

describe('the listener', () => {
  function open() {
    let options: StreamOptions | undefined;
    const close = vi.fn();
    const oncall = vi.fn();
    const listener = new CallListener('flow-1', oncall, (given) => {
      options = given;
      return close;
    });
    listener.start();
    const send = (event: string, data: unknown) =>
      options?.onEvent({ event, id: null, data: JSON.stringify(data) });
    return { listener, close, oncall, send, options: () => options as StreamOptions };
  }

  it('listens when the server says so, not before', () => {
    const { listener, send, options } = open();
    expect(options().path).toBe('/api/flows/flow-1/webhook/calls');
    expect(listener.state).toBe('connecting');
    send('listening', on);
    expect(listener.state).toBe('listening');
    options().onState?.('reconnecting');
    expect(listener.state).toBe('connecting');
  });

  it('keeps the newest calls first', () => {
    const { listener, send, oncall } = open();
    for (let n = 0; n < 25; ++n) send('call', { ...call, input: n });
    expect(listener.calls).toHaveLength(20);
    expect(listener.calls[0]?.input).toBe(24);
    expect(oncall).toHaveBeenCalledTimes(25);
  });

  it('stops when it is told, refused or full', () => {
    const first = open();
    first.listener.stop();
    expect(first.close).toHaveBeenCalled();
    expect(first.listener.state).toBe('off');
    const second = open();
    second.send('refused', { reason: 'too many' });
    expect(second.listener.state).toBe('full');
    expect(second.close).toHaveBeenCalled();
    const third = open();
    third.options().onError?.(new ApiError(404, { detail: 'gone' }));
    expect(third.listener.state).toBe('off');
    expect(third.listener.error?.message).toBe('gone');
  });
});

describe('the drawer', () => {
  it('shows the secret of a webhook that is switched on, once', async () => {
    const user = userEvent.setup();
    vi.spyOn(api, 'getWebhook').mockResolvedValue(none);
    const put = vi.spyOn(api, 'putWebhook').mockResolvedValue({ ...on, secret: 'whsec_once' });
    const props = sheet();
    await waitFor(() => expect(screen.getByText(url)).toBeInTheDocument());
    expect(screen.getByText(/There is none yet/)).toBeInTheDocument();
    expect(screen.getByText('Nobody has called yet.')).toBeInTheDocument();
    await user.click(screen.getByLabelText('Calls start this workflow'));
    await user.click(button('Save webhook'));
    expect(put).toHaveBeenCalledWith('flow-1', {
      enabled: true,
      requireSignature: true,
      responseMode: 'async',
      callsPerMinute: 100,
    });
    expect(await screen.findByText('whsec_once')).toBeInTheDocument();
    expect(screen.getByText(/shown only this once/)).toBeInTheDocument();
    expect(props.onchange).toHaveBeenCalled();
    expect(props.onclose).not.toHaveBeenCalled();
  });

  it('warns of unsigned calls and of an unpublished workflow', async () => {
    const user = userEvent.setup();
    vi.spyOn(api, 'getWebhook').mockResolvedValue({ ...on, published: false });
    sheet();
    await waitFor(() => expect(screen.getByText(/no published version yet/)).toBeInTheDocument());
    await user.selectOptions(screen.getByLabelText('Signature'), 'none');
    expect(screen.getByText(/Whoever learns the address/)).toBeInTheDocument();
    await user.clear(screen.getByLabelText('Calls a minute, at most'));
    expect(button('Save webhook')).toBeDisabled();
  });

  it('replaces the secret with the overlap that was chosen', async () => {
    const user = userEvent.setup();
    vi.spyOn(api, 'getWebhook').mockResolvedValue(on);
    const rotate = vi.spyOn(api, 'rotateWebhookSecret').mockResolvedValue({
      ...on,
      secret: 'whsec_two',
      oldSecretUntil: '2026-12-01T08:00:00.000Z',
    });
    sheet();
    await waitFor(() => expect(screen.getByText(/cannot be shown again/)).toBeInTheDocument());
    await user.click(button('New secret…'));
    await user.selectOptions(screen.getByLabelText('The old secret is taken'), '1');
    await user.type(screen.getByLabelText('Secret of the sender'), 'whsec_of_stripe_0123');
    await user.click(button('Use a new secret'));
    expect(rotate).toHaveBeenCalledWith('flow-1', {
      overlapHours: 1,
      secret: 'whsec_of_stripe_0123',
    });
    expect(await screen.findByText('whsec_two')).toBeInTheDocument();
    expect(screen.getByText(/still taken until/)).toBeInTheDocument();
  });

  it('lists the last calls with what became of them', async () => {
    vi.spyOn(api, 'getWebhook').mockResolvedValue(on);
    vi.spyOn(api, 'listWebhookDeliveries').mockResolvedValue({
      items: [
        delivery({ number: 2, runId: 'run-1', runStatus: 'failed' }),
        delivery({
          number: 1,
          outcome: 'refused',
          detail: 'not signed',
          count: 4,
          receivedAt: '2026-11-30T08:05:00.000Z',
        }),
      ],
      nextCursor: null,
    });
    sheet();
    const list = await screen.findByRole('region', { name: 'Last calls', hidden: true });
    expect(await within(list).findByText('Refused 4 times: not signed')).toBeInTheDocument();
    const lines = within(list).getAllByRole('listitem', { hidden: true });
    expect(lines[0]).toHaveTextContent('Refused 4 times');
    expect(within(list).getByRole('link', { name: /Open run/, hidden: true })).toBeInTheDocument();
  });

  it('says when it could not be read, and tries again', async () => {
    const user = userEvent.setup();
    const get = vi
      .spyOn(api, 'getWebhook')
      .mockRejectedValueOnce(new ApiError(503, { detail: 'busy' }))
      .mockResolvedValue(on);
    sheet();
    expect(await screen.findByText('The webhook could not be read')).toBeInTheDocument();
    await user.click(button('Try again'));
    await waitFor(() => expect(get).toHaveBeenCalledTimes(2));
    expect(await screen.findByText(url)).toBeInTheDocument();
  });
});
