/** A script laid out anew, as the sandbox reads it: the body of a function. Loaded on first use. */

import * as acorn from 'prettier/plugins/acorn';
import * as estree from 'prettier/plugins/estree';
import { format } from 'prettier/standalone';

export type FormatResult =
  | { readonly ok: true; readonly code: string }
  | { readonly ok: false; readonly line: number | undefined; readonly reason: string };

export async function formatScript(code: string): Promise<FormatResult> {
  try {
    const laid_out = await format(code, {
      parser: 'acorn',
      plugins: [acorn, estree],
      singleQuote: true,
      printWidth: 80,
    });
    return { ok: true, code: laid_out.trimEnd() };
  } catch (error) {
    return { ok: false, line: lineOf(error), reason: reasonOf(error) };
  }
}

function lineOf(error: unknown): number | undefined {
  const start = (error as { loc?: { start?: { line?: unknown } } }).loc?.start?.line;
  return typeof start === 'number' ? start : undefined;
}

/** The first line, without the place: a drawing of the source follows it. */
function reasonOf(error: unknown): string {
  const text = error instanceof Error ? error.message : String(error);
  return (text.split('\n', 1)[0] ?? '').replace(/ \(\d+:\d+\)$/, '');
}
