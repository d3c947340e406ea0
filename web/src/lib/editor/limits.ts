/** What one run of the workflow may take: time, and what it spends on language models. Pure. */

import type { Flow, Graph } from '$lib/api/types';
import { t } from '$lib/shared/t';
import type { FlowDocument } from './document';
import type { Change } from './edits';

export interface FlowLimits {
  /** 0: as long as it needs. */
  readonly timeoutMs: number;
  readonly tokens: number | null;
  readonly usd: number | null;
}

/** What the server takes at most; src/base/limits.h and model/flow_schema.cpp. */
export const timeoutMsMax = 366 * 86_400_000;
export const tokensMax = 1_000_000_000_000;
export const usdMax = 1_000_000;

export const no_limits: FlowLimits = { timeoutMs: 0, tokens: null, usd: null };

/** Stands in the graph, so that every version has its own. */
type Budget = NonNullable<Graph['budget']>;
type Limited = Partial<Pick<Flow, 'timeoutMs'>> & { readonly graph: Graph };

export function limitsOf({ timeoutMs = 0, graph }: Limited): FlowLimits {
  return { timeoutMs, tokens: graph.budget?.tokens ?? null, usd: graph.budget?.usd ?? null };
}

/** As the graph holds it; null without one. */
export function budgetOf({ tokens, usd }: FlowLimits): Budget | null {
  return tokens === null && usd === null ? null : { tokens, usd };
}

export function limitFlow(document: FlowDocument, changed: Partial<FlowLimits>): Change {
  const limits = { ...no_limits, ...document.limits, ...changed };
  return {
    document: { ...document, limits },
    label: t('edit.limits'),
    nodeIds: [],
    key: `limits:${Object.keys(changed).join()}`,
  };
}
