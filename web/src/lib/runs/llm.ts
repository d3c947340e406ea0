// What a run says of a step that asked a language model: who answered, what it took and cost, and
// the answer in its parts. Pure; read from the payloads of events and from results.

/** Steps whose result is the answer of a language model. */
export function asksModel(nodeType: string): boolean {
  return nodeType === 'llm-chat';
}

export interface Usage {
  readonly prompt_tokens: number;
  readonly completion_tokens: number;
  readonly total_tokens: number;
  /** The server did not say: we counted. */
  readonly estimated?: boolean;
  readonly reasoning_tokens?: number;
  readonly cached_tokens?: number;
  /** Absent when nobody knows the price of the model. */
  readonly cost_usd?: number;
}

export interface LlmTiming {
  readonly firstByteMs?: number;
  readonly firstTokenMs?: number;
  readonly totalMs: number;
}

export interface LlmFacts {
  readonly usage: Usage | null;
  readonly model: string | null;
  readonly provider: string | null;
  readonly timing: LlmTiming | null;
  /** Requests of the attempt: more than one after a repair or a renamed field. */
  readonly requests: number;
  /** What was changed for this server, a sentence each. */
  readonly adaptations: readonly string[];
  readonly requestId: string | null;
  /** Of all attempts. */
  readonly spent: Spent;
}

export interface Spent {
  readonly tokens: number;
  readonly usd: number;
}

export const nothingSpent: Spent = { tokens: 0, usd: 0 };

type Payload = Readonly<Record<string, unknown>>;

/** The facts after an event of the step; `null` while no model was asked. */
export function nextLlm(before: LlmFacts | null, payload: Payload): LlmFacts | null {
  const usage = usageOf(payload['usage']);
  const model = textOf(payload['model']);
  if (usage === null && model === null) return before;
  const timing = payload['timing'];
  const adaptations = payload['adaptations'];
  const spent = before?.spent ?? nothingSpent;
  return {
    usage,
    model,
    provider: textOf(payload['provider']),
    timing: isRecord(timing) ? (timing as unknown as LlmTiming) : null,
    requests: typeof payload['requests'] === 'number' ? payload['requests'] : 1,
    adaptations: Array.isArray(adaptations) ? (adaptations as string[]) : [],
    requestId: textOf(payload['requestId']),
    // What another run paid for is kept, not paid for again.
    spent: payload['kept'] === true ? spent : plus(spent, usage),
  };
}

function plus(spent: Spent, usage: Usage | null): Spent {
  return {
    tokens: spent.tokens + (usage?.total_tokens ?? 0),
    usd: spent.usd + (usage?.cost_usd ?? 0),
  };
}

export function spentBy(steps: Iterable<{ readonly llm: LlmFacts | null }>): Spent {
  let sum = nothingSpent;
  for (const { llm } of steps) {
    if (llm) sum = { tokens: sum.tokens + llm.spent.tokens, usd: sum.usd + llm.spent.usd };
  }
  return sum;
}

export interface ToolCall {
  readonly id: string;
  readonly name: string;
  /** JSON as the model wrote it, which may be none. */
  readonly arguments: string;
}

/** The answer in its parts: what is said, thought, refused and asked for never mix. */
export interface Answer {
  readonly content: string;
  readonly reasoning: string;
  readonly refusal: string;
  readonly finishReason: string | null;
  /** The checked value, when JSON was asked for. */
  readonly json: unknown;
  readonly toolCalls: readonly ToolCall[];
}

export const noAnswer: Answer = {
  content: '',
  reasoning: '',
  refusal: '',
  finishReason: null,
  json: undefined,
  toolCalls: [],
};

/** From the result of a step, or what had come when its server broke off. */
export function answerOf(result: unknown, errorDetails?: unknown): Answer | null {
  const parts = isRecord(result) && typeof result['content'] === 'string' ? result : errorDetails;
  if (!isRecord(parts) || typeof parts['content'] !== 'string') return null;
  const calls = parts['tool_calls'];
  return {
    content: parts['content'],
    reasoning: textOf(parts['reasoning']) ?? '',
    refusal: textOf(parts['refusal']) ?? '',
    finishReason: textOf(parts['finish_reason']),
    json: parts['json'],
    toolCalls: Array.isArray(calls) ? calls.flatMap(toolCallOf) : [],
  };
}

export interface SentMessage {
  readonly role: string;
  readonly content: unknown;
}

/** In the order in which the server sends them: the two prompts, then the rest. */
export function sentMessages(input: unknown): SentMessage[] {
  if (!isRecord(input)) return [];
  const prompts = [
    { role: 'system', content: input['systemPrompt'] },
    { role: 'user', content: input['userPrompt'] },
  ].filter(({ content }) => typeof content === 'string' && content !== '');
  const further = input['messages'];
  if (!Array.isArray(further)) return prompts;
  const known = further.filter(isRecord);
  return [...prompts, ...known.map(({ role, content }) => ({ role: textOf(role) ?? '', content }))];
}

function toolCallOf(call: unknown): ToolCall[] {
  const called = isRecord(call) ? call['function'] : undefined;
  if (!isRecord(call) || !isRecord(called)) return [];
  return [
    {
      id: textOf(call['id']) ?? '',
      name: textOf(called['name']) ?? '',
      arguments: textOf(called['arguments']) ?? '',
    },
  ];
}

function usageOf(value: unknown): Usage | null {
  return isRecord(value) && typeof value['total_tokens'] === 'number'
    ? (value as unknown as Usage)
    : null;
}

function textOf(value: unknown): string | null {
  return typeof value === 'string' ? value : null;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
