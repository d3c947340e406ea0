/** What the forms of steps ask about their step, answered from the document, the draft and the run. */

import type { ValidationProblem } from '$lib/api/types';
import { sameHandle } from '$lib/nodes/outputs';
import type { LastStep, StepTools } from '$lib/nodes/step-context';
import { labelOf, type FlowDocument } from './document';
import type { TestRun } from './test-run.svelte';

export interface StepToolsOptions {
  readonly document: () => FlowDocument;
  readonly problems: () => readonly ValidationProblem[];
  readonly run: TestRun;
}

export class WorkspaceSteps implements StepTools {
  readonly #options: StepToolsOptions;

  constructor(options: StepToolsOptions) {
    this.#options = options;
  }

  last(nodeId: string): LastStep | undefined {
    return this.#options.run.lastStep(nodeId);
  }

  problems(nodeId: string, at: string): readonly ValidationProblem[] {
    return this.#options
      .problems()
      .filter((problem) => problem.nodeId === nodeId && problem.pointer.endsWith(`/data${at}`));
  }

  targets(nodeId: string, handle: string): readonly string[] {
    const document = this.#options.document();
    return document.edges
      .filter((edge) => edge.source === nodeId && sameHandle(edge.sourceHandle, handle))
      .map((edge) => labelOf(document, edge.target));
  }
}
