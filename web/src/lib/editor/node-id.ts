/**
 * Node ids are what people type into placeholders, so they are short, readable and safe there:
 * letters, digits, `_` and `-`. Names that are template roots already are refused.
 */

import { t } from '$lib/shared/t';

const reserved = new Set([
  'previous',
  'prev',
  'trigger',
  'input',
  'webhook',
  'map',
  'item',
  'index',
]);

/** Short names for the types of the seed; other types use their own name. */
const short_names: Readonly<Record<string, string>> = {
  'http-request': 'http',
  'code-execution': 'code',
  'webhook-wait': 'wait',
  'llm-chat': 'llm',
  'sub-flow': 'subflow',
  map: 'each',
};

export const node_id_length_max = 64;

/** Says why an id cannot be used, or nothing when it can. */
export function checkNodeId(id: string, taken: ReadonlySet<string>): string | undefined {
  if (id === '') return t('nodeId.needed');
  if (id.length > node_id_length_max) {
    return t('nodeId.tooLong', { max: node_id_length_max });
  }
  if (id.startsWith('$')) return t('nodeId.dollar');
  if (!/^[A-Za-z0-9_-]+$/.test(id)) return t('nodeId.characters');
  if (reserved.has(id)) return t('nodeId.reserved', { id });
  if (taken.has(id)) return t('nodeId.taken', { id });
  return undefined;
}

/** The first free id for a node of this type: `http`, `http_2`, `http_3`. */
export function makeNodeId(type: string, taken: ReadonlySet<string>): string {
  const base = baseId(type);
  if (checkNodeId(base, taken) === undefined) return base;
  for (let count = 2; ; count += 1) {
    const candidate = `${base}_${String(count)}`;
    if (checkNodeId(candidate, taken) === undefined) return candidate;
  }
}

/** The nearest lawful id to what someone typed. */
export function slugId(text: string): string {
  return text
    .toLowerCase()
    .replace(/[^a-z0-9_-]+/g, '_')
    .replace(/^_+|_+$/g, '')
    .slice(0, node_id_length_max);
}

function baseId(type: string): string {
  const known = short_names[type];
  if (known !== undefined) return known;
  const slug = slugId(type);
  return slug === '' || reserved.has(slug) ? 'step' : slug;
}
