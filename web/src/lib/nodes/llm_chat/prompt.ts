/** What a step says to the model, as its data holds it. Pure. */

import type { Json, NodeData } from '$lib/editor/document';
import { tokensOf } from '$lib/runs/llm-text';
import { asRecord, text, valueText } from '../node-view';

export interface Message {
  readonly role: string;
  readonly content: Json;
}

export const roles = ['user', 'assistant', 'system', 'developer', 'tool'] as const;

/** Messages after the two prompts; none while one expression gives them all. */
export function messagesOf(data: NodeData): Message[] {
  const messages = data['messages'];
  if (!Array.isArray(messages)) return [];
  return messages.map((message: Json) => {
    const { role, content } = asRecord(message);
    return { role: valueText(role), content: content ?? '' };
  });
}

/** The text that tells this step from its siblings: the first that is there. */
export function promptOf(data: NodeData): string {
  const [first] = textsOf(data);
  return first?.trim() ?? '';
}

/** Without the values that a run puts in. */
export function promptTokens(data: NodeData): number {
  return textsOf(data).reduce((sum, each) => sum + tokensOf(each), 0);
}

function textsOf(data: NodeData): string[] {
  const messages = data['messages'];
  const further =
    typeof messages === 'string'
      ? [messages]
      : messagesOf(data).map(({ content }) => valueText(content));
  return [text(data, 'userPrompt'), ...further, text(data, 'systemPrompt')].filter(
    (each) => each.trim() !== '',
  );
}
