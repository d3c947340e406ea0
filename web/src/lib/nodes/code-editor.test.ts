import { CompletionContext } from '@codemirror/autocomplete';
import { EditorState } from '@codemirror/state';
import { describe, expect, it } from 'vitest';
import { codeScope } from '$lib/editor/scope';
import { conditionSource, scopeSource } from './code-editor';
import { templateSource } from './expression-editor';

type Source = ReturnType<typeof scopeSource>;

function labels(source: Source, text: string, explicit = false): string[] {
  const state = EditorState.create({ doc: text });
  const result = source(new CompletionContext(state, text.length, explicit));
  return result?.options.map((option) => option.label) ?? [];
}

const roots = [
  { name: 'http', label: 'Fetch', sample: { status: 200, body: { items: [1] } } },
  { name: 'previous', label: 'the step before', sample: { status: 200 } },
  { name: '$trigger', label: "the run's input", sample: { id: 7 } },
];

describe('completion in code', () => {
  const source = scopeSource(() => codeScope(roots, {}));
  it('knows what the sandbox offers', () => {
    expect(labels(source, 'return IN').slice(0, 5)).toEqual([
      'INPUT',
      'input',
      '$trigger',
      'nodes',
      'console',
    ]);
    expect(labels(source, 'cr')).toContain('crypto');
    expect(labels(source, 'crypto.')).toContain('.randomUUID');
    expect(labels(source, 'dates.')).toEqual([
      ...['.parts', '.format', '.parse', '.add', '.startOf', '.daysBetween', '.isZone', '.zones'],
    ]);
    expect(labels(source, 'return ')).toEqual([]);
    expect(labels(source, '', true)).toContain('nodes');
  });
  it('goes on with the fields of the last values', () => {
    expect(labels(source, 'INPUT.')).toEqual(['.status']);
    expect(labels(source, 'nodes.http.body.')).toEqual(['.items']);
    expect(labels(source, 'const x = $trigger.')).toEqual(['.id']);
    expect(labels(source, 'nodes.http.body.items.')).toEqual(
      expect.arrayContaining(['[0]', '.length', '.map']),
    );
  });
  it('takes the shape of INPUT from the inputs', () => {
    const inputs = { order: '{{http.body}}', fixed: 1 };
    const own = scopeSource(() => codeScope(roots, inputs));
    expect(labels(own, 'INPUT.')).toEqual(['.order', '.fixed']);
    expect(labels(own, 'INPUT.order.')).toEqual(['.items']);
  });
});

describe('completion in templates and conditions', () => {
  const source = templateSource(() => roots);
  it('opens inside braces only', () => {
    expect(labels(source, 'a {{')).toEqual(['http', 'previous', '$trigger']);
    expect(labels(source, 'a {{http.')).toEqual(['.status', '.body']);
    expect(labels(source, 'a {{http}} h')).toEqual([]);
  });
  it('offers the helpers of conditions, and the fields of the value', () => {
    const condition = conditionSource(() => [
      { name: 'value', label: 'value', sample: { kind: 'refund', total: 3 } },
    ]);
    expect(labels(condition, 'be')).toContain('between');
    expect(labels(condition, '')).toEqual([]);
    expect(labels(condition, 'value.')).toEqual(['.kind', '.total']);
    expect(labels(condition, 'value.total > 1 && value.kind.')).toContain('.startsWith');
    expect(labels(condition, 'other.')).toEqual([]);
  });
});
