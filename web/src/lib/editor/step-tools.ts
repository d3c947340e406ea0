/** What the forms of steps ask about their step, answered from the document, the draft and the run. */

import { getVersion } from '$lib/api/flows';
import type { Flow, ValidationProblem, Version } from '$lib/api/types';
import { sameHandle } from '$lib/nodes/outputs';
import type { LastStep, StepTools } from '$lib/nodes/step-context';
import { findNode, labelOf, parseGraph, type FlowDocument, type NodeData } from './document';
import type { TestRun } from './test-run.svelte';

export interface StepToolsOptions {
  readonly document: () => FlowDocument;
  readonly problems: () => readonly ValidationProblem[];
  readonly run: TestRun;
  readonly flow: () => Flow;
}

export class WorkspaceSteps implements StepTools {
  readonly #options: StepToolsOptions;
  /** A version does not change: it is read once. */
  #live: Version | undefined;

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

  get liveVersion(): number | null {
    return this.#options.flow().activeVersion;
  }

  async published(nodeId: string): Promise<NodeData | undefined> {
    const number = this.liveVersion;
    if (number === null) return undefined;
    if (this.#live?.number !== number)
      this.#live = await getVersion(this.#options.flow().id, number);
    const { graph } = this.#live;
    return graph && findNode(parseGraph(graph), nodeId)?.data;
  }
}
