import { cleanup, render, screen, within } from '@testing-library/svelte';
import userEvent from '@testing-library/user-event';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import * as stream from '$lib/api/event-stream';
import type { Chunk, RunEvent } from '$lib/api/types';
import AnswerView from './AnswerView.svelte';
import { fold, stepOf } from './fold';
import { RunFeed } from './run-feed.svelte';
import { event } from './testing';

const started = event(1, 'NODE_STARTED', 'ask', {
  input: { systemPrompt: 'Be brief.', userPrompt: 'Which intent?', messages: '' },
});
const usage = { prompt_tokens: 412, completion_tokens: 61, total_tokens: 473, cost_usd: 0.0002 };
const facts = { usage, model: 'gpt-4o', provider: 'openai' };

function ended(result: object, more: object = {}) {
  const view = fold([started, event(2, 'NODE_COMPLETED', 'ask', { result, ...facts, ...more })]);
  return stepOf(view, 'ask');
}

afterEach(cleanup);

describe('an answer', () => {
  it('is formatted, or raw, with what it took', async () => {
    const user = userEvent.setup();
    render(AnswerView, { step: ended({ content: '**Refund**', finish_reason: 'stop' }) });
    expect((await screen.findByText('Refund')).tagName).toBe('STRONG');
    expect(screen.getByText('412 in · 61 out · $0.0002')).toBeInTheDocument();
    expect(screen.getByRole('status')).toHaveTextContent('Complete');
    await user.selectOptions(screen.getByLabelText('Show the answer as'), 'Raw');
    expect(screen.getByText('**Refund**')).toBeInTheDocument();
  });

  it('keeps reasoning folded, and a refusal apart', () => {
    render(AnswerView, {
      step: ended({ content: '', reasoning: 'They want a bomb.', refusal: 'I cannot help.' }),
    });
    expect(screen.getByText('They want a bomb.').closest('details')).not.toHaveAttribute('open');
    expect(screen.getByText('The model refused').parentElement).toHaveTextContent('I cannot help.');
    expect(screen.queryByText('The answer is empty.')).toBeNull();
  });

  it('shows the checked JSON, and says when it was cut off or filtered', () => {
    const json = { intent: 'refund' };
    const content = '{"intent":"refund"}';
    const { rerender } = render(AnswerView, { step: ended({ content, json }) });
    expect(screen.getByText('"refund"')).toBeInTheDocument();
    void rerender({ step: ended({ content: 'Half', finish_reason: 'length' }) });
    expect(screen.getByText(/cut off at the token limit/)).toBeInTheDocument();
  });

  it('says that tokens were counted here', () => {
    render(AnswerView, { step: ended({ content: 'x' }, { usage: { ...usage, estimated: true } }) });
    expect(screen.getAllByText(/estimated: the server did not say/)).toHaveLength(2);
  });

  it('shows the messages that were sent', () => {
    render(AnswerView, { step: ended({ content: 'x' }) });
    const sent = screen.getByText('Messages sent').parentElement;
    expect(within(sent as HTMLElement).getByText('Be brief.')).toBeInTheDocument();
  });

  it('shows what had come before it broke off', async () => {
    const error = { code: 'stream_interrupted', message: '', details: { content: 'Half an ans' } };
    const step = stepOf(fold([started, event(2, 'NODE_FAILED', 'ask', { error })]), 'ask');
    render(AnswerView, { step });
    expect(await screen.findByText('Half an ans')).toBeInTheDocument();
    expect(screen.getByText('What had come before it broke off')).toBeInTheDocument();
  });
});

describe('an answer that is being written', () => {
  let receive: ((event: RunEvent | Chunk, kind: 'run_event' | 'chunk') => void) | undefined;
  let frame: FrameRequestCallback | null = null;

  beforeEach(() => {
    vi.spyOn(stream, 'openStream').mockImplementation(({ onEvent }) => {
      receive = (data, kind) => onEvent({ event: kind, id: null, data: JSON.stringify(data) });
      return () => undefined;
    });
    vi.stubGlobal('requestAnimationFrame', (callback: FrameRequestCallback) => {
      frame = callback;
      return 1;
    });
  });
  afterEach(() => {
    vi.restoreAllMocks();
    vi.unstubAllGlobals();
  });

  const token = (offset: number, content: string) =>
    ({ runId: 'r', nodeId: 'ask', index: offset, type: 'token', content, offset, at: '' }) as Chunk;

  it('shows on the card and in the panel once per frame, and nowhere at an older moment', () => {
    const feed = new RunFeed();
    feed.follow('r', [started]);
    const cell = feed.state.cell('ask');
    for (let at = 0; at < 5_000; at += 1) receive?.(token(at, 'x'), 'chunk');
    expect(cell.answer).toBeNull();
    frame?.(0);
    expect(cell.answer?.text).toHaveLength(5_000);
    feed.following = false;
    feed.showAnswers();
    expect(cell.answer).toBeNull();
    feed.following = true;
    feed.showAnswers();
    expect(cell.answer?.text).toHaveLength(5_000);
  });

  it('forgets the words of an attempt that failed, also those of the same frame', () => {
    const feed = new RunFeed();
    feed.follow('r', [started]);
    receive?.(token(0, 'old'), 'chunk');
    receive?.(event(2, 'NODE_RETRY_SCHEDULED', 'ask'), 'run_event');
    receive?.(event(3, 'NODE_STARTED', 'ask'), 'run_event');
    frame?.(0);
    expect(feed.liveAnswers).toEqual({});
    receive?.(token(0, 'new'), 'chunk');
    frame?.(0);
    expect(feed.liveAnswers['ask']?.text).toBe('new');
  });

  it('is read aloud as one word, not as its words', async () => {
    const live = { text: '# Hello', from: 0, reasoning: 'Hm.', note: '', next: 0 };
    render(AnswerView, { step: stepOf(fold([started]), 'ask'), live });
    expect(await screen.findByRole('heading', { name: 'Hello' })).toBeInTheDocument();
    expect(screen.getByRole('status')).toHaveTextContent(/^Streaming$/);
    expect(screen.getByText('Hello').closest('[aria-live], [role=status], [role=log]')).toBeNull();
  });
});
