/** CodeMirror that shows two texts in one. Loaded on first use. */

import { javascript } from '@codemirror/lang-javascript';
import { json } from '@codemirror/lang-json';
import { unifiedMergeView } from '@codemirror/merge';
import { EditorState, type Extension } from '@codemirror/state';
import { EditorView } from '@codemirror/view';
import { editorTheme } from './editor-theme';

export type TextLanguage = 'javascript' | 'json' | 'text';

export interface TextDiffOptions {
  readonly parent: HTMLElement;
  readonly before: string;
  readonly after: string;
  readonly label: string;
  readonly language: TextLanguage;
  /** Nothing is folded. */
  readonly whole: boolean;
}

const languages: Record<TextLanguage, () => Extension> = {
  javascript,
  json,
  text: () => [],
};

/** Unchanged lines between two changes are folded; a click opens them, `whole` shows them all. */
const folded = { margin: 3, minSize: 6 };
/** Beyond this the pieces of a line are not told apart. */
const scan_limit = 2_000;

export function createTextDiff(options: TextDiffOptions): EditorView {
  return new EditorView({
    parent: options.parent,
    doc: options.after,
    extensions: [
      EditorState.readOnly.of(true),
      EditorView.editable.of(false),
      EditorView.lineWrapping,
      // It scrolls, so the keyboard has to reach it.
      EditorView.contentAttributes.of({ 'aria-label': options.label, tabindex: '0' }),
      languages[options.language](),
      unifiedMergeView({
        original: options.before,
        mergeControls: false,
        gutter: true,
        ...(options.whole ? {} : { collapseUnchanged: folded }),
        diffConfig: { scanLimit: scan_limit, timeout: 500 },
      }),
      editorTheme,
      colours,
    ],
  });
}

// Faint enough that the colours of the language keep their contrast; what changed within a line has a
// bar below it, and lines have a sign beside the colour.
const tint = (colour: string) => `color-mix(in oklab, var(--${colour}) 7%, transparent)`;
const bar = (colour: string) =>
  `linear-gradient(var(--${colour}), var(--${colour})) bottom/100% 2px no-repeat !important`;

const colours = EditorView.theme({
  '&.cm-merge-b .cm-changedLine, .cm-inlineChangedLine': { backgroundColor: tint('success') },
  '&.cm-merge-b .cm-changedText': { background: bar('success') },
  '.cm-deletedChunk': { backgroundColor: tint('failed'), padding: '0 8px' },
  '.cm-deletedChunk .cm-deletedText': { background: bar('failed') },
  '.cm-changeGutter': { width: '14px', paddingLeft: '0', textAlign: 'center' },
  '.cm-changedLineGutter, .cm-deletedLineGutter': { background: 'transparent !important' },
  '.cm-changedLineGutter::before': { content: '"+"', color: 'var(--success)' },
  '.cm-deletedLineGutter::before': { content: '"−"', color: 'var(--failed)' },
  '.cm-collapsedLines': {
    background: 'var(--surface-2) !important',
    color: 'var(--text-2) !important',
    fontFamily: 'var(--font-sans)',
    padding: '4px 8px',
  },
  // The library's sign is in no font of ours.
  '.cm-collapsedLines:before, .cm-collapsedLines:after': { content: '"⋯" !important' },
});
