/** What forms of steps that call other workflows ask about the one they stand in. */

import { createContext } from 'svelte';

export interface FlowTools {
  readonly flowId: string;
  /** How long one run may take; 0 when it may take as long as it needs. */
  readonly timeoutMs: number;
}

export const [getFlowTools, setFlowTools, hasFlowTools] = createContext<FlowTools>();
