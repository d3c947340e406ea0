// The tests of one workflow as they are edited, and what they gave when they were run last.
import { asApiError, isAbort, type ApiError } from '$lib/api/client';
import { getFlowTests, makeFlowTest, runFlowTests, saveFlowTests } from '$lib/api/flow-tests';
import type { FlowTest, FlowTestReport, FlowTestResult } from '$lib/api/types';
import { caseText, freeName, newCase, parseCase } from './case-text';

export interface BookedCase {
  readonly key: number;
  readonly text: string;
}

/** `stale`: the text has changed since. */
export interface CaseOutcome {
  readonly result: FlowTestResult;
  readonly stale: boolean;
}

export class TestBook {
  cases = $state.raw<readonly BookedCase[]>([]);
  selectedKey = $state<number>();
  report = $state.raw<FlowTestReport>();
  error = $state.raw<ApiError>();
  loading = $state(true);
  loadError = $state.raw<ApiError>();
  running = $state(false);
  saving = $state(false);
  readonly #flowId: string;
  #revision = 0;
  #saved = $state.raw<readonly string[]>([]);
  #ran = $state.raw<readonly BookedCase[]>([]);
  #lastKey = 0;
  #stop: AbortController | undefined;

  readonly parsed = $derived(this.cases.map(({ text }) => parseCase(text)));
  readonly valid = $derived(this.parsed.every(({ ok }) => ok));
  readonly selected = $derived(this.cases.find(({ key }) => key === this.selectedKey));
  readonly dirty = $derived(
    this.cases.length !== this.#saved.length ||
      this.cases.some(({ text }, index) => text !== this.#saved[index]),
  );

  constructor(flowId: string) {
    this.#flowId = flowId;
  }

  get tests(): FlowTest[] {
    return this.parsed.flatMap((parsed) => (parsed.ok ? [parsed.test] : []));
  }

  async load(): Promise<void> {
    this.loading = true;
    this.loadError = undefined;
    try {
      this.#take(await getFlowTests(this.#flowId));
      this.selectedKey ??= this.cases[0]?.key;
    } catch (cause) {
      this.loadError = asApiError(cause);
    } finally {
      this.loading = false;
    }
  }

  add(test: FlowTest = newCase(this.#names())): void {
    const named = { ...test, name: freeName(test.name, this.#names()) };
    const added = this.#booked(caseText(named));
    this.cases = [...this.cases, added];
    this.selectedKey = added.key;
  }

  /** As a run was: for a person to shorten. */
  async addFromRun(runId: string): Promise<void> {
    try {
      this.add(await makeFlowTest(this.#flowId, runId));
    } catch (cause) {
      this.error = asApiError(cause);
    }
  }

  edit(key: number, text: string): void {
    this.cases = this.cases.map((each) => (each.key === key ? { key, text } : each));
  }

  remove(key: number): void {
    const place = this.cases.findIndex((each) => each.key === key);
    this.cases = this.cases.filter((each) => each.key !== key);
    if (this.selectedKey === key)
      this.selectedKey = (this.cases[place] ?? this.cases[place - 1])?.key;
  }

  async save(): Promise<boolean> {
    this.saving = true;
    this.error = undefined;
    try {
      const saved = await saveFlowTests(this.#flowId, this.#revision, this.tests);
      this.#revision = saved.revision;
      this.#saved = this.cases.map(({ text }) => text);
      return true;
    } catch (cause) {
      this.error = asApiError(cause);
      return false;
    } finally {
      this.saving = false;
    }
  }

  /** What is on the screen, on the draft. */
  async run(): Promise<void> {
    this.running = true;
    this.error = undefined;
    const stop = new AbortController();
    this.#stop = stop;
    const ran = this.cases;
    try {
      this.report = await runFlowTests(this.#flowId, { tests: this.tests }, stop.signal);
      this.#ran = ran;
    } catch (cause) {
      if (!isAbort(cause)) this.error = asApiError(cause);
    } finally {
      this.running = false;
    }
  }

  stop(): void {
    this.#stop?.abort();
  }

  outcomeOf(key: number): CaseOutcome | undefined {
    const place = this.#ran.findIndex((each) => each.key === key);
    const result = this.report?.results[place];
    if (!result) return undefined;
    const now = this.cases.find((each) => each.key === key);
    return { result, stale: now?.text !== this.#ran[place]?.text };
  }

  #take({ tests, revision }: { tests: readonly FlowTest[]; revision: number }): void {
    this.#revision = revision;
    this.cases = tests.map((test) => this.#booked(caseText(test)));
    this.#saved = this.cases.map(({ text }) => text);
  }

  #booked(text: string): BookedCase {
    this.#lastKey += 1;
    return { key: this.#lastKey, text };
  }

  #names(): string[] {
    return this.tests.map(({ name }) => name);
  }
}
