/** "404, 5xx, 200-299" as people type it, and the list that the document stores. */

import type { Json } from '$lib/editor/document';
import { t } from '$lib/shared/t';

export function statusText(value: Json | undefined): string {
  return Array.isArray(value) ? value.map(String).join(', ') : '';
}

export function parseStatus(
  source: string,
): { ok: true; value: Json | undefined } | { ok: false; problem: string } {
  const parts = source
    .split(/[\s,]+/)
    .map((part) => part.trim().toLowerCase())
    .filter((part) => part !== '');
  const wrong = parts.find((part) => !isStatus(part));
  if (wrong !== undefined) {
    return { ok: false, problem: t('nodes.badStatus', { text: wrong }) };
  }
  if (parts.length === 0) return { ok: true, value: undefined };
  return { ok: true, value: parts.map((part) => (/^\d+$/.test(part) ? Number(part) : part)) };
}

function isStatus(part: string): boolean {
  return /^[1-5](xx|\d\d)$/.test(part) || isRange(part);
}

function isRange(part: string): boolean {
  const range = /^([1-5]\d\d)-([1-5]\d\d)$/.exec(part);
  return range !== null && Number(range[1]) <= Number(range[2]);
}
