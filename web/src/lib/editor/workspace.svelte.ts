/** Everything one open workflow consists of, in one context. Built by Editor.svelte. */

import { createContext } from 'svelte';
import { me } from '$lib/accounts/me.svelte';
import { asApiError } from '$lib/api/client';
import { getFlow, publishFlow, saveFlow, validateFlow } from '$lib/api/flows';
import type { Flow, NodeType, Version } from '$lib/api/types';
import { CanvasContext } from '$lib/nodes/canvas-context.svelte';
import { Stored } from '$lib/shared/stored.svelte';
import { t } from '$lib/shared/t';
import { sameJson } from './changes';
import { findNode, type FlowDocument, type FlowNode, type Json } from './document';
import { documentFromFlow, graphOf, saveBody } from './draft';
import { DraftSaver } from './draft-saver.svelte';
import { EditorState } from './editor-state.svelte';
import { EditorUi } from './editor-ui.svelte';
import { WorkspaceSteps } from './step-tools';
import { TestRun, WorkspaceExpressions } from './test-run.svelte';
import { storedCopies } from './unsaved-copies';

export class Workspace {
  readonly flowId: string;
  readonly editor: EditorState;
  readonly saver: DraftSaver;
  readonly run: TestRun;
  readonly ui = new EditorUi();
  readonly canvas: CanvasContext;
  readonly expressions: WorkspaceExpressions;
  readonly steps: WorkspaceSteps;
  /** The input of test runs, as text, remembered per workflow. */
  readonly input: Stored<string>;
  #held = $state.raw<{ id: string | undefined }>();

  constructor(flow: Flow, nodeTypes: readonly NodeType[]) {
    this.flowId = flow.id;
    this.editor = new EditorState({
      document: documentFromFlow(flow),
      nodeTypes,
      readOnly: !me.may('editor'),
      onchange: () => this.saver.changed(),
    });
    this.saver = new DraftSaver({
      flow,
      copies: storedCopies(localStorage),
      current: () => this.editor.document,
      store: {
        save: (document, revision) =>
          saveFlow(flow.id, revision, saveBody(document, this.saver.flow.graph)),
        load: () => getFlow(flow.id),
      },
    });
    this.run = new TestRun(flow.id);
    this.canvas = new CanvasContext(
      this.editor.readOnly
        ? {}
        : {
            onadd: (output) => (this.ui.adding = { kind: 'after', output }),
            oninsert: (edgeId) => (this.ui.adding = { kind: 'edge', edgeId }),
          },
    );
    this.expressions = new WorkspaceExpressions({
      run: this.run,
      flowId: flow.id,
      graph: () => this.editor.document,
      mayAsk: !this.editor.readOnly,
    });
    this.steps = new WorkspaceSteps({
      document: () => this.editor.document,
      problems: () => this.saver.problems,
      run: this.run,
      flow: () => this.saver.flow,
    });
    this.input = new Stored(`editor.input.${flow.id}`, '{}');
  }

  /** The step whose settings are open. While the pointer is down nothing moves under it. */
  get inspected(): FlowNode | undefined {
    if (!this.#held) return this.editor.current;
    return this.#held.id === undefined ? undefined : findNode(this.editor.document, this.#held.id);
  }

  hold(): void {
    this.#held = { id: this.editor.current?.id };
  }

  release(): void {
    if (this.#held) this.#held = undefined;
  }

  /** Asks the server what is wrong with what is on the screen. */
  async check(): Promise<void> {
    const { document } = this.editor;
    try {
      const graph = graphOf(document, this.saver.flow.graph);
      const { problems } = await validateFlow({ name: document.name, graph }, this.flowId);
      if (document === this.editor.document) this.saver.problems = problems;
    } catch {
      // The next save brings the problems along.
    }
  }

  /** Takes changes from the browser's storage that the server never received. */
  recover(): void {
    if (this.editor.readOnly) return;
    const copies = storedCopies(localStorage);
    const copy = copies.read(this.flowId);
    if (!copy) return;
    if (sameJson(copy.document, this.editor.document)) {
      copies.remove(this.flowId);
      return;
    }
    this.editor.apply({
      document: copy.document,
      label: t('edit.recover'),
      nodeIds: [],
    });
    if (copy.revision === this.saver.flow.revision) {
      this.editor.announce(t('done.recovered'));
      return;
    }
    // The draft has moved on since: a person decides, as with any other conflict.
    this.saver.conflictWith(this.saver.flow);
  }

  /** Runs what is on the screen. */
  async start(): Promise<boolean> {
    const input = parseInput(this.input.value);
    if (!input.ok) return false;
    if (!(await this.saver.flush())) {
      this.editor.announce(t('editor.notRun'));
      return false;
    }
    const started = await this.run.start(input.value, this.editor.document);
    if (started) this.ui.toggleResults(true);
    return started;
  }

  /**
   * Makes what is on the screen the next version. Nothing when somebody else has changed the draft:
   * then both sides are shown.
   */
  async publish(summary: string): Promise<Version | undefined> {
    if (!(await this.saver.flush())) throw new Error(t('editor.notSavedFirst'));
    let version: Version | undefined;
    try {
      version = await publishFlow(this.flowId, this.saver.flow.revision, summary);
    } catch (error) {
      if (asApiError(error).status !== 412) throw error;
    }
    this.saver.seen(await getFlow(this.flowId));
    return version;
  }

  async resolveConflict(choice: 'mine' | 'theirs'): Promise<void> {
    const theirs = await this.saver.resolve(choice);
    if (!theirs) return;
    const document = documentFromFlow(theirs);
    this.editor.apply({ document, label: t('edit.useTheirs'), nodeIds: [] });
    this.saver.adopt(theirs);
  }

  /** The draft was replaced by a version before the editor opened: undo brings it back. */
  restored({ version, before }: { version: number; before: FlowDocument }): void {
    this.editor.remember(before, t('edit.restore', { version }));
  }

  stop(): void {
    this.saver.stop();
    this.run.stop();
  }
}

export function parseInput(
  text: string,
): { ok: true; value: Json } | { ok: false; reason: string } {
  if (text.trim() === '') return { ok: true, value: null };
  try {
    return { ok: true, value: JSON.parse(text) as Json };
  } catch (error) {
    return { ok: false, reason: error instanceof Error ? error.message : t('json.not') };
  }
}

export const [getWorkspace, setWorkspace] = createContext<Workspace>();
