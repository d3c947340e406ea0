// Tokens, money and speed in words. Pure.
import { t } from '$lib/shared/t';
import type { LlmFacts, LlmTiming, Spent, Usage } from './llm';

const whole = new Intl.NumberFormat('en-US', { maximumFractionDigits: 0 });

export function countText(count: number): string {
  return whole.format(count);
}

/** $0.0002, $1.20, $1,204.00: small sums keep two digits that say something. */
export function moneyText(usd: number): string {
  if (usd === 0) return '$0';
  const digits = usd >= 0.1 ? 2 : Math.min(8, 1 - Math.floor(Math.log10(usd)));
  const format = { minimumFractionDigits: 2, maximumFractionDigits: Math.max(2, digits) };
  return `$${usd.toLocaleString('en-US', format)}`;
}

/** 412 in · 61 out · $0.0002 */
export function usageText({ usage }: Pick<LlmFacts, 'usage'>): string {
  if (!usage) return '';
  const tokens = t(usage.estimated ? 'llm.aboutInOut' : 'llm.inOut', {
    in: countText(usage.prompt_tokens),
    out: countText(usage.completion_tokens),
  });
  return usage.cost_usd === undefined ? tokens : `${tokens} · ${moneyText(usage.cost_usd)}`;
}

export function spentText({ tokens, usd }: Spent): string {
  const text = t('llm.tokens', { count: countText(tokens) });
  return usd === 0 ? text : `${text} · ${moneyText(usd)}`;
}

/** Tokens per second between the first and the last; '' when there is nothing to divide. */
export function speedText(usage: Usage | null, timing: LlmTiming | null): string {
  const ms = timing ? timing.totalMs - (timing.firstTokenMs ?? timing.firstByteMs ?? 0) : 0;
  if (!usage || ms <= 0 || usage.completion_tokens < 2) return '';
  return t('llm.perSecond', { count: countText((usage.completion_tokens * 1_000) / ms) });
}

const chars_per_token = 4;

/** English text has about four characters per token; good enough to see a prompt grow. */
export function tokensOf(text: string): number {
  return Math.ceil(text.length / chars_per_token);
}
