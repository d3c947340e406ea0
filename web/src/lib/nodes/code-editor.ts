/**
 * CodeMirror for JavaScript: code steps and router conditions. Completion knows the names that the
 * sandbox offers and the fields of the last outputs. Loaded on first use.
 */

import {
  autocompletion,
  closeBrackets,
  closeBracketsKeymap,
  completionKeymap,
  type Completion,
  type CompletionContext,
  type CompletionResult,
} from '@codemirror/autocomplete';
import { defaultKeymap, history, historyKeymap, indentWithTab } from '@codemirror/commands';
import { javascript, localCompletionSource } from '@codemirror/lang-javascript';
import { json } from '@codemirror/lang-json';
import { bracketMatching, foldGutter, indentOnInput, syntaxTree } from '@codemirror/language';
import { lintGutter, lintKeymap, linter, type Diagnostic } from '@codemirror/lint';
import { highlightSelectionMatches, searchKeymap } from '@codemirror/search';
import { EditorState } from '@codemirror/state';
import {
  EditorView,
  drawSelection,
  highlightActiveLine,
  keymap,
  lineNumbers,
} from '@codemirror/view';
import { lookUp, member, memberNames, describeValue, writeStep, parsePath } from '$lib/editor/path';
import type { ScopeRoot } from '$lib/editor/scope';
import { t } from '$lib/shared/t';
import { editorTheme } from './editor-theme';
import { methodNames, sandbox_globals } from './js-members';
import { markRange, type ScriptMark } from './script-marks';
import {
  createFieldEditor,
  isReadOnly,
  label_slot,
  labelled,
  marks_changed,
  templateSource,
  textEditor,
  type ExpressionEditorOptions,
  type TextEditor,
} from './expression-editor';

export interface CodeEditorOptions {
  readonly parent: HTMLElement;
  readonly value: string;
  readonly label: string;
  readonly language: 'javascript' | 'json' | 'text';
  readonly onchange: (value: string) => void;
  /** JavaScript: names and sample values. JSON and text: the scope of `{{ }}`. */
  readonly roots: () => readonly ScopeRoot[];
  /** JavaScript: where the server's check or a run found something. */
  readonly marks?: (() => readonly ScriptMark[]) | undefined;
  readonly readonly?: boolean;
}

export function createCodeEditor(options: CodeEditorOptions): TextEditor {
  const view = new EditorView({
    parent: options.parent,
    doc: options.value,
    extensions: [
      lineNumbers(),
      foldGutter(),
      history(),
      drawSelection(),
      indentOnInput(),
      bracketMatching(),
      closeBrackets(),
      highlightActiveLine(),
      highlightSelectionMatches(),
      EditorState.tabSize.of(2),
      EditorState.readOnly.of(options.readonly ?? isReadOnly(options.parent)),
      // Escape then Tab leaves the editor: CodeMirror's own way out of the keyboard trap.
      keymap.of([
        ...closeBracketsKeymap,
        ...completionKeymap,
        ...searchKeymap,
        ...lintKeymap,
        ...historyKeymap,
        ...defaultKeymap,
        indentWithTab,
      ]),
      languageOf(options),
      label_slot.of(labelled(options.label)),
      EditorView.contentAttributes.of({ tabindex: '0' }),
      EditorView.updateListener.of((update) => {
        if (update.docChanged) options.onchange(update.state.doc.toString());
      }),
      editorTheme,
    ],
  });
  return textEditor(view);
}

/** A router's condition: one line of JavaScript over `value`. */
export function createConditionEditor(options: ExpressionEditorOptions): TextEditor {
  return createFieldEditor(options, [
    javascript(),
    autocompletion({ override: [conditionSource(options.roots)], icons: false }),
    scriptLinter(options.marks),
  ]);
}

/** `value` and its fields from the last run, the helpers of conditions, the globals. */
export function conditionSource(roots: () => readonly ScopeRoot[]) {
  const members = scopeSource(roots);
  return (context: CompletionContext): CompletionResult | null => {
    if (context.matchBefore(/[\w$\])][.[][\w.[\]"]*$/)) return members(context);
    const word = context.matchBefore(/\w+$/);
    if (!word && !context.explicit) return null;
    const options = [...condition_names, ...globalOptions()];
    return { from: word?.from ?? context.pos, options, validFor: /^\w*$/ };
  };
}

const condition_names = [
  { label: 'value', detail: t('nodes.helpValue') },
  { label: 'between', detail: t('nodes.helpBetween'), apply: 'between(value, 1, 10)' },
  { label: 'contains', detail: t('nodes.helpContains'), apply: "contains(value, '')" },
  { label: 'matches', detail: t('nodes.helpMatches'), apply: "matches(value, '')" },
];

function languageOf(options: CodeEditorOptions) {
  if (options.language === 'javascript') {
    return [
      javascript(),
      autocompletion({
        override: [scopeSource(options.roots), localCompletionSource],
        icons: false,
      }),
      scriptLinter(options.marks),
      lintGutter(),
    ];
  }
  const completion = autocompletion({ override: [templateSource(options.roots)], icons: false });
  return options.language === 'json' ? [json(), completion] : [completion, EditorView.lineWrapping];
}

/** `INPUT.body.` completes from the last known value of `INPUT`, and so on. */
export function scopeSource(roots: () => readonly ScopeRoot[]) {
  return (context: CompletionContext): CompletionResult | null => {
    const typed = context.matchBefore(/[$\w][$\w.[\]"]*$/);
    if (!typed) return context.explicit ? rootOptions(roots(), context.pos) : null;
    const cut = Math.max(typed.text.lastIndexOf('.'), typed.text.lastIndexOf('['));
    if (cut < 0) return rootOptions(roots(), typed.from);
    const found = membersOf(roots(), typed.text.slice(0, cut));
    return found.length === 0
      ? null
      : { from: typed.from + cut, options: found, validFor: /^[.[]?\w*$/ };
  };
}

function membersOf(roots: readonly ScopeRoot[], text: string): Completion[] {
  const path = parsePath(text);
  if (!path || path.rest !== '') return [];
  const root = roots.find((candidate) => candidate.name === path.root);
  if (!root) {
    const known = sandbox_globals.find(({ name }) => name === path.root && path.steps.length === 0);
    return (known?.members ?? []).map(methodOption);
  }
  const value = lookUp(root.sample, path.steps);
  const fields = memberNames(value).map((name) => ({
    label: /^\d+$/.test(name) ? `[${name}]` : writeStep(name),
    detail: describeValue(member(value, name)),
  }));
  return [...fields, ...methodNames(value).map(methodOption)];
}

function methodOption(name: string): Completion {
  return { label: `.${name}`, type: 'method', boost: -1 };
}

function globalOptions(): Completion[] {
  return sandbox_globals.map(({ name }) => ({ label: name, boost: -1 }));
}

function rootOptions(roots: readonly ScopeRoot[], from: number): CompletionResult {
  const options = roots.map((root) => ({ label: root.name, detail: root.label }));
  return { from, options: [...options, ...globalOptions()], validFor: /^[$\w]*$/ };
}

/** What the server says has the better place and words; until it has spoken, our own parser does. */
function scriptLinter(marks: (() => readonly ScriptMark[]) | undefined) {
  const source = (view: EditorView): Diagnostic[] => {
    const told = (marks?.() ?? []).map((mark) => ({
      ...markRange(view.state.doc, mark),
      severity: 'error' as const,
      message: mark.message,
    }));
    return told.length > 0 ? told : syntaxErrors(view);
  };
  return linter(source, {
    delay: 400,
    needsRefresh: ({ transactions }) =>
      transactions.some(({ effects }) => effects.some((effect) => effect.is(marks_changed))),
  });
}

function syntaxErrors(view: EditorView): Diagnostic[] {
  const found: Diagnostic[] = [];
  syntaxTree(view.state).iterate({
    enter: (node) => {
      if (!node.type.isError || found.length >= 5) return;
      const line = view.state.doc.lineAt(node.from);
      found.push({
        from: node.from,
        to: Math.max(node.to, Math.min(node.from + 1, view.state.doc.length)),
        severity: 'error',
        message: t('nodes.badScript', { line: line.number }),
      });
    },
  });
  return found;
}
