/** Places in a script that the server or a run complained about. Pure. */

import type { RunError, ValidationProblem } from '$lib/api/types';

export interface ScriptMark {
  /** From 1, as people count. */
  readonly line: number;
  readonly column: number;
  readonly message: string;
}

/** What the check of a save said: its sentence ends with the place. */
export function problemMark(problem: ValidationProblem): ScriptMark {
  const place = /\(line (\d+), column (\d+)\)/.exec(problem.detail);
  return {
    line: Number(place?.[1] ?? 1),
    column: Number(place?.[2] ?? 1),
    message: problem.mend === undefined ? problem.detail : `${problem.detail} ${problem.mend}`,
  };
}

/** Where a script failed; nothing when the error has no place in it. */
export function errorMark(error: RunError | null | undefined): ScriptMark | undefined {
  const details = error?.details as { line?: unknown; column?: unknown } | null | undefined;
  if (!error || typeof details !== 'object' || details === null) return undefined;
  if (typeof details.line !== 'number' || details.line < 1) return undefined;
  return {
    line: details.line,
    column: typeof details.column === 'number' && details.column > 0 ? details.column : 1,
    message: error.message,
  };
}

export interface TextLines {
  readonly lines: number;
  readonly length: number;
  line(number: number): { readonly from: number; readonly to: number };
}

/** From the place to the end of the word there; at the end of a line the last character. */
export function markRange(text: TextLines, mark: ScriptMark): { from: number; to: number } {
  const line = text.line(Math.min(Math.max(mark.line, 1), text.lines));
  const from = Math.min(line.from + mark.column - 1, line.to);
  if (from < line.to) return { from, to: from + 1 };
  return { from: Math.max(line.from, from - 1), to: line.to };
}
