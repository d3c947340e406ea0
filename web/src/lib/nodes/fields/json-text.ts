/** JSON that is edited as text. */

import type { Json } from '$lib/editor/document';
import { t } from '$lib/shared/t';

export type ParsedJson =
  { readonly ok: true; readonly value: Json } | { readonly ok: false; readonly problem: string };

export function jsonText(value: Json | undefined): string {
  return value === undefined ? '' : JSON.stringify(value, null, 2);
}

/** What the text means; not yet valid JSON is a problem and nothing is stored. */
export function parseJson(source: string): ParsedJson {
  try {
    return { ok: true, value: JSON.parse(source) as Json };
  } catch (error) {
    const reason = error instanceof Error ? error.message : t('json.not');
    return { ok: false, problem: t('nodes.badJson', { reason }) };
  }
}
