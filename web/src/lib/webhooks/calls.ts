// Calls as people read them, and how to make one. Pure.
import type { WebhookCall, WebhookDelivery } from '$lib/api/types';
import { relativeTime } from '$lib/shared/format';
import { t } from '$lib/shared/t';

export type Signing = 'standard' | 'github' | 'none';

/** A shell command that makes a call; the secret's place is marked. */
export function sampleCall(signing: Signing, url: string): string {
  const body = `BODY='{"event":"created","n":7}'`;
  const send = `curl '${url}' -H 'Content-Type: application/json'`;
  switch (signing) {
    case 'standard':
      return [
        `SECRET='whsec_…'`,
        body,
        `ID="msg_$(openssl rand -hex 8)"; TIME=$(date +%s)`,
        `KEY=$(printf %s "\${SECRET#whsec_}" | openssl base64 -d -A | od -An -v -tx1 | tr -d ' \\n')`,
        `MAC=$(printf %s "$ID.$TIME.$BODY" | openssl dgst -sha256 -mac HMAC -macopt "hexkey:$KEY" -binary | openssl base64 -A)`,
        `${send} \\`,
        `  -H "webhook-id: $ID" -H "webhook-timestamp: $TIME" -H "webhook-signature: v1,$MAC" \\`,
        `  --data-binary "$BODY"`,
      ].join('\n');
    case 'github':
      return [
        `SECRET='whsec_…'`,
        body,
        `MAC=$(printf %s "$BODY" | openssl dgst -sha256 -hmac "$SECRET" | sed 's/.*= //')`,
        `${send} \\`,
        `  -H "X-Hub-Signature-256: sha256=$MAC" --data-binary "$BODY"`,
      ].join('\n');
    case 'none':
      return [body, `${send} --data-binary "$BODY"`].join('\n');
  }
}

/** What became of a call, in one line. */
export function outcomeText(delivery: WebhookDelivery): string {
  switch (delivery.outcome) {
    case 'started':
      return t('webhooks.outcomeStarted');
    case 'repeated':
      return t('webhooks.outcomeRepeated');
    case 'tested':
      return t('webhooks.outcomeTested');
    case 'refused': {
      const what =
        delivery.count > 1
          ? t('webhooks.outcomeRefusedMany', { count: delivery.count })
          : t('webhooks.outcomeRefused');
      return delivery.detail === null ? what : `${what}: ${delivery.detail}`;
    }
  }
}

export function callText(call: WebhookCall, now: number): string {
  const ago = relativeTime(call.at, now);
  if (call.outcome === 'refused')
    return t('webhooks.callRefused', { ago, reason: call.detail ?? call.code ?? '' });
  return t(call.test ? 'webhooks.callTested' : 'webhooks.callStarted', { ago });
}

export function signingText(kind: WebhookCall['signedAs']): string {
  switch (kind) {
    case null:
      return '';
    case 'standard':
      return 'Standard Webhooks';
    case 'github':
      return 'GitHub';
    case 'stripe':
      return 'Stripe';
  }
}

/** The whole number that the text says, from 1 to 100,000. */
export function rateOf(text: string): number | null {
  if (!/^\d{1,6}$/.test(text.trim())) return null;
  const rate = Number(text);
  return rate >= 1 && rate <= 100_000 ? rate : null;
}
