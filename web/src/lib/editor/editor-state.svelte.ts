/**
 * The editor of one workflow: the document, what is selected, the history, and the canvas objects
 * made from them. Every change goes through `apply`; components call the verbs below.
 */

import { createContext } from 'svelte';
import type { NodeType } from '$lib/api/types';
import type { OutputRef } from '$lib/nodes/canvas-context.svelte';
import { nodeOutputs } from '$lib/nodes/outputs';
import { readClipboard, writeClipboard } from './clipboard';
import * as edits from './edits';
import {
  empty_document,
  findNode,
  labelOf,
  subgraph,
  type FlowDocument,
  type FlowNode,
  type Json,
  type Point,
} from './document';
import type { Change, NewNode } from './edits';
import {
  movedPositions,
  toCanvasEdges,
  toCanvasNodes,
  type CanvasEdge,
  type CanvasNode,
} from './flow-adapter';
import { empty_history, record, redo, undo, type History, type Travel } from './history';
import { tidyPositions } from './layout';
import { limitFlow, type FlowLimits } from './limits';
import { boundsOf, freeSpot, placeAfter, placeOnEdge } from './placement';
import { card_width, head_height, nodeSize } from '$lib/nodes/geometry';
import { count, t } from '$lib/shared/t';
import { checkConnection, danglingEdges, preferredOutput } from './validate';

/** Where the next step goes: after an output, into an edge, or at a place on the canvas. */
export type AddTarget =
  | { readonly kind: 'after'; readonly output: OutputRef }
  | { readonly kind: 'edge'; readonly edgeId: string }
  | { readonly kind: 'free'; readonly at: Point };

/** The first step stands with its corner at the origin, where an empty canvas is looked at. */
export const first_target: AddTarget = {
  kind: 'free',
  at: { x: card_width / 2, y: head_height / 2 },
};

export interface EditorOptions {
  readonly document: FlowDocument;
  readonly nodeTypes: readonly NodeType[];
  readonly onchange?: () => void;
  /** Whoever looks may change nothing: every change is refused with a word about why. */
  readonly readOnly?: boolean;
  readonly now?: () => number;
}

export class EditorState {
  document = $state.raw<FlowDocument>(empty_document);
  nodes = $state.raw<CanvasNode[]>([]);
  edges = $state.raw<CanvasEdge[]>([]);
  history = $state.raw<History>(empty_history);
  /** The last thing that happened, for the live region and the note on the canvas. */
  announcement = $state.raw<{ text: string; at: number }>({ text: '', at: 0 });
  /** Nodes to bring into view; replaced to ask again. */
  reveal = $state.raw<{ ids: readonly string[]; focus: boolean }>();

  readonly nodeTypes: readonly NodeType[];
  readonly selectedIds = $derived(
    this.nodes.filter((node) => node.selected === true).map((node) => node.id),
  );
  readonly selectedEdgeIds = $derived(
    this.edges.filter((edge) => edge.selected === true).map((edge) => edge.id),
  );
  /** The step whose settings are shown: the only selected one. */
  readonly current = $derived.by<FlowNode | undefined>(() => {
    const [only, ...others] = this.selectedIds;
    return only === undefined || others.length > 0 ? undefined : findNode(this.document, only);
  });
  readonly canUndo = $derived(this.history.past.length > 0);
  readonly canRedo = $derived(this.history.future.length > 0);

  readonly #options: EditorOptions;
  readonly #now: () => number;

  constructor(options: EditorOptions) {
    this.#options = options;
    this.#now = options.now ?? Date.now;
    this.nodeTypes = options.nodeTypes;
    this.#show(options.document);
  }

  get readOnly(): boolean {
    return this.#options.readOnly === true;
  }

  descriptor(type: string): NodeType | undefined {
    return this.nodeTypes.find((candidate) => candidate.type === type);
  }

  apply(change: Change, options: { select?: readonly string[]; say?: string } = {}): void {
    if (change.document === this.document) return;
    if (this.readOnly) return this.announce(t('editor.readOnlyNote'));
    this.history = record(this.history, { before: this.document, change, now: this.#now() });
    this.#show(change.document, options.select);
    if (options.say !== undefined) this.announce(options.say);
    this.#options.onchange?.();
  }

  undo(): void {
    this.#travel(undo(this.history), 'undid');
  }

  redo(): void {
    this.#travel(redo(this.history), 'redid');
  }

  add(type: NodeType, target: AddTarget): string | undefined {
    if (!type.available) return undefined;
    const data = type.defaults as Record<string, Json>;
    const added: NewNode = { type: type.type, label: type.label, data, position: { x: 0, y: 0 } };
    const change = this.#addChange(added, target);
    this.apply(change, {
      select: [change.id],
      say: t('done.added', { what: this.#label(change) }),
    });
    this.reveal = { ids: [change.id], focus: true };
    return change.id;
  }

  /** Where a step goes when nobody says: after the selected step, else at the given place. */
  defaultTarget(at: Point): AddTarget {
    const { current } = this;
    if (this.document.nodes.length === 0) return first_target;
    const last =
      current ?? (this.selectedIds.length === 0 ? this.document.nodes.at(-1) : undefined);
    const handle = last && preferredOutput(this.document, last.id);
    if (!last || handle === undefined) return { kind: 'free', at };
    return { kind: 'after', output: { source: last.id, sourceHandle: handle } };
  }

  connect(connection: edits.Connection): boolean {
    const verdict = checkConnection(this.document, connection);
    if (!verdict.allowed) {
      this.announce(verdict.reason);
      return false;
    }
    const change = edits.connect(this.document, connection);
    const handle = connection.sourceHandle;
    const to = labelOf(this.document, connection.target);
    this.apply(change, {
      say: handle ? t('done.connectedBranch', { to, branch: handle }) : t('done.connected', { to }),
    });
    return true;
  }

  configure(id: string, patch: Readonly<Record<string, Json | undefined>>): void {
    this.apply(edits.configureNode(this.document, id, patch));
    // A branch may have gone with its setting; an edge without an output is no edge.
    const dangling = danglingEdges(this.document, id);
    if (dangling.length > 0) {
      const change = edits.deleteElements(this.document, { edgeIds: dangling });
      this.apply({ ...change, key: `configure:${id}:${Object.keys(patch).sort().join(',')}` });
    }
  }

  /** Settings that work in place of the step's own; its name, notes and errors stay. */
  useExample(id: string, example: Readonly<Record<string, Json>>): void {
    const node = findNode(this.document, id);
    const fields = node && this.descriptor(node.type)?.dataSchema['properties'];
    if (!node || typeof fields !== 'object' || fields === null) return;
    const own = Object.keys(fields).filter((name) => name in node.data);
    const settings = Object.entries(example).filter(([name]) => name !== 'label');
    this.configure(id, {
      ...Object.fromEntries(own.map((name) => [name, undefined])),
      ...Object.fromEntries(settings),
    });
    this.announce(t('help.used'));
  }

  configureHandles(
    id: string,
    patch: Readonly<Record<string, Json | undefined>>,
    handles: ReadonlyMap<string, string | null>,
  ): void {
    this.apply(edits.configureWithHandles(this.document, id, { patch, handles }));
  }

  rename(id: string, label: string): void {
    if (label.trim() === '' || label === labelOf(this.document, id)) return;
    this.apply(edits.renameNode(this.document, id, label));
  }

  changeId(id: string, next: string): void {
    this.apply(edits.changeNodeId(this.document, id, next), {
      select: [next],
      say: t('done.changedId', { id: next }),
    });
  }

  limit(changed: Partial<FlowLimits>): void {
    this.apply(limitFlow(this.document, changed));
  }

  renameFlow(name: string): void {
    if (name.trim() === '' || name === this.document.name) return;
    this.apply(edits.renameFlow(this.document, name.trim()));
  }

  /** Takes over what Svelte Flow has moved. */
  commitDrag(): void {
    const moved = movedPositions(this.document, this.nodes);
    if (moved.size === 0) return;
    const { document, label, nodeIds } = edits.moveNodes(this.document, moved);
    // Without a key: two drags are two steps of the history, however quickly they follow.
    this.apply(
      { document, label, nodeIds },
      { say: t('done.moved', { what: this.#sentence(nodeIds) }) },
    );
  }

  nudge(delta: Point): void {
    const ids = this.selectedIds;
    if (ids.length === 0) return;
    this.apply(edits.nudgeNodes(this.document, ids, delta), {
      say: t('done.moved', { what: this.#sentence(ids) }),
    });
  }

  deleteSelected(): void {
    const doomed = { nodeIds: this.selectedIds, edgeIds: this.selectedEdgeIds };
    if (doomed.nodeIds.length + doomed.edgeIds.length === 0) return;
    const what = edits.describeElements(this.document, doomed);
    const change = edits.deleteElements(this.document, doomed);
    this.apply(change, { select: [], say: t('done.deleted', { what }) });
  }

  deleteEdge(edgeId: string): void {
    this.apply(edits.deleteElements(this.document, { edgeIds: [edgeId] }), {
      say: t('done.deleted', { what: count(1, 'connection') }),
    });
  }

  duplicateSelected(): void {
    if (this.selectedIds.length === 0) return;
    const change = edits.duplicateNodes(this.document, this.selectedIds);
    this.apply(change, {
      select: change.nodeIds,
      say: t('done.duplicated', { what: this.#names(change) }),
    });
  }

  /** The selected steps as clipboard text; nothing when none is selected. */
  copyText(): string | undefined {
    const ids = this.selectedIds;
    if (ids.length === 0) return undefined;
    this.announce(t('done.copied', { what: edits.describe(this.document, ids) }));
    return writeClipboard(subgraph(this.document, ids));
  }

  paste(text: string, at: Point): boolean {
    const content = readClipboard(text);
    if (!content.ok) {
      this.announce(content.reason);
      return false;
    }
    const bounds = boundsOf(content.graph.nodes) ?? { x: 0, y: 0, width: 0, height: 0 };
    const spot = freeSpot(this.document, { ...bounds, x: at.x, y: at.y });
    const offset = { x: spot.x - bounds.x, y: spot.y - bounds.y };
    const change = edits.pasteGraph(this.document, content.graph, { offset });
    this.apply(change, {
      select: change.nodeIds,
      say: t('done.pasted', { what: this.#names(change) }),
    });
    this.reveal = { ids: change.nodeIds, focus: false };
    return true;
  }

  async tidy(): Promise<void> {
    const before = this.document;
    const positions = await tidyPositions(before).catch(() => undefined);
    if (positions === undefined) this.announce(t('editor.notTidied'));
    if (positions === undefined || this.document !== before) return;
    const { document, label, nodeIds } = edits.moveNodes(before, positions, t('edit.tidy'));
    this.apply({ document, label, nodeIds }, { say: t('done.tidied') });
    this.reveal = { ids: this.document.nodes.map((node) => node.id), focus: false };
  }

  select(ids: readonly string[], options: { reveal?: boolean; focus?: boolean } = {}): void {
    this.nodes = toCanvasNodes(this.document, this.nodes, ids);
    if (this.selectedEdgeIds.length > 0) {
      this.edges = this.edges.map((edge) => (edge.selected ? { ...edge, selected: false } : edge));
    }
    if (options.reveal) this.reveal = { ids, focus: options.focus ?? false };
  }

  selectAll(): void {
    this.select(this.document.nodes.map((node) => node.id));
    this.announce(t('done.selected', { what: count(this.document.nodes.length, 'step') }));
  }

  /** What is shown took the place of `before` somewhere else: undo brings it back. */
  remember(before: FlowDocument, label: string): void {
    const change = { document: this.document, label, nodeIds: [] };
    this.history = record(this.history, { before, change, now: this.#now() });
  }

  announce(text: string): void {
    this.announcement = { text, at: this.#now() };
  }

  #addChange(added: NewNode, target: AddTarget): Change & { id: string } {
    const blank = { type: added.type, data: added.data };
    if (target.kind === 'after') {
      const position = placeAfter(this.document, target.output, blank);
      return edits.addNodeAfter(this.document, { ...added, position }, target.output);
    }
    const edge =
      target.kind === 'edge'
        ? this.document.edges.find((candidate) => candidate.id === target.edgeId)
        : undefined;
    if (target.kind === 'edge' && edge) {
      const { position, shift } = placeOnEdge(this.document, edge, blank);
      const handle = nodeOutputs(blank)[0]?.handle ?? null;
      const options = { edgeId: edge.id, handle, shift };
      return edits.insertOnEdge(this.document, { ...added, position }, options);
    }
    const size = nodeSize(blank);
    const at = target.kind === 'free' ? target.at : { x: 0, y: 0 };
    const wished = { x: at.x - size.width / 2, y: at.y - size.height / 2, ...size };
    return edits.addNode(this.document, {
      ...added,
      position: freeSpot(this.document, wished),
    });
  }

  #travel(travel: Travel | undefined, way: 'undid' | 'redid'): void {
    if (!travel) {
      this.announce(t(way === 'undid' ? 'done.noUndo' : 'done.noRedo'));
      return;
    }
    this.history = travel.history;
    const ids = travel.step.nodeIds.filter((id) => findNode(travel.document, id));
    this.#show(travel.document, ids.length > 0 ? ids : undefined);
    if (ids.length > 0) this.reveal = { ids, focus: false };
    this.announce(t(`done.${way}`, { what: travel.step.label }));
    this.#options.onchange?.();
  }

  #show(document: FlowDocument, select?: readonly string[]): void {
    this.document = document;
    this.nodes = toCanvasNodes(document, this.nodes, select);
    this.edges = toCanvasEdges(document, this.edges);
  }

  #label(change: Change & { id: string }): string {
    return labelOf(change.document, change.id);
  }

  #names(change: Change): string {
    return edits.describe(change.document, change.nodeIds);
  }

  #sentence(ids: readonly string[]): string {
    return edits.describe(this.document, ids);
  }
}

export const [getEditor, setEditor] = createContext<EditorState>();
