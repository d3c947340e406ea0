/**
 * What the form of a step asks about that step: how it ended last time, what the server says about
 * its settings, where its outputs lead. The editor provides it; without it forms just edit.
 */

import { createContext } from 'svelte';
import type { LogLine, ValidationProblem } from '$lib/api/types';
import type { NodeData } from '$lib/editor/document';
import type { StepView } from '$lib/runs/fold';

export interface LastStep {
  readonly runId: string;
  readonly step: StepView;
  readonly logs: readonly LogLine[];
  /** What the step's settings were in that run. */
  readonly data: NodeData | undefined;
}

export interface StepTools {
  /** In the run one watches, else in the last run; nothing when the step did not take part. */
  last(nodeId: string): LastStep | undefined;
  /** What the last save found; `at` is a pointer into the step's settings: "/code". */
  problems(nodeId: string, at: string): readonly ValidationProblem[];
  /** The labels of the steps that an output leads to. */
  targets(nodeId: string, handle: string): readonly string[];
  /** The number of the version that is live; null before the first. */
  readonly liveVersion: number | null;
  /** The settings of the step in that version; undefined when it has no such step. */
  published(nodeId: string): Promise<NodeData | undefined>;
}

export const [getStepTools, setStepTools, hasStepTools] = createContext<StepTools>();
