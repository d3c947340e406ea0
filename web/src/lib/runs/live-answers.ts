// Answers of language models while they are written, from the chunks of the stream. Pure.
import type { Chunk, RunEvent } from '$lib/api/types';
import { isSettled, stepOf, type RunView } from './fold';

export interface LiveAnswer {
  readonly text: string;
  /** Where `text` begins in the answer: not 0 when the beginning came too early to be kept. */
  readonly from: number;
  readonly reasoning: string;
  /** What the server is doing besides: asking once more, leaving a field out. */
  readonly note: string;
  /** Index of the next piece, for pieces that do not say where they stand. */
  readonly next: number;
}
export type LiveAnswers = Readonly<Record<string, LiveAnswer>>;

export const noLiveAnswers: LiveAnswers = {};
const empty: LiveAnswer = { text: '', from: 0, reasoning: '', note: '', next: 0 };

/**
 * The answers with what a frame brought. What came so far is void with the step's next event: a
 * retry begins with an empty text, and the end of a step brings the whole answer. Only its start
 * may come after the first words.
 */
export function keepAnswers(
  known: LiveAnswers,
  frame: { readonly events: readonly RunEvent[]; readonly chunks: readonly Chunk[] },
  view: RunView,
): LiveAnswers {
  const over = new Set(frame.events.filter(endsAnswer).map(({ nodeId }) => nodeId));
  const open = Object.entries(known).filter(([nodeId]) => !over.has(nodeId));
  let all = open.length === Object.keys(known).length ? known : Object.fromEntries(open);
  for (const chunk of frame.chunks) {
    const { nodeId } = chunk;
    const before = all[nodeId] ?? empty;
    const answer = nextAnswer(before, chunk);
    if (answer === before || isSettled(stepOf(view, nodeId).status)) continue;
    all = { ...all, [nodeId]: answer };
  }
  return all;
}

export function endsAnswer(event: RunEvent): boolean {
  return event.eventType !== 'NODE_SCHEDULED' && event.eventType !== 'NODE_STARTED';
}

/** Of a token: where it begins in the answer so far. */
type TextChunk = Chunk & { readonly offset?: number };

function nextAnswer(answer: LiveAnswer, chunk: Chunk): LiveAnswer {
  if (chunk.type === 'token') return withToken(answer, chunk);
  const { content } = chunk;
  if (typeof content !== 'object' || content === null) return answer;
  if (chunk.type === 'data' && 'reasoning' in content && typeof content.reasoning === 'string') {
    // After a reconnect the server sends those so far again.
    if (chunk.index < answer.next) return answer;
    return { ...answer, reasoning: answer.reasoning + content.reasoning, next: chunk.index + 1 };
  }
  if (chunk.type === 'progress' && 'message' in content && typeof content.message === 'string') {
    return { ...answer, note: content.message };
  }
  return answer;
}

/** A token says where it stands in the text: known ones change nothing, and a gap shows. */
function withToken(answer: LiveAnswer, chunk: TextChunk): LiveAnswer {
  if (typeof chunk.content !== 'string') return answer;
  const end = answer.from + answer.text.length;
  const { offset } = chunk;
  if (offset === undefined) {
    if (chunk.index < answer.next) return answer;
    return { ...answer, text: answer.text + chunk.content, next: chunk.index + 1 };
  }
  if (offset === end) return { ...answer, text: answer.text + chunk.content };
  if (offset < answer.from || offset > end) {
    return { ...answer, from: offset, text: chunk.content };
  }
  return { ...answer, text: answer.text.slice(0, offset - answer.from) + chunk.content };
}
