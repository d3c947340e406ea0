// The webhook of one workflow while it is edited, its last calls, and its secret for as long as it
// may be seen.
import { asApiError, type ApiError } from '$lib/api/client';
import type { Webhook, WebhookDelivery } from '$lib/api/types';
import {
  getWebhook,
  listWebhookDeliveries,
  putWebhook,
  rotateWebhookSecret,
  type SecretRotation,
} from '$lib/api/webhooks';
import { rateOf } from './calls';

const deliveriesShown = 20;

export class WebhookForm {
  readonly flowId: string;
  /** As the server has it; null until it is read, and then there is nothing to edit or to save. */
  stored = $state.raw<Webhook | null>(null);
  deliveries = $state.raw<readonly WebhookDelivery[]>([]);
  /** Told once, by the answer that made it. */
  secret = $state<string | null>(null);
  error = $state.raw<ApiError | null>(null);
  /** Why a new secret was refused. */
  secretError = $state.raw<ApiError | null>(null);
  /** Why the last calls could not be read anew. */
  callsError = $state.raw<ApiError | null>(null);
  busy = $state(false);
  #reading = false;
  #again = false;

  enabled = $state(false);
  requireSignature = $state(true);
  responseMode = $state<Webhook['responseMode']>('async');
  rate = $state('100');

  constructor(flowId: string) {
    this.flowId = flowId;
  }

  readonly callsPerMinute = $derived(rateOf(this.rate));

  get canSave(): boolean {
    return this.stored !== null && this.callsPerMinute !== null;
  }

  async load(): Promise<void> {
    this.error = null;
    try {
      const webhook = await getWebhook(this.flowId);
      this.#take(webhook);
      Object.assign(this, fieldsOf(webhook));
      await this.refresh();
    } catch (error) {
      this.error = asApiError(error);
    }
  }

  /**
   * The last calls anew; those that are shown stay when that fails. Calls that come while they are
   * read are read once more, together.
   */
  async refresh(): Promise<void> {
    if (this.#reading) {
      this.#again = true;
      return;
    }
    this.#reading = true;
    do {
      this.#again = false;
      await this.#readCalls();
    } while (this.#again);
    this.#reading = false;
  }

  async #readCalls(): Promise<void> {
    try {
      const page = await listWebhookDeliveries(this.flowId, { limit: deliveriesShown });
      this.deliveries = page.items;
      this.callsError = null;
    } catch (error) {
      this.callsError = asApiError(error);
      this.#again = false;
    }
  }

  #take(webhook: Webhook): void {
    this.stored = webhook;
    if (webhook.secret !== undefined) this.secret = webhook.secret;
  }

  /** True when it is saved; otherwise `error` says why not. What is typed meanwhile stays. */
  async save(): Promise<boolean> {
    const { callsPerMinute } = this;
    // What was never read would be replaced by the defaults.
    if (this.stored === null || callsPerMinute === null) return false;
    const { enabled, requireSignature, responseMode, rate } = this;
    this.busy = true;
    try {
      const settings = { enabled, requireSignature, responseMode, callsPerMinute };
      const saved = await putWebhook(this.flowId, settings);
      this.#take(saved);
      const now = fieldsOf(saved);
      if (this.enabled === enabled) this.enabled = now.enabled;
      if (this.requireSignature === requireSignature) this.requireSignature = now.requireSignature;
      if (this.responseMode === responseMode) this.responseMode = now.responseMode;
      if (this.rate === rate) this.rate = now.rate;
      this.error = null;
      return true;
    } catch (error) {
      this.error = asApiError(error);
      return false;
    } finally {
      this.busy = false;
    }
  }

  /** What else was changed and not saved stays as it is on the screen. */
  async rotate(rotation: SecretRotation): Promise<boolean> {
    this.busy = true;
    try {
      this.#take(await rotateWebhookSecret(this.flowId, rotation));
      this.secretError = null;
      return true;
    } catch (error) {
      this.secretError = asApiError(error);
      return false;
    } finally {
      this.busy = false;
    }
  }
}

function fieldsOf({ enabled, requireSignature, responseMode, callsPerMinute }: Webhook) {
  return { enabled, requireSignature, responseMode, rate: String(callsPerMinute) };
}
