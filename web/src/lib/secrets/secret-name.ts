/** Names of secrets and variables, and placeholders that name one. Pure. */

import type { SecretItem, ValidationProblem } from '$lib/api/types';
import { t } from '$lib/shared/t';

const name_max = 128;
const whole_reference = /^\s*\{\{\s*\$env\.([A-Za-z_]\w*)\s*\}\}\s*$/;

export type NameProblem = 'empty' | 'characters' | 'long' | 'taken';

export function nameProblem(name: string, taken: readonly string[]): NameProblem | undefined {
  if (name === '') return 'empty';
  if (!/^[A-Za-z_]\w*$/.test(name)) return 'characters';
  if (name.length > name_max) return 'long';
  return taken.includes(name) ? 'taken' : undefined;
}

/** A free name in the usual spelling: "api key" becomes API_KEY, then API_KEY_2. */
export function proposeName(words: string, taken: readonly string[]): string {
  const plain = words
    .normalize('NFKD')
    .toUpperCase()
    .replace(/[^A-Z0-9]+/g, '_');
  const base = plain.replace(/^[_0-9]+|_+$/g, '').slice(0, name_max - 4) || 'SECRET';
  if (!taken.includes(base)) return base;
  let number = 2;
  while (taken.includes(`${base}_${number}`)) number += 1;
  return `${base}_${number}`;
}

export function placeholderOf(name: string): string {
  return `{{$env.${name}}}`;
}

/** The name, when the text is one placeholder for a secret or variable and nothing else. */
export function referenceIn(text: string): string | undefined {
  return whole_reference.exec(text)?.[1];
}

/** What `$env` holds, as far as a browser may know it. */
export function environmentOf(items: readonly SecretItem[]): Record<string, string> {
  return Object.fromEntries(
    items.map(({ name, kind, value }) => [
      name,
      kind === 'variable' ? (value ?? '') : t('secrets.kind.secret').toLowerCase(),
    ]),
  );
}

/** The name that a step wants and nobody has created. */
export function missingIn({ code, detail }: ValidationProblem): string | undefined {
  return code === 'unknown_secret' ? /'([A-Za-z_]\w*)'/.exec(detail)?.[1] : undefined;
}
