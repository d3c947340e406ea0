// Listens for calls of a workflow's webhook: test calls are taken only while somebody does.
import type { ApiError } from '$lib/api/client';
import { openStream } from '$lib/api/event-stream';
import type { ServerEvent } from '$lib/api/sse-parser';
import type { WebhookCall } from '$lib/api/types';
import { webhookCallsPath } from '$lib/api/webhooks';

const callsKept = 20;

export class CallListener {
  readonly #flowId: string;
  readonly #open: typeof openStream;
  readonly #oncall: () => void;
  /** `listening` once the server has said so: from then on no call is missed. */
  state = $state<'off' | 'connecting' | 'listening' | 'full'>('off');
  /** The newest first. */
  calls = $state.raw<readonly WebhookCall[]>([]);
  error = $state.raw<ApiError | null>(null);
  #close: (() => void) | null = null;

  constructor(flowId: string, oncall: () => void, open: typeof openStream = openStream) {
    this.#flowId = flowId;
    this.#oncall = oncall;
    this.#open = open;
  }

  start(): void {
    if (this.#close) return;
    this.error = null;
    this.state = 'connecting';
    this.#close = this.#open({
      path: webhookCallsPath(this.#flowId),
      onEvent: (event) => this.#take(event),
      onState: (state) => {
        if (state === 'reconnecting') this.state = 'connecting';
      },
      onError: (error) => {
        this.stop();
        this.error = error;
      },
    });
  }

  stop(): void {
    this.#close?.();
    this.#close = null;
    this.state = 'off';
  }

  #take(event: ServerEvent): void {
    switch (event.event) {
      case 'listening':
        this.state = 'listening';
        break;
      case 'refused':
        this.stop();
        this.state = 'full';
        break;
      case 'call':
        this.calls = [JSON.parse(event.data) as WebhookCall, ...this.calls].slice(0, callsKept);
        this.#oncall();
        break;
    }
  }
}
