import { describe, expect, it } from 'vitest';
import type { NodeType } from '$lib/api/types';
import { EditorState } from './editor-state.svelte';
import { at, edgesOf, flow, router, step } from './testing';

function nodeType(type: string, options: Partial<NodeType> = {}): NodeType {
  return {
    type,
    aliases: [],
    label: type,
    icon: 'globe',
    category: 'data',
    summary: '',
    available: true,
    hasOutsideEffect: false,
    canFail: true,
    dataSchema: {},
    defaults: {},
    outputs: [],
    dynamicOutputs: false,
    ...options,
  };
}

const http = nodeType('http-request', { label: 'HTTP request', defaults: { method: 'GET' } });

function editor(document = flow([step('a'), step('b', { position: at(0, 112) })], ['a>b'])) {
  let changes = 0;
  const state = new EditorState({
    document,
    nodeTypes: [http],
    onchange: () => (changes += 1),
    now: () => 0,
  });
  return { state, changes: () => changes };
}

describe('EditorState', () => {
  it('adds a step with its defaults after an output, selected and announced', () => {
    const { state, changes } = editor();
    const id = state.add(http, { kind: 'after', output: { source: 'b', sourceHandle: null } });
    expect(id).toBe('http');
    expect(state.selectedIds).toEqual(['http']);
    expect(state.current?.data).toEqual({ method: 'GET', label: 'HTTP request' });
    expect(edgesOf(state.document)).toEqual(['a>b', 'b>http']);
    expect(state.announcement.text).toBe('Added HTTP request');
    expect(changes()).toBe(1);
  });

  it('puts an example in place of the settings, as one step that can be undone', () => {
    const code = nodeType('code-execution', {
      dataSchema: { properties: { code: {}, inputs: {}, timeoutMs: {} } },
    });
    const data = { label: 'Mine', code: 'return 1;', timeoutMs: 5, onError: 'continue' };
    const document = flow([step('a', { data })]);
    const state = new EditorState({ document, nodeTypes: [code] });
    state.useExample('a', { label: 'Theirs', code: 'return 2;', inputs: {} });
    expect(state.document.nodes[0]?.data).toEqual({
      label: 'Mine',
      code: 'return 2;',
      inputs: {},
      onError: 'continue',
    });
    state.undo();
    expect(state.document.nodes[0]?.data).toEqual(data);
  });

  it('refuses to add what the server cannot run', () => {
    const { state } = editor();
    const map = nodeType('map', { available: false });
    expect(state.add(map, { kind: 'free', at: at(0, 0) })).toBeUndefined();
    expect(state.document.nodes).toHaveLength(2);
  });

  it('inserts into an edge and undoes it in one step', () => {
    const { state } = editor();
    const before = state.document;
    state.add(http, { kind: 'edge', edgeId: 'e_a_b' });
    expect(edgesOf(state.document)).toEqual(['a>http', 'http>b']);
    state.undo();
    expect(state.document).toBe(before);
    expect(state.announcement.text).toBe('Undid: insert HTTP request');
    state.redo();
    expect(edgesOf(state.document)).toEqual(['a>http', 'http>b']);
  });

  it('saves and undoes moves by drag and by arrow keys alike', () => {
    const { state, changes } = editor();
    state.nodes = state.nodes.map((node) =>
      node.id === 'a' ? { ...node, position: at(40, 0) } : node,
    );
    state.commitDrag();
    state.select(['a']);
    state.nudge(at(10, 0));
    state.nudge(at(10, 0));
    expect(state.document.nodes[0]?.position).toEqual(at(60, 0));
    expect(changes()).toBe(3);
    state.undo();
    expect(state.document.nodes[0]?.position).toEqual(at(40, 0));
    expect(state.nodes.find((node) => node.id === 'a')?.position).toEqual(at(40, 0));
    state.undo();
    expect(state.document.nodes[0]?.position).toEqual(at(0, 0));
  });

  it('says why a connection is refused and changes nothing', () => {
    const { state, changes } = editor();
    expect(state.connect({ source: 'b', target: 'a' })).toBe(false);
    expect(state.announcement.text).toContain('would make a loop');
    expect(changes()).toBe(0);
  });

  it('copies into another workflow', () => {
    const { state } = editor();
    state.selectAll();
    const text = state.copyText() ?? '';
    const other = editor(flow([step('a')])).state;
    expect(other.paste(text, at(0, 0))).toBe(true);
    expect(other.document.nodes.map((node) => node.id)).toEqual(['a', 'code', 'b']);
    expect(other.selectedIds).toEqual(['code', 'b']);
    expect(other.paste('nonsense', at(0, 0))).toBe(false);
    expect(other.announcement.text).toBe('The clipboard holds no steps.');
  });

  it('drops an edge together with its branch, as one step of the history', () => {
    const { state } = editor(
      flow([router('r', ['yes'], { onError: 'branch' }), step('x')], ['r.error>x']),
    );
    const before = state.document;
    state.configure('r', { onError: undefined });
    expect(state.document.edges).toEqual([]);
    state.undo();
    expect(state.document).toBe(before);
  });

  it('deletes the selection and leaves nothing selected', () => {
    const { state } = editor();
    state.select(['a']);
    state.deleteSelected();
    expect(state.document.nodes.map((node) => node.id)).toEqual(['b']);
    expect(state.selectedIds).toEqual([]);
    state.undo();
    expect(edgesOf(state.document)).toEqual(['a>b']);
  });

  it('undoes what took the place of the document elsewhere', () => {
    const { state, changes } = editor();
    const before = flow([step('old')]);
    state.remember(before, 'load version 1');
    expect(changes()).toBe(0);
    state.undo();
    expect(state.document).toBe(before);
    expect(state.announcement.text).toBe('Undid: load version 1');
    expect(changes()).toBe(1);
  });

  it('tidies up as one undoable change', async () => {
    const { state } = editor(flow([step('a'), step('b')], ['a>b']));
    await state.tidy();
    expect(state.document.nodes[1]?.position.y).toBeGreaterThan(56);
    state.undo();
    expect(state.announcement.text).toBe('Undid: tidy up');
  });
});
