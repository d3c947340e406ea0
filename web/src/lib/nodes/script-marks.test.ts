import { Text } from '@codemirror/state';
import { describe, expect, it } from 'vitest';
import { errorMark, markRange, problemMark } from './script-marks';

const text = Text.of(['const a = 1;', '', 'return b;']);
const range = (line: number, column: number) => {
  const { from, to } = markRange(text, { line, column, message: '' });
  return [from, to];
};

describe('marks in a script', () => {
  it('stand where the check of a save says', () => {
    const problem = {
      severity: 'error' as const,
      pointer: '/graph/nodes/0/data/code',
      code: 'script_syntax',
      detail: 'SyntaxError: expecting ) (line 2, column 10)',
      mend: 'Correct the script.',
    };
    expect(problemMark(problem)).toEqual({
      line: 2,
      column: 10,
      message: 'SyntaxError: expecting ) (line 2, column 10) Correct the script.',
    });
    expect(problemMark({ ...problem, detail: 'scripts cannot read $env' }).line).toBe(1);
  });
  it('stand where a run failed, when the error says where', () => {
    const error = { code: 'script_error', message: 'no', nodeId: 'a', retryable: false };
    expect(errorMark({ ...error, details: { line: 3, column: 8 } })).toEqual({
      line: 3,
      column: 8,
      message: 'no',
    });
    expect(errorMark({ ...error, details: { status: 404 } })).toBeUndefined();
    expect(errorMark(null)).toBeUndefined();
  });
  it('cover a character that exists', () => {
    expect(range(1, 7)).toEqual([6, 7]);
    expect(range(1, 99)).toEqual([11, 12]);
    expect(range(2, 1)).toEqual([13, 13]);
    expect(range(9, 8)).toEqual([21, 22]);
  });
});
