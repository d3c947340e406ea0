import { cleanup, render, screen, within } from '@testing-library/svelte';
import userEvent from '@testing-library/user-event';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Component } from 'svelte';
import * as flows from '$lib/api/flows';
import * as secrets from '$lib/api/secrets';
import type { Flow, SecretItem } from '$lib/api/types';
import type { NodeData } from '$lib/editor/document';
import DelayForm from './delay/Form.svelte';
import MapForm from './map/Form.svelte';
import type { DataPatch, NodeFormProps } from './node-view';
import RetryForm from './RetryForm.svelte';
import SubFlowForm from './sub_flow/Form.svelte';
import WebhookForm from './webhook_wait/Form.svelte';

const other: Flow = {
  id: 'other',
  name: 'Refund approval',
  description: '',
  revision: 1,
  graph: {
    nodes: [
      {
        id: 'a',
        type: 'http-request',
        position: { x: 0, y: 0 },
        data: { url: '{{$env.SLACK}}{{$env.CRM}}' },
      },
    ],
    edges: [],
  },
  inputSchema: {
    type: 'object',
    properties: { id: { type: 'string' }, severity: { type: 'string', default: 'low' } },
    required: ['id'],
  },
  outputSchema: null,
  timeoutMs: 60_000,
  notifications: [],
  activeVersion: null,
  latestVersion: null,
  draftDirty: true,
  runCount: 0,
  openRunCount: 0,
  missingSecrets: [],
  createdAt: '',
  updatedAt: '',
};

const secret = (name: string): SecretItem => ({ name, kind: 'secret', updatedAt: '', usedBy: [] });

beforeEach(() => {
  vi.spyOn(flows, 'getFlow').mockResolvedValue(other);
  vi.spyOn(flows, 'listVersions').mockResolvedValue({ items: [], nextCursor: null });
  // Two pages.
  vi.spyOn(secrets, 'listSecrets').mockImplementation((cursor) =>
    Promise.resolve({
      items: [secret(cursor === 'second' ? 'SLACK' : 'CRM')],
      missing: [],
      nextCursor: cursor === 'second' ? null : 'second',
    }),
  );
});
afterEach(() => {
  cleanup();
  vi.restoreAllMocks();
});

function show(form: Component<NodeFormProps>, start: NodeData) {
  let current = $state.raw(start);
  render(form, {
    get data() {
      return current;
    },
    nodeId: 'n',
    descriptor: undefined,
    onchange: (patch: DataPatch) => {
      const entries = Object.entries({ ...current, ...patch });
      current = Object.fromEntries(entries.filter(([, value]) => value !== undefined)) as NodeData;
    },
  });
  return { user: userEvent.setup(), data: () => current };
}

describe('delay', () => {
  it('reads lengths as people type them and says them in words', async () => {
    const { user, data } = show(DelayForm, { delayMs: 5_000 });
    const field = screen.getByLabelText('How long');
    expect(field).toHaveValue('5s');
    await user.clear(field);
    await user.type(field, '1h30m');
    expect(data()).toEqual({ delayMs: 5_400_000 });
    expect(screen.getByText('1 hour 30 minutes')).toBeInTheDocument();
    await user.clear(field);
    await user.type(field, 'soon');
    expect(screen.getByRole('alert')).toHaveTextContent('30s, 5m, 2h or 1d');
    expect(field).toHaveValue('soon');
  });

  it('waits until a point in time, and back', async () => {
    const { user, data } = show(DelayForm, { delayMs: 5_000 });
    await user.click(screen.getByLabelText('Until a point in time', { selector: '[type=radio]' }));
    const field = screen.getByLabelText('Until a point in time', { selector: '.field' });
    await user.type(field, '2030-01-31T09:00:00Z');
    expect(data()).toMatchObject({ until: '2030-01-31T09:00:00Z' });
    await user.click(screen.getByLabelText('For a length of time'));
    expect(data()).toEqual({ delayMs: 5_000 });
  });
});

it('a webhook wait shows the placeholder of its address', () => {
  show(WebhookForm, {});
  expect(screen.getByText('{{$run.resumeUrl.n}}')).toBeInTheDocument();
  expect(screen.getByText('7 days')).toBeInTheDocument();
});

describe('sub-flow', () => {
  it('has a row for every input the workflow declares, and marks what is wrong', async () => {
    const { user, data } = show(SubFlowForm, { workflowId: 'other', inputMapping: { x: '1' } });
    const id = await screen.findByLabelText('Input id');
    expect(screen.getByText(/^Not published yet/)).toBeInTheDocument();
    expect(screen.getByText('Missing: id')).toBeInTheDocument();
    expect(screen.getByText('The workflow does not declare: x')).toBeInTheDocument();
    expect(screen.getByLabelText('Input severity')).toHaveAttribute('placeholder', 'default: low');
    await user.type(id, '7');
    expect(data()['inputMapping']).toEqual({ x: '1', id: '7' });
    expect(screen.queryByText('Missing: id')).toBeNull();
    await user.click(screen.getByRole('button', { name: 'Remove input x' }));
    expect(data()['inputMapping']).toEqual({ id: '7' });
  });

  it('hands on secrets only when asked, all of the same name at once', async () => {
    const { user, data } = show(SubFlowForm, { workflowId: 'other' });
    expect(await screen.findByText('Used there and not handed on: CRM, SLACK')).toBeVisible();
    expect(screen.getByText('This sub-flow will receive no secrets.')).toBeInTheDocument();
    const here = document.querySelector('datalist[id$="-available"]');
    await vi.waitFor(() => {
      const names = [...(here?.querySelectorAll('option') ?? [])].map(({ value }) => value);
      expect(names).toEqual(['CRM', 'SLACK']);
    });
    await user.click(screen.getByRole('button', { name: 'Map same names' }));
    expect(data()['secretMapping']).toEqual({ CRM: 'CRM', SLACK: 'SLACK' });
    expect(screen.getByText('This sub-flow will receive: CRM, SLACK')).toBeInTheDocument();
  });

  it('is chosen by name from a list', async () => {
    const summary = { ...other, draftDirty: false, webhookEnabled: false } as never;
    vi.spyOn(flows, 'listFlows').mockResolvedValue({ items: [summary], nextCursor: null });
    HTMLDialogElement.prototype.showModal ??= () => undefined;
    HTMLDialogElement.prototype.close ??= () => undefined;
    const { user, data } = show(SubFlowForm, {});
    await user.click(screen.getByRole('button', { name: 'Choose a workflow' }));
    const list = within(await screen.findByRole('list', { name: 'Workflows', hidden: true }));
    await user.click(list.getByText('Refund approval'));
    expect(data()).toEqual({ workflowId: 'other' });
  });
});

describe('map', () => {
  it('makes a workflow for one item and calls it', async () => {
    const made = vi.spyOn(flows, 'createFlow').mockResolvedValue({ ...other, problems: [] });
    vi.spyOn(window, 'open').mockReturnValue(null);
    const { user, data } = show(MapForm, { inputArray: '{{a.users}}', itemVariable: 'user' });
    await user.click(screen.getByRole('button', { name: 'Create iterator sub-flow' }));
    expect(data()['subflowId']).toBe('other');
    expect(made.mock.calls[0]?.[0].inputSchema).toMatchObject({ required: ['user', 'index'] });
  });

  it('refuses names that are none and keeps the rest as it is', async () => {
    const { user, data } = show(MapForm, {});
    await user.type(screen.getByLabelText('Item as'), '1a');
    expect(screen.getByRole('alert')).toHaveTextContent('Letters, digits and _ only.');
    await user.click(screen.getByLabelText(/Go on when an item fails/));
    await user.type(screen.getByLabelText('At the same time'), '5');
    expect(data()).toMatchObject({ continueOnError: false, maxConcurrent: 5 });
  });
});

it('retries are shown in seconds, and limited to what is worth one', async () => {
  const { user, data } = show(RetryForm, { retry: { maxRetries: 2 } });
  expect(screen.getByRole('status')).toHaveTextContent('Tries at 0 s, 1 s, 3 s');
  await user.type(screen.getByLabelText('Only after'), '5xx{Enter}timeout,');
  expect(data()['retry']).toEqual({ maxRetries: 2, retryOn: ['5xx', 'timeout'] });
  await user.type(screen.getByLabelText('Only after'), '{Backspace}');
  await user.type(screen.getByLabelText('Only after'), 'Nope{Enter}');
  expect(screen.getByRole('alert')).toHaveTextContent('“Nope” is no status');
  expect(data()['retry']).toMatchObject({ retryOn: ['5xx'] });
});
