/**
 * The run one watches while editing, and the last known values of every step: those of this run, or
 * of the last run of the workflow. Expression fields complete and preview from them.
 */

import { getRun, listRuns, cancelRun } from '$lib/api/runs';
import { previewExpression } from '$lib/api/node-types';
import { startRun } from '$lib/api/flows';
import { asApiError, type ApiError } from '$lib/api/client';
import type { ExpressionTools, Preview, PreviewResult } from '$lib/nodes/expression-context';
import type { LastStep } from '$lib/nodes/step-context';
import { fold, type RunView } from '$lib/runs/fold';
import { RunFeed } from '$lib/runs/run-feed.svelte';
import { environmentOf } from '$lib/secrets/secret-name';
import { vault } from '$lib/secrets/vault.svelte';
import { t } from '$lib/shared/t';
import { findNode, parseGraph, type FlowGraph, type Json } from './document';
import { scopeOf, type ScopeRoot } from './scope';

export class TestRun {
  readonly feed = new RunFeed();
  /** Why the last start was refused. */
  error = $state.raw<ApiError>();
  starting = $state(false);

  /** The newest earlier run: its values serve until there is a run to watch. */
  #earlier = $state.raw<{ runId: string; view: RunView; graph: FlowGraph }>();
  /** What runs in the run one watches. */
  #graph = $state.raw<FlowGraph>();
  readonly #flowId: string;

  constructor(flowId: string) {
    this.#flowId = flowId;
  }

  get active(): boolean {
    return this.feed.runId !== null && !this.feed.isOver;
  }

  get shown(): boolean {
    return this.feed.runId !== null;
  }

  /** Starts what the server's draft holds, which is `graph`; save it before. */
  async start(input: Json, graph: FlowGraph): Promise<boolean> {
    this.error = undefined;
    this.starting = true;
    try {
      const { runId } = await startRun(this.#flowId, { input, version: 'draft' });
      this.#graph = graph;
      this.feed.follow(runId);
      return true;
    } catch (error) {
      this.error = asApiError(error);
      return false;
    } finally {
      this.starting = false;
    }
  }

  async cancel(): Promise<void> {
    const { runId } = this.feed;
    if (runId === null) return;
    try {
      await cancelRun(runId);
    } catch (error) {
      this.error = asApiError(error);
    }
  }

  /** Shows an earlier run on the canvas. */
  async show(runId: string): Promise<void> {
    try {
      const { events, graph } = await getRun(runId);
      this.#graph = parseGraph(graph);
      this.feed.follow(runId, events);
    } catch (error) {
      this.error = asApiError(error);
    }
  }

  /** Fetches the values of the last run; without one there is nothing to complete from. */
  async loadEarlier(): Promise<void> {
    try {
      const [last] = (await listRuns({ flowId: this.#flowId, limit: 1 })).items;
      if (!last) return;
      const { events, graph } = await getRun(last.id);
      this.#earlier = { runId: last.id, view: fold(events), graph: parseGraph(graph) };
    } catch {
      // Values of an earlier run are a convenience: the editor works without them.
    }
  }

  get samplesRevision(): number {
    return this.feed.runId === null ? 0 : this.feed.latest.lastEventId;
  }

  samples(): { runId: string | undefined; steps: Map<string, Json>; trigger: Json | undefined } {
    const run = this.#sampleRun();
    const steps = new Map<string, Json>();
    for (const [id, step] of run?.view.steps ?? []) {
      if (step.outputs !== null && step.status !== 'skipped') steps.set(id, step.result as Json);
    }
    return { runId: run?.runId, steps, trigger: run?.view.input as Json | undefined };
  }

  /** How a step fared in that run; nothing when nothing happened to it. */
  lastStep(nodeId: string): LastStep | undefined {
    const run = this.#sampleRun();
    const step = run?.view.steps.get(nodeId);
    if (!run || !step) return undefined;
    const data = run.graph && findNode(run.graph, nodeId)?.data;
    return { runId: run.runId, step, logs: this.feed.logsOf(nodeId, step), data };
  }

  stop(): void {
    this.feed.stop();
  }

  #sampleRun(): { runId: string; view: RunView; graph: FlowGraph | undefined } | undefined {
    const { runId, latest } = this.feed;
    return runId === null ? this.#earlier : { runId, view: latest, graph: this.#graph };
  }
}

interface ExpressionSources {
  readonly run: TestRun;
  readonly flowId: string;
  readonly graph: () => FlowGraph;
  /** Previews of what is typed are asked of the server. */
  readonly mayAsk: boolean;
}

/** What expression fields may ask, answered from the document and the last known values. */
export class WorkspaceExpressions implements ExpressionTools {
  readonly #run: TestRun;
  readonly #flowId: string;
  readonly #graph: () => FlowGraph;
  readonly preview: Preview | undefined;

  constructor({ run, flowId, graph, mayAsk }: ExpressionSources) {
    this.#run = run;
    this.#flowId = flowId;
    this.#graph = graph;
    this.preview = mayAsk ? (nodeId, template) => this.#ask(nodeId, template) : undefined;
  }

  get samplesRevision(): number {
    return this.#run.samplesRevision;
  }

  scope(nodeId: string): readonly ScopeRoot[] {
    const { steps, trigger } = this.#run.samples();
    return scopeOf(this.#graph(), nodeId, {
      samples: steps,
      trigger,
      ...(vault.known ? { environment: environmentOf(vault.items) } : {}),
    });
  }

  async #ask(nodeId: string, template: Json): Promise<PreviewResult> {
    const { runId, steps } = this.#run.samples();
    if (runId === undefined) return { error: t('editor.runOnce') };
    const answer = await previewExpression({
      flowId: this.#flowId,
      nodeId,
      template,
      runId,
      inputs: Object.fromEntries(steps),
    });
    if (answer.error) return { error: answer.error.message };
    return {
      ...(answer.type === undefined ? {} : { type: answer.type }),
      value: (answer.value ?? null) as Json,
    };
  }
}
