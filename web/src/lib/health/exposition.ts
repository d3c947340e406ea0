// Reads what /metrics answers: Prometheus' text format 0.0.4, and OpenMetrics where it is the same.
// Strict: a page that shows half of a damaged answer would say that all is well. Pure.
import { t, type MessageKey } from '$lib/shared/t';

export const charactersMax = 4_000_000;
export const samplesMax = 20_000;

export interface Sample {
  readonly labels: ReadonlyMap<string, string>;
  /** As it stands there: NaN and infinite ones too. */
  readonly value: number;
}
export type Labels = Readonly<Record<string, string>>;

export class ExpositionError extends Error {
  override readonly name = 'ExpositionError';
  constructor(
    readonly line: number,
    why: MessageKey,
  ) {
    super(t('health.badLine', { line, why: t(why) }));
  }
}

/** What one answer says, by the names of its series. */
export class Scrape {
  readonly #series: ReadonlyMap<string, readonly Sample[]>;
  constructor(series: ReadonlyMap<string, readonly Sample[]>) {
    this.#series = series;
  }

  /** Those that have all of these labels. */
  all(name: string, labels: Labels = {}): readonly Sample[] {
    const wanted = Object.entries(labels);
    const samples = this.#series.get(name) ?? [];
    return samples.filter((sample) =>
      wanted.every(([label, value]) => sample.labels.get(label) === value),
    );
  }

  /** Their sum; null when there is none, or when it is not a number that can be shown. */
  sum(name: string, labels: Labels = {}): number | null {
    const samples = this.all(name, labels);
    if (samples.length === 0) return null;
    const sum = samples.reduce((all, sample) => all + sample.value, 0);
    return Number.isFinite(sum) ? sum : null;
  }
}

const nameForm = /^[a-zA-Z_:][a-zA-Z0-9_:]*/;
// The comma after the last label may stand there.
const labelForm = /[ \t]*([a-zA-Z_][a-zA-Z0-9_]*)[ \t]*=[ \t]*"((?:[^"\\]|\\.)*)"[ \t]*(,|(?=\}))/y;
const valueForm = /^(?:[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?|[+-]?inf|nan)$/i;
const timeForm = /^[+-]?\d+(?:\.\d+)?$/;

export function parseExposition(text: string): Scrape {
  if (text.length > charactersMax) throw new ExpositionError(1, 'health.tooLong');
  const lines = text.split('\n');
  // The format ends every line; an answer that was cut off does not.
  if (lines.pop() !== '') throw new ExpositionError(lines.length + 1, 'health.cutOff');
  const series = new Map<string, Sample[]>();
  const seen = new Set<string>();
  let ended = false;
  for (const [index, raw] of lines.entries()) {
    const number = index + 1;
    const line = raw.trim();
    if (line === '') continue;
    if (ended) throw new ExpositionError(number, 'health.afterEnd');
    if (line.startsWith('#')) {
      ended = line === '# EOF';
      continue;
    }
    const { name, labels, value } = parseLine(line, number);
    const key = JSON.stringify([name, ...[...labels].sort(([a], [b]) => (a < b ? -1 : 1))]);
    if (seen.has(key)) throw new ExpositionError(number, 'health.twice');
    seen.add(key);
    if (seen.size > samplesMax) throw new ExpositionError(number, 'health.tooLong');
    const samples = series.get(name);
    if (samples) samples.push({ labels, value });
    else series.set(name, [{ labels, value }]);
  }
  return new Scrape(series);
}

function parseLine(line: string, number: number) {
  const name = nameForm.exec(line)?.[0];
  if (name === undefined) throw new ExpositionError(number, 'health.badName');
  const { labels, end } = parseLabels(line, name.length, number);
  // What OpenMetrics says of an example follows the number.
  const [rest = ''] = line.slice(end).split(' # ');
  const [value = '', time, ...more] = rest.trim().split(/[ \t]+/);
  if (!valueForm.test(value) || more.length > 0 || (time !== undefined && !timeForm.test(time)))
    throw new ExpositionError(number, 'health.badValue');
  return { name, labels, value: toNumber(value) };
}

function parseLabels(line: string, start: number, number: number) {
  const labels = new Map<string, string>();
  if (line[start] !== '{') {
    if (!/[ \t]/.test(line[start] ?? '')) throw new ExpositionError(number, 'health.badName');
    return { labels, end: start };
  }
  let at = start + 1;
  for (;;) {
    const close = /[ \t]*\}/y;
    close.lastIndex = at;
    if (close.test(line)) return { labels, end: close.lastIndex };
    labelForm.lastIndex = at;
    const [whole, name, value] = labelForm.exec(line) ?? [];
    if (whole === undefined || name === undefined || value === undefined || labels.has(name))
      throw new ExpositionError(number, 'health.badLabels');
    labels.set(name, unescape(value));
    at += whole.length;
  }
}

function unescape(text: string): string {
  return text.replace(/\\(.)/g, (_, letter: string) => (letter === 'n' ? '\n' : letter));
}

function toNumber(text: string): number {
  const word = text.toLowerCase();
  if (word === 'nan') return Number.NaN;
  if (word.endsWith('inf')) return word.startsWith('-') ? -Infinity : Infinity;
  return Number(text);
}
