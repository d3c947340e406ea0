/** A field that holds any JSON or a text with placeholders, edited as text. */

import type { Json } from '$lib/editor/document';
import { t } from '$lib/shared/t';

export type BodyKind = 'none' | 'json' | 'text';

export function bodyKind(value: Json | undefined): BodyKind {
  if (value === undefined || value === null) return 'none';
  return typeof value === 'string' ? 'text' : 'json';
}

export function bodyText(value: Json | undefined): string {
  if (value === undefined || value === null) return '';
  return typeof value === 'string' ? value : JSON.stringify(value, null, 2);
}

/** What the text means as `kind`; not yet valid JSON is a problem and nothing is stored. */
export function parseBody(
  kind: BodyKind,
  source: string,
): { ok: true; value: Json } | { ok: false; problem: string } {
  if (kind === 'none') return { ok: true, value: null };
  if (kind === 'text') return { ok: true, value: source };
  try {
    return { ok: true, value: JSON.parse(source) as Json };
  } catch (error) {
    const reason = error instanceof Error ? error.message : t('json.not');
    return {
      ok: false,
      problem: t('nodes.badJson', { reason }),
    };
  }
}
