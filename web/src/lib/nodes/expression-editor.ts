/**
 * CodeMirror for expression fields: one line (or several), `{{` completion, unknown paths
 * underlined. Loaded on the first focus of a field; the rest of the page never imports CodeMirror.
 */

import {
  autocompletion,
  closeBrackets,
  completionStatus,
  startCompletion,
  type CompletionContext,
  type CompletionResult,
} from '@codemirror/autocomplete';
import { defaultKeymap, history, historyKeymap } from '@codemirror/commands';
import { linter, type Diagnostic } from '@codemirror/lint';
import { Compartment, EditorState, StateEffect, type Extension } from '@codemirror/state';
import {
  Decoration,
  EditorView,
  MatchDecorator,
  ViewPlugin,
  keymap,
  placeholder,
  type DecorationSet,
  type ViewUpdate,
} from '@codemirror/view';
import { checkPaths, completePath, type ScopeRoot } from '$lib/editor/scope';
import { editorTheme } from './editor-theme';
import type { ScriptMark } from './script-marks';

export interface ExpressionEditorOptions {
  readonly parent: HTMLElement;
  readonly value: string;
  readonly label: string;
  readonly describedBy?: string | undefined;
  readonly placeholder?: string | undefined;
  readonly multiline: boolean;
  readonly roots: () => readonly ScopeRoot[];
  /** Conditions: what the server says about this one. */
  readonly marks?: (() => readonly ScriptMark[]) | undefined;
  readonly onchange: (value: string) => void;
}

/** Says that the marks have changed. */
export const marks_changed = StateEffect.define();

export interface TextEditor {
  readonly view: EditorView;
  setValue(value: string): void;
  /** Asks for the marks again. */
  refresh(): void;
  setLabel(label: string): void;
  focus(selected?: { anchor: number; head: number }): void;
  destroy(): void;
}

export function createExpressionEditor(options: ExpressionEditorOptions): TextEditor {
  return createFieldEditor(options, [
    autocompletion({ override: [templateSource(options.roots)], icons: false }),
    openAfterBraces,
    placeholderMarks,
    linter((editor) => unknownPaths(editor, options.roots), { delay: 300 }),
  ]);
}

// A branch is renamed while the editor of its condition stands: its name follows.
export const label_slot = new Compartment();
export const labelled = (label: string) => EditorView.contentAttributes.of({ 'aria-label': label });

/** Whoever may not change a workflow sees its forms, marked as that. */
export function isReadOnly(parent: HTMLElement): boolean {
  return parent.closest('[data-read-only]') !== null;
}

/** The parts that every one-field editor has; `language` brings completion and marks. */
export function createFieldEditor(
  options: ExpressionEditorOptions,
  language: Extension,
): TextEditor {
  const view = new EditorView({
    parent: options.parent,
    doc: options.value,
    extensions: [
      history(),
      EditorState.readOnly.of(isReadOnly(options.parent)),
      keymap.of([...historyKeymap, ...defaultKeymap]),
      closeBrackets(),
      language,
      options.multiline ? EditorView.lineWrapping : one_line,
      options.placeholder === undefined ? [] : placeholder(options.placeholder),
      label_slot.of(labelled(options.label)),
      EditorView.contentAttributes.of({
        tabindex: '0',
        ...(options.describedBy === undefined ? {} : { 'aria-describedby': options.describedBy }),
      }),
      EditorView.updateListener.of((update) => {
        if (update.docChanged) options.onchange(update.state.doc.toString());
      }),
      editorTheme,
    ],
  });
  return textEditor(view);
}

export function textEditor(view: EditorView): TextEditor {
  return {
    view,
    setValue(value) {
      if (view.state.doc.toString() === value) return;
      view.dispatch({ changes: { from: 0, to: view.state.doc.length, insert: value } });
    },
    setLabel(label) {
      view.dispatch({ effects: label_slot.reconfigure(labelled(label)) });
    },
    refresh() {
      view.dispatch({ effects: marks_changed.of(null) });
    },
    focus(selected) {
      view.focus();
      if (selected === undefined) return;
      const end = view.state.doc.length;
      view.dispatch({
        selection: { anchor: Math.min(selected.anchor, end), head: Math.min(selected.head, end) },
      });
    },
    destroy() {
      view.destroy();
    },
  };
}

export function templateSource(roots: () => readonly ScopeRoot[]) {
  return (context: CompletionContext): CompletionResult | null => {
    const before = context.state.sliceDoc(0, context.pos);
    const open = before.lastIndexOf('{{');
    if (open < 0 || before.lastIndexOf('}}') > open) return null;
    const { from, options } = completePath(roots(), before.slice(open + 2));
    if (options.length === 0) return null;
    return {
      from: open + 2 + from,
      options: options.map((option) => ({
        label: option.label,
        detail: option.detail,
        apply: option.apply,
      })),
      // Typing on narrows the same list until a new step of the path begins.
      validFor: /^[.[]?[\w$"-]*$/,
    };
  };
}

// CodeMirror opens its list on letters; after `{{` and `.` it should open as well.
const openAfterBraces = EditorView.updateListener.of((update: ViewUpdate) => {
  if (!update.docChanged || !update.transactions.some((step) => step.isUserEvent('input'))) return;
  const before = update.state.sliceDoc(0, update.state.selection.main.head);
  if (!/\{\{\s*$|[.[]$/.test(before) || completionStatus(update.state) !== null) return;
  startCompletion(update.view);
});

const one_line: Extension = EditorState.transactionFilter.of((transaction) =>
  transaction.newDoc.lines > 1 ? [] : transaction,
);

const placeholderMatcher = new MatchDecorator({
  regexp: /\{\{[^{}]*\}\}/g,
  decoration: Decoration.mark({ class: 'sg-placeholder' }),
});

const placeholderMarks = ViewPlugin.fromClass(
  class {
    decorations: DecorationSet;
    constructor(view: EditorView) {
      this.decorations = placeholderMatcher.createDeco(view);
    }
    update(update: ViewUpdate) {
      this.decorations = placeholderMatcher.updateDeco(update, this.decorations);
    }
  },
  { decorations: (plugin) => plugin.decorations },
);

function unknownPaths(view: EditorView, roots: () => readonly ScopeRoot[]): Diagnostic[] {
  return checkPaths(roots(), view.state.doc.toString()).map((finding) => ({
    ...finding,
    severity: 'warning',
  }));
}
