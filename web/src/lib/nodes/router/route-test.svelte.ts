/** Which way a value would take, asked of the server: the same sandbox decides as in a run. */

import { asApiError, isAbort, type ApiError } from '$lib/api/client';
import { previewRouter } from '$lib/api/node-types';
import type { RouterPreview, RouterPreviewRequest } from '$lib/api/types';
import type { Json } from '$lib/editor/document';

const wait_ms = 300;

/** What is typed as a test value: JSON when it is some, else the text itself. */
export function readValue(text: string): Json {
  try {
    return JSON.parse(text) as Json;
  } catch {
    return text;
  }
}

export class RouteTest {
  answer = $state.raw<RouterPreview>();
  error = $state.raw<ApiError>();
  #timer: ReturnType<typeof setTimeout> | undefined;
  #asked: AbortController | undefined;

  /** Asks once nothing has changed for a moment; the answer so far stays until the next one. */
  ask(request: RouterPreviewRequest): void {
    this.stop();
    this.#timer = setTimeout(() => void this.#send(request), wait_ms);
  }

  forget(): void {
    this.stop();
    this.answer = undefined;
    this.error = undefined;
  }

  stop(): void {
    clearTimeout(this.#timer);
    this.#asked?.abort();
  }

  async #send(request: RouterPreviewRequest): Promise<void> {
    const asked = new AbortController();
    this.#asked = asked;
    try {
      this.answer = await previewRouter(request, asked.signal);
      this.error = undefined;
    } catch (error) {
      if (isAbort(error)) return;
      this.answer = undefined;
      this.error = asApiError(error);
    }
  }
}
