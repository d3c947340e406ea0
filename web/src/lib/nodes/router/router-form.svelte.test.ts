import { cleanup, screen } from '@testing-library/svelte';
import { tick } from 'svelte';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import * as api from '$lib/api/node-types';
import type { ExpressionTools, Preview, PreviewResult } from '../expression-context';
import { showForm } from '../testing.svelte';
import Form from './Form.svelte';
import { readValue } from './route-test.svelte';

const start = {
  routeBy: '{{a.x}}',
  conditions: [
    { id: 'refund', label: 'Refund', expression: "value === 'refund'" },
    { id: 'bug', label: 'Bug', expression: 'value.no.way' },
    { id: 'late', label: 'Late', expression: 'true' },
  ],
  defaultOutput: 'other',
};

beforeEach(() => vi.useFakeTimers({ shouldAdvanceTime: true }));
afterEach(() => {
  vi.useRealTimers();
  cleanup();
  vi.restoreAllMocks();
});

describe('the test value', () => {
  it('is JSON when it is some, else a text', () => {
    expect([readValue('12'), readValue('refund'), readValue('"12"'), readValue('{"a":1}')]).toEqual(
      [12, 'refund', '12', { a: 1 }],
    );
  });

  it('is judged by the server with what is on the screen', async () => {
    const asked = vi.spyOn(api, 'previewRouter').mockResolvedValue({
      matchedOutputs: ['late'],
      conditions: [
        { id: 'refund', outcome: 'false' },
        { id: 'bug', outcome: 'failed', error: { code: 'script_error', message: 'no way' } },
        { id: 'late', outcome: 'true' },
      ],
    });
    const { user } = showForm(Form, start);
    await user.type(screen.getByLabelText('Test value'), 'crash');
    expect(await screen.findByText('counts as false: no way')).toBeInTheDocument();
    expect(screen.getByRole('status')).toHaveTextContent('goes to Late');
    expect(asked.mock.lastCall?.[0]).toEqual({
      value: 'crash',
      conditions: start.conditions.map(({ id, expression }) => ({ id, expression })),
      mode: 'first_match',
      defaultOutput: 'other',
    });
    await user.click(screen.getByLabelText(/Broadcast/));
    await vi.waitFor(() => expect(asked.mock.lastCall?.[0].mode).toBe('broadcast'));
  });

  it('says when nothing takes it, and what went wrong', async () => {
    const asked = vi.spyOn(api, 'previewRouter').mockResolvedValueOnce({
      matchedOutputs: [],
      conditions: [],
    });
    const { user } = showForm(Form, { ...start, defaultOutput: '' });
    await user.type(screen.getByLabelText('Test value'), '1');
    expect(await screen.findByText('goes nowhere')).toBeInTheDocument();
    asked.mockResolvedValueOnce({
      matchedOutputs: [],
      conditions: [],
      error: { code: 'script_timeout', message: 'took too long' },
    });
    await user.type(screen.getByLabelText('Test value'), '2');
    expect(await screen.findByText('took too long')).toBeInTheDocument();
  });

  it('asks for the last value once it rests, and forgets one that it does not get', async () => {
    vi.spyOn(api, 'previewRouter').mockResolvedValue({ matchedOutputs: [], conditions: [] });
    let revision = $state(0);
    const preview = vi.fn<Preview>();
    preview.mockResolvedValue({ value: 'crash' } satisfies PreviewResult);
    const tools: ExpressionTools = {
      scope: () => [],
      preview,
      get samplesRevision() {
        return revision;
      },
    };
    showForm(Form, start, { tools });
    const asked = () => preview.mock.calls.filter(([, template]) => template === '{{a.x}}').length;
    for (let frame = 0; frame < 5; frame += 1) {
      revision += 1;
      await tick();
    }
    expect(asked()).toBe(0);
    await vi.advanceTimersByTimeAsync(300);
    // The field's own preview asks once, too.
    expect(asked()).toBe(2);
    const field = screen.getByLabelText('Test value');
    expect(field).toHaveAttribute('placeholder', '"crash"');

    preview.mockRejectedValue(new Error('gone'));
    revision += 1;
    await tick();
    await vi.advanceTimersByTimeAsync(300);
    expect(field).toHaveAttribute('placeholder', 'refund');
  });
});
