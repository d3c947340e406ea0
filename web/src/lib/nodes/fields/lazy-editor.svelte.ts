/**
 * CodeMirror in the place of an input: fetched when someone comes to the field. Until then, and
 * without it, the input does.
 */

import type { createExpressionEditor } from '../expression-editor';

export type EditorMode = 'template' | 'condition';
type Create = typeof createExpressionEditor;

export class LazyEditor {
  /** Absent while the input stands. */
  create = $state.raw<Create>();
  /**
   * What was selected in the input that is replaced (Tab selects all of it); absent when the focus
   * was elsewhere.
   */
  selected: { anchor: number; head: number } | undefined;

  async replace(input: HTMLInputElement, mode: EditorMode): Promise<void> {
    if (this.create) return;
    const create = await load(mode);
    this.selected =
      document.activeElement === input
        ? { anchor: input.selectionStart ?? 0, head: input.selectionEnd ?? 0 }
        : undefined;
    this.create = create;
  }
}

async function load(mode: EditorMode): Promise<Create> {
  if (mode === 'condition') return (await import('../code-editor')).createConditionEditor;
  return (await import('../expression-editor')).createExpressionEditor;
}
