/**
 * Editing a router's branches. An id that was made from its label follows the label, so that
 * `matched_outputs` reads like the canvas; an id of another origin stays. Every edit answers the
 * data and where the outputs went, so that edges follow.
 */

import { slugId } from '$lib/editor/node-id';
import type { Json } from '$lib/editor/document';
import { t } from '$lib/shared/t';
import {
  conditionTone,
  defaultOutput,
  error_handle,
  routerConditions,
  type RouterCondition,
} from '../outputs';

export type RouterData = Readonly<Record<string, Json>>;

export interface ConditionEdit {
  readonly conditions: readonly RouterCondition[];
  /** New ids by old ones; `null` for a branch that is gone. */
  readonly handles: ReadonlyMap<string, string | null>;
}

const unchanged: ReadonlyMap<string, string | null> = new Map();

export const common_patterns: readonly { label: string; expression: string }[] = [
  { label: t('patterns.equals'), expression: "value === 'refund'" },
  { label: t('patterns.oneOf'), expression: "['bug', 'outage'].includes(value)" },
  { label: t('patterns.success'), expression: 'between(value, 200, 299)' },
  { label: t('patterns.between'), expression: 'between(value, 1, 10)' },
  { label: t('patterns.contains'), expression: "contains(value, 'urgent')" },
  { label: t('patterns.matches'), expression: "matches(value, '^ORD-[0-9]+$')" },
  { label: t('patterns.atLeast'), expression: 'value >= 100' },
  { label: t('patterns.empty'), expression: "value === null || value === ''" },
];

export function addCondition(data: RouterData): ConditionEdit {
  const conditions = routerConditions(data);
  const label = t('nodes.branch', { number: conditions.length + 1 });
  const added: RouterCondition = {
    id: freeId(data, slugId(label)),
    label,
    expression: '',
    color: conditionTone({ id: '', label, expression: '' }, conditions.length),
  };
  return { conditions: [...conditions, added], handles: unchanged };
}

/** Into the first condition that is empty, else into a new branch. */
export function insertPattern(data: RouterData, expression: string): ConditionEdit {
  const empty = routerConditions(data).findIndex((condition) => condition.expression.trim() === '');
  if (empty >= 0) return editCondition(data, empty, { expression });
  const added = addCondition(data);
  const next = { ...data, conditions: added.conditions as unknown as Json };
  return editCondition(next, added.conditions.length - 1, { expression });
}

export function editCondition(
  data: RouterData,
  index: number,
  patch: Partial<Omit<RouterCondition, 'id'>>,
): ConditionEdit {
  const conditions = routerConditions(data);
  const old = conditions[index];
  if (!old) return { conditions, handles: unchanged };
  const follows = old.label === '' || isMadeFrom(old.id, old.label);
  const slug = patch.label === undefined ? '' : slugId(patch.label);
  const id =
    follows && slug !== '' && !isMadeFrom(old.id, slug) ? freeId(data, slug, old.id) : old.id;
  const next = { ...old, ...patch, id };
  return {
    conditions: conditions.map((condition, at) => (at === index ? next : condition)),
    handles: id === old.id ? unchanged : new Map([[old.id, id]]),
  };
}

export function removeCondition(data: RouterData, index: number): ConditionEdit {
  const conditions = routerConditions(data);
  const gone = conditions[index];
  return {
    conditions: conditions.filter((_, at) => at !== index),
    handles: gone ? new Map([[gone.id, null]]) : unchanged,
  };
}

export function moveCondition(data: RouterData, from: number, to: number): ConditionEdit {
  const conditions = routerConditions(data).map((condition, index) => ({
    ...condition,
    // A colour that came from the position is kept when the position changes.
    color: conditionTone(condition, index),
  }));
  const moved = conditions[from];
  const target = Math.max(0, Math.min(conditions.length - 1, to));
  if (!moved || target === from) return { conditions: routerConditions(data), handles: unchanged };
  const rest = conditions.filter((_, at) => at !== from);
  return {
    conditions: [...rest.slice(0, target), moved, ...rest.slice(target)],
    handles: unchanged,
  };
}

/** The default output under a new name; empty switches it off. */
export function renameDefault(
  data: RouterData,
  name: string,
): { name: string; handles: ReadonlyMap<string, string | null> } {
  const old = defaultOutput(data);
  const slug = slugId(name);
  const next = slug === '' ? '' : freeId(data, slug, old);
  if (next === old || old === '') return { name: next, handles: unchanged };
  return { name: next, handles: new Map([[old, next === '' ? null : next]]) };
}

function isMadeFrom(id: string, label: string): boolean {
  const slug = slugId(label);
  return id === slug || (id.startsWith(`${slug}_`) && /^\d+$/.test(id.slice(slug.length + 1)));
}

function freeId(data: RouterData, wished: string, except?: string): string {
  const taken = new Set([
    ...routerConditions(data).map((condition) => condition.id),
    defaultOutput(data),
    error_handle,
  ]);
  if (except !== undefined) taken.delete(except);
  const base = wished === '' ? 'branch' : wished;
  if (!taken.has(base)) return base;
  for (let count = 2; ; count += 1) {
    const candidate = `${base}_${String(count)}`;
    if (!taken.has(candidate)) return candidate;
  }
}
