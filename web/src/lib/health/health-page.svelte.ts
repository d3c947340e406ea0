// Reads /metrics every few seconds, as long as somebody looks.
import { asApiError, type ApiError } from '$lib/api/client';
import { readMetrics, whyNotReady } from '$lib/api/health';
import { parseExposition } from './exposition';
import { healthOf, type Reading } from './health';
import { everyMs, lastMinute, longest, runPoints, withReading } from './readings';

export class HealthPage {
  #readings = $state.raw<readonly Reading[]>([]);
  error = $state.raw<ApiError>();
  /** Why the server takes no new work; undefined: not known yet. */
  notReady = $state.raw<string | null>();

  readonly updatedAt = $derived(this.#readings.at(-1)?.at);
  readonly points = $derived(runPoints(this.#readings));
  readonly health = $derived.by(() => {
    const minute = lastMinute(this.#readings);
    const long = longest(this.#readings);
    return minute && long && healthOf(minute, long);
  });
  /** Asking again does not help; only somebody else can. */
  readonly forbidden = $derived(this.error?.status === 403);

  #timer: ReturnType<typeof setTimeout> | undefined;
  #asking: AbortController | null = null;

  /** Reads while the page can be seen. Returns the function that stops it. */
  follow(): () => void {
    const look = () => (document.hidden ? this.#stop() : void this.refresh());
    document.addEventListener('visibilitychange', look);
    look();
    return () => {
      document.removeEventListener('visibilitychange', look);
      this.#stop();
    };
  }

  async refresh(): Promise<void> {
    this.#stop();
    const asking = new AbortController();
    this.#asking = asking;
    try {
      const [text, notReady] = await Promise.all([
        readMetrics(asking.signal),
        whyNotReady(asking.signal),
      ]);
      if (asking.signal.aborted) return;
      const reading = { at: Date.now(), scrape: parseExposition(text) };
      this.#readings = withReading(this.#readings, reading);
      this.notReady = notReady;
      this.error = undefined;
    } catch (cause) {
      if (asking.signal.aborted) return;
      this.error = asApiError(cause);
    }
    if (!this.forbidden) this.#timer = setTimeout(() => void this.refresh(), everyMs);
  }

  #stop(): void {
    clearTimeout(this.#timer);
    this.#asking?.abort();
    this.#asking = null;
  }
}
