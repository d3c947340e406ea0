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
  busy = $state(false);

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
      this.#take(await getWebhook(this.flowId));
      await this.refresh();
    } catch (error) {
      this.error = asApiError(error);
    }
  }

  /** The last calls anew; those that are shown stay when that fails. */
  async refresh(): Promise<void> {
    try {
      const page = await listWebhookDeliveries(this.flowId, { limit: deliveriesShown });
      this.deliveries = page.items;
    } catch (error) {
      this.error = asApiError(error);
    }
  }

  #take(webhook: Webhook): void {
    this.stored = webhook;
    this.enabled = webhook.enabled;
    this.requireSignature = webhook.requireSignature;
    this.responseMode = webhook.responseMode;
    this.rate = String(webhook.callsPerMinute);
    if (webhook.secret !== undefined) this.secret = webhook.secret;
  }

  /** True when it is saved; otherwise `error` says why not. */
  async save(): Promise<boolean> {
    const { callsPerMinute } = this;
    // What was never read would be replaced by the defaults.
    if (this.stored === null || callsPerMinute === null) return false;
    const { enabled, requireSignature, responseMode } = this;
    return this.#send(() =>
      putWebhook(this.flowId, { enabled, requireSignature, responseMode, callsPerMinute }),
    );
  }

  /** What else was changed and not saved stays as it is on the screen. */
  async rotate(rotation: SecretRotation): Promise<boolean> {
    const { enabled, requireSignature, responseMode, rate } = this;
    if (!(await this.#send(() => rotateWebhookSecret(this.flowId, rotation)))) return false;
    Object.assign(this, { enabled, requireSignature, responseMode, rate });
    return true;
  }

  async #send(work: () => Promise<Webhook>): Promise<boolean> {
    this.busy = true;
    try {
      this.#take(await work());
      this.error = null;
      return true;
    } catch (error) {
      this.error = asApiError(error);
      return false;
    } finally {
      this.busy = false;
    }
  }
}
