// One backtest of a draft: recorded runs again, and what comes out differently.
import { asApiError, isAbort, type ApiError } from '$lib/api/client';
import { backtestFlow } from '$lib/api/flow-tests';
import type { BacktestReport } from '$lib/api/types';

export const backtest_runs = 20;

export class Backtest {
  report = $state.raw<BacktestReport>();
  error = $state.raw<ApiError>();
  running = $state(false);
  readonly #flowId: string;
  #stop: AbortController | undefined;

  constructor(flowId: string) {
    this.#flowId = flowId;
  }

  /** Requires that the draft is saved. */
  async run(): Promise<void> {
    this.running = true;
    this.error = undefined;
    const stop = new AbortController();
    this.#stop = stop;
    try {
      this.report = await backtestFlow(this.#flowId, { runs: backtest_runs }, stop.signal);
    } catch (cause) {
      if (!isAbort(cause)) this.error = asApiError(cause);
    } finally {
      this.running = false;
    }
  }

  stop(): void {
    this.#stop?.abort();
  }
}
