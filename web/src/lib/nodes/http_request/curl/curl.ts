/** A curl command as a request: for the form of an HTTP step, which decides what its document holds. */

import { t } from '$lib/shared/t';
import { Draft } from './draft';
import { readOptions } from './options';
import type { CurlRequest } from './request';
import { shellWords } from './shell-words';

export type CurlResult =
  | { readonly ok: true; readonly request: CurlRequest }
  | { readonly ok: false; readonly problem: string };

const prompt = /^\s*(?:[$%>#]\s+)?(?:\S*[\\/])?curl(?:\.exe)?(?=\s|$)/i;

/** Whether a pasted text is worth offering to read as a command. */
export function looksLikeCurl(text: string): boolean {
  return prompt.test(text) && /\S/.test(text.replace(prompt, ''));
}

export function parseCurl(source: string): CurlResult {
  if (!prompt.test(source)) return { ok: false, problem: t('curl.notCurl') };
  const words = shellWords(source.replace(prompt, ''));
  if (words === 'quote') return { ok: false, problem: t('curl.openQuote') };
  if (words === 'substitution') return { ok: false, problem: t('curl.substitution') };
  const draft = new Draft();
  let more = words.more;
  for (const option of readOptions(words.words)) {
    // Once there is a URL, the bare word begins the command of another line.
    const other = option.name === 'positional' && option.value === 'curl' && draft.url !== '';
    more ||= other || option.name === 'next';
    if (other || option.name === 'next') break;
    draft.take(option);
  }
  if (draft.url === '') return { ok: false, problem: t('curl.noUrl') };
  if (more) draft.notes.push(t('curl.more'));
  if (words.variables.length > 0)
    draft.notes.push(t('curl.variables', { names: words.variables.join(', ') }));
  return { ok: true, request: draft.request() };
}
