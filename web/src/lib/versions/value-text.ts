/** Values and whole workflows as text, for people to compare. Pure. */

import type { FlowDocument, Json } from '$lib/editor/document';
import type { TextLanguage } from '$lib/nodes/text-diff';
import { limitsIn } from './diff';

/** Longer texts, and those of several lines, are compared line by line. */
const short_max = 60;

export function valueText(value: Json | undefined): string {
  if (value === undefined) return '';
  return typeof value === 'string' ? value : JSON.stringify(value, null, 2);
}

export function isShort(value: Json | undefined): boolean {
  const text = valueText(value);
  return text.length <= short_max && !text.includes('\n');
}

export function languageOf(path: readonly string[], value: Json | undefined): TextLanguage {
  if (typeof value !== 'string') return 'json';
  return path.length === 1 && path[0] === 'code' ? 'javascript' : 'text';
}

/** Laid out as an export is; limits and notifications only where there are any. */
export function documentText(document: FlowDocument): string {
  const { name, description, nodes, edges, notifications = [] } = document;
  const limits = limitsIn(document);
  const limited = Object.keys(limits).length > 0;
  return JSON.stringify(
    {
      name,
      description,
      ...(limited && { limits }),
      ...(notifications.length > 0 && { notifications }),
      nodes,
      edges,
    },
    null,
    2,
  );
}
