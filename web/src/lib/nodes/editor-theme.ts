/** CodeMirror in our own colours: both themes come from the same tokens. */

import { HighlightStyle, syntaxHighlighting } from '@codemirror/language';
import { EditorView } from '@codemirror/view';
import { tags } from '@lezer/highlight';

const view = EditorView.theme({
  '&': { color: 'var(--text-1)', backgroundColor: 'transparent', fontSize: '12px' },
  '&.cm-focused': { outline: 'none' },
  '.cm-scroller': {
    fontFamily: 'var(--font-mono)',
    // `===` has to look like what was typed.
    fontVariantLigatures: 'none',
    lineHeight: '18px',
  },
  '.cm-content': { padding: '5px 0', caretColor: 'var(--text-1)' },
  '.cm-line': { padding: '0 8px' },
  '.cm-cursor': { borderLeftColor: 'var(--text-1)' },
  '.cm-placeholder': { color: 'var(--text-3)' },
  '.cm-gutters': {
    backgroundColor: 'transparent',
    color: 'var(--text-3)',
    border: 'none',
  },
  '.cm-activeLine, .cm-activeLineGutter': { backgroundColor: 'transparent' },
  '&.cm-focused .cm-activeLine, &.cm-focused .cm-activeLineGutter': {
    backgroundColor: 'var(--surface-2)',
  },
  '&.cm-focused > .cm-scroller > .cm-selectionLayer .cm-selectionBackground, ::selection': {
    backgroundColor: 'var(--accent-soft)',
  },
  '.cm-selectionBackground': { backgroundColor: 'var(--surface-3)' },
  '.sg-placeholder': {
    backgroundColor: 'var(--accent-soft)',
    borderRadius: '3px',
  },
  '.cm-tooltip': {
    backgroundColor: 'var(--surface-1)',
    border: '1px solid var(--border)',
    borderRadius: '7px',
    boxShadow: 'var(--shadow-float)',
    color: 'var(--text-1)',
    overflow: 'hidden',
  },
  '.cm-tooltip-autocomplete > ul': { fontFamily: 'var(--font-mono)', maxHeight: '15em' },
  '.cm-tooltip-autocomplete > ul > li': { padding: '3px 8px !important' },
  '.cm-tooltip-autocomplete > ul > li[aria-selected]': {
    backgroundColor: 'var(--accent)',
    color: 'var(--on-accent)',
  },
  '.cm-completionDetail': {
    color: 'var(--text-3)',
    fontFamily: 'var(--font-sans)',
    fontStyle: 'normal',
  },
  'li[aria-selected] .cm-completionDetail': { color: 'var(--on-accent)' },
  '.cm-diagnostic': { fontFamily: 'var(--font-sans)', padding: '4px 8px' },
  '.cm-diagnostic-warning': { borderLeftColor: 'var(--waiting)' },
  '.cm-diagnostic-error': { borderLeftColor: 'var(--failed)' },
  '.cm-matchingBracket': { backgroundColor: 'var(--surface-3) !important' },
});

const syntax = {
  keyword: 'light-dark(oklch(0.45 0.17 320), oklch(0.8 0.12 320))',
  string: 'light-dark(oklch(0.42 0.1 165), oklch(0.83 0.1 165))',
  number: 'light-dark(oklch(0.48 0.12 60), oklch(0.83 0.12 75))',
  function: 'light-dark(oklch(0.47 0.14 250), oklch(0.8 0.1 250))',
} as const;

const colours = HighlightStyle.define([
  { tag: [tags.keyword, tags.modifier, tags.controlKeyword], color: syntax.keyword },
  { tag: [tags.string, tags.special(tags.string), tags.regexp], color: syntax.string },
  { tag: [tags.number, tags.bool, tags.null], color: syntax.number },
  { tag: tags.comment, color: 'var(--text-3)', fontStyle: 'italic' },
  {
    tag: [tags.function(tags.variableName), tags.function(tags.propertyName)],
    color: syntax.function,
  },
  { tag: tags.invalid, color: 'var(--failed)' },
]);

export const editorTheme = [view, syntaxHighlighting(colours)];
