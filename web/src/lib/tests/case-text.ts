/** Tests as the text that people edit. Pure. */

import type { FlowTest } from '$lib/api/types';
import { t } from '$lib/shared/t';

export type ParsedCase = { ok: true; test: FlowTest } | { ok: false; message: string };

export function caseText(test: FlowTest): string {
  return JSON.stringify(test, null, 2);
}

/** Only what the list needs is looked at; the server says the rest, with its place. */
export function parseCase(text: string): ParsedCase {
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value !== 'object' || value === null || Array.isArray(value))
      return { ok: false, message: t('tests.notObject') };
    if (!('name' in value) || typeof value.name !== 'string' || value.name === '')
      return { ok: false, message: t('tests.noName') };
    return { ok: true, test: value as FlowTest };
  } catch (error) {
    return {
      ok: false,
      message: t('editor.notJson', { reason: error instanceof Error ? error.message : '' }),
    };
  }
}

export function newCase(taken: readonly string[]): FlowTest {
  return {
    name: freeName(t('tests.newName'), taken),
    input: {},
    mocks: {},
    expect: { status: 'completed' },
  };
}

export function freeName(name: string, taken: readonly string[]): string {
  if (!taken.includes(name)) return name;
  for (let number = 2; ; number += 1) {
    const next = `${name} ${String(number)}`;
    if (!taken.includes(next)) return next;
  }
}

/** A value of a difference in one line. */
export function valueLine(value: unknown): string {
  return value === undefined ? t('tests.nothing') : JSON.stringify(value);
}
