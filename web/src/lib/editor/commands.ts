/** Carries out keyboard and menu commands on a workspace. The view is what only the canvas can do. */

import { me } from '$lib/accounts/me.svelte';
import { t } from '$lib/shared/t';
import type { CanvasCommand } from './canvas-keys';
import type { Point } from './document';
import { preferredOutput } from './validate';
import { neighbourOf } from './walk';
import type { Workspace } from './workspace.svelte';

export interface CanvasView {
  /** The middle of what is visible, in the flow's coordinates. */
  centre(): Point;
  fit(): void;
  zoom(direction: 'in' | 'out'): void;
  focus(): void;
}

const changing: ReadonlySet<CanvasCommand['do']> = new Set([
  'add',
  'connect',
  'nudge',
  'delete',
  'duplicate',
  'tidy',
  'cut',
  'undo',
  'redo',
] as const);

export function runCommand(command: CanvasCommand, workspace: Workspace, view: CanvasView): void {
  const { editor, ui } = workspace;
  if (editor.readOnly && changing.has(command.do)) {
    return editor.announce(t('editor.readOnlyNote'));
  }
  switch (command.do) {
    case 'add':
      ui.adding = editor.defaultTarget(view.centre());
      return;
    case 'connect':
      return startConnecting(workspace);
    case 'open':
      return ui.openInspector();
    case 'nudge':
      return editor.nudge(command.delta);
    case 'walk':
      return walk(workspace, command.to);
    case 'delete':
      return editor.deleteSelected();
    case 'duplicate':
      return editor.duplicateSelected();
    case 'selectAll':
      return editor.selectAll();
    case 'tidy':
      void editor.tidy();
      return;
    case 'copy':
    case 'cut':
      return copy(workspace, command.do === 'cut');
    case 'undo':
      return editor.undo();
    case 'redo':
      return editor.redo();
    case 'nextProblem':
      return showProblem(workspace, 1);
    case 'previousProblem':
      return showProblem(workspace, -1);
    case 'run':
      ui.askingInput = me.may('operator');
      return;
    case 'find':
      ui.finding = true;
      return;
    case 'outline':
      ui.outline = !ui.outline;
      return;
    case 'results':
      return ui.toggleResults();
    case 'escape':
      return escape(workspace, view);
    default:
      return moveView(command.do, view);
  }
}

/** The list of targets for a new connection from the selected step. */
export function startConnecting({ editor, ui }: Workspace): void {
  const { current } = editor;
  const handle = current && preferredOutput(editor.document, current.id);
  if (!current || handle === undefined) {
    editor.announce(t('editor.selectOne'));
    return;
  }
  ui.connecting = { source: current.id, sourceHandle: handle };
}

export async function paste({ editor }: Workspace, view: CanvasView): Promise<void> {
  try {
    const text = await navigator.clipboard.readText();
    const { x, y } = view.centre();
    editor.paste(text, { x: x - 116, y: y - 28 });
  } catch {
    editor.announce(t('copy.refused'));
  }
}

/** Selects the step of the next problem and shows it. */
export function showProblem({ editor, saver, ui }: Workspace, direction: 1 | -1): void {
  const ids = [...new Set(saver.problems.flatMap((problem) => problem.nodeId ?? []))];
  if (ids.length === 0) {
    editor.announce(t('editor.noProblems'));
    return;
  }
  const at = ids.indexOf(editor.current?.id ?? '');
  const next = at < 0 ? (direction === 1 ? 0 : ids.length - 1) : at + direction;
  const id = ids[(next + ids.length) % ids.length];
  if (id === undefined) return;
  editor.select([id], { reveal: true, focus: true });
  ui.problemsOpen = true;
  const problem = saver.problems.find((candidate) => candidate.nodeId === id);
  if (problem) editor.announce(problem.detail);
}

function copy({ editor }: Workspace, cut: boolean): void {
  const text = editor.copyText();
  if (text === undefined) return;
  navigator.clipboard.writeText(text).then(
    () => {
      if (cut) editor.deleteSelected();
    },
    () => editor.announce(t('copy.refused')),
  );
}

function walk({ editor }: Workspace, to: 'next' | 'previous' | 'left' | 'right'): void {
  const from = editor.current;
  const id = from && neighbourOf(editor.document, from.id, to);
  if (id !== undefined) editor.select([id], { reveal: true, focus: true });
}

function escape({ editor, ui }: Workspace, view: CanvasView): void {
  if (ui.escape()) {
    view.focus();
    return;
  }
  editor.select([]);
  view.focus();
}

function moveView(command: 'zoomIn' | 'zoomOut' | 'fit', view: CanvasView): void {
  if (command === 'fit') view.fit();
  else view.zoom(command === 'zoomIn' ? 'in' : 'out');
}
