import { describe, expect, it } from 'vitest';
import { findNode } from './document';
import {
  addNode,
  addNodeAfter,
  changeNodeId,
  configureNode,
  configureWithHandles,
  connect,
  deleteElements,
  duplicateNodes,
  insertOnEdge,
  moveNodes,
  nudgeNodes,
  pasteGraph,
  renameNode,
} from './edits';
import { ancestors, descendants } from './graph';
import { at, edgesOf, flow, router, step } from './testing';

const code = { type: 'code-execution', label: 'Code', data: {}, position: at(1.4, 2.6) };

describe('addNode', () => {
  it('gives readable ids and labels that do not repeat', () => {
    const first = addNode(flow([]), code);
    const second = addNode(first.document, code);
    expect([first.id, second.id]).toEqual(['code', 'code_2']);
    expect(second.document.nodes.map((node) => node.data['label'])).toEqual(['Code', 'Code 2']);
    expect(first.document.nodes[0]?.position).toEqual(at(1, 3));
    expect(second.label).toBe('add Code 2');
  });

  it('never uses a reserved word as an id', () => {
    const change = addNode(flow([]), { ...code, type: 'map' });
    expect(change.id).toBe('each');
    expect(addNode(flow([]), { ...code, type: 'input' }).id).toBe('step');
  });

  it('leaves the document it was given as it was', () => {
    const before = flow([step('a')]);
    addNode(before, code);
    expect(before.nodes).toHaveLength(1);
  });
});

describe('connections', () => {
  it('adds a node and its edge in one change', () => {
    const change = addNodeAfter(flow([router('r', ['yes'])]), code, {
      source: 'r',
      sourceHandle: 'yes',
    });
    expect(edgesOf(change.document)).toEqual(['r.yes>code']);
  });

  it('keeps edge ids unique and free of characters that ids may not have', () => {
    const one = connect(flow([router('r', ['a b']), step('x')]), {
      source: 'r',
      sourceHandle: 'a b',
      target: 'x',
    });
    const two = connect(one.document, { source: 'r', sourceHandle: 'a-b', target: 'x' });
    expect(two.document.edges.map((edge) => edge.id)).toEqual(['e_r_a-b_x', 'e_r_a-b_x_2']);
  });

  it('writes the unnamed output without a handle', () => {
    const change = connect(flow([step('a'), step('b')]), {
      source: 'a',
      sourceHandle: 'success',
      target: 'b',
    });
    expect(change.document.edges[0]).not.toHaveProperty('sourceHandle');
  });
});

describe('insertOnEdge', () => {
  it('splits the edge, keeps its branch and makes room below', () => {
    const before = flow(
      [router('r', ['yes']), step('b', { position: at(0, 100) }), step('c')],
      ['r.yes>b', 'b>c'],
    );
    const change = insertOnEdge(before, code, {
      edgeId: before.edges[0]?.id ?? '',
      handle: null,
      shift: 80,
    });
    expect(edgesOf(change.document)).toEqual(['b>c', 'r.yes>code', 'code>b']);
    expect(findNode(change.document, 'b')?.position).toEqual(at(0, 180));
    expect(findNode(change.document, 'c')?.position).toEqual(at(0, 80));
    expect(findNode(change.document, 'r')?.position).toEqual(at(0, 0));
  });
});

describe('moving', () => {
  it('reports only what moved', () => {
    const before = flow([step('a'), step('b')]);
    const change = moveNodes(
      before,
      new Map([
        ['a', at(10, 0)],
        ['b', at(0, 0)],
      ]),
    );
    expect(change.nodeIds).toEqual(['a']);
    expect(change.document.nodes[1]).toBe(before.nodes[1]);
  });

  it('answers the same document when nothing moved', () => {
    const before = flow([step('a')]);
    expect(nudgeNodes(before, ['a'], at(0, 0)).document).toBe(before);
  });
});

describe('renaming', () => {
  it('changes the label and keeps the id', () => {
    const change = renameNode(flow([step('a')]), 'a', 'Fetch');
    expect(findNode(change.document, 'a')?.data['label']).toBe('Fetch');
    expect(change.label).toBe('rename A');
  });

  it('changes an id together with everything that mentions it', () => {
    const before = flow(
      [
        step('a'),
        step('b', {
          data: { label: 'B', url: 'x/{{ a.body.id }}/{{ab.x}}', code: 'return nodes.a.body' },
        }),
      ],
      ['a>b'],
    );
    const after = changeNodeId(before, 'a', 'fetch-it').document;
    expect(edgesOf(after)).toEqual(['fetch-it>b']);
    expect(findNode(after, 'b')?.data).toMatchObject({
      url: 'x/{{ fetch-it.body.id }}/{{ab.x}}',
      code: 'return nodes["fetch-it"].body',
    });
  });
});

describe('configuring', () => {
  it('sets and removes members', () => {
    const change = configureNode(flow([step('a', { data: { label: 'A', url: 'x' } })]), 'a', {
      url: undefined,
      method: 'GET',
    });
    expect(change.document.nodes[0]?.data).toEqual({ label: 'A', method: 'GET' });
  });

  it('moves the edges of a renamed branch and drops those of a removed one', () => {
    const before = flow([router('r', ['yes', 'no']), step('a'), step('b')], ['r.yes>a', 'r.no>b']);
    const change = configureWithHandles(before, 'r', {
      patch: { mode: 'broadcast' },
      handles: new Map([
        ['yes', 'sure'],
        ['no', null],
      ]),
    });
    expect(edgesOf(change.document)).toEqual(['r.sure>a']);
  });
});

describe('deleting', () => {
  it('takes the edges of a deleted step along', () => {
    const before = flow([step('a'), step('b'), step('c')], ['a>b', 'b>c', 'a>c']);
    const change = deleteElements(before, { nodeIds: ['b'] });
    expect(edgesOf(change.document)).toEqual(['a>c']);
    expect(change.label).toBe('delete B');
  });

  it('can delete a connection alone', () => {
    const before = flow([step('a'), step('b')], ['a>b']);
    const change = deleteElements(before, { edgeIds: [before.edges[0]?.id ?? ''] });
    expect(change.document.edges).toEqual([]);
    expect(change.document.nodes).toBe(before.nodes);
    expect(change.label).toBe('delete 1 connection');
  });
});

describe('copies', () => {
  const original = flow(
    [step('a'), step('b', { data: { label: 'B', text: '{{a.x}} {{c.y}}' } }), step('c')],
    ['a>b', 'c>b'],
  );

  it('duplicates with fresh ids, inner edges and inner references only', () => {
    const after = duplicateNodes(original, ['a', 'b']).document;
    expect(after.nodes.map((node) => node.id)).toEqual(['a', 'b', 'c', 'code', 'code_2']);
    expect(edgesOf(after)).toEqual(['a>b', 'c>b', 'code>code_2']);
    expect(findNode(after, 'code_2')?.data['text']).toBe('{{code.x}} {{c.y}}');
    expect(findNode(after, 'code_2')?.position).toEqual(at(40, 40));
  });

  it('keeps ids that are free in the target workflow', () => {
    const after = pasteGraph(flow([]), original, { offset: at(0, 0) });
    expect(after.document.nodes.map((node) => node.id)).toEqual(['a', 'b', 'c']);
    expect(after.label).toBe('paste 3 steps');
  });
});

describe('reachability', () => {
  it('follows edges in both directions', () => {
    const document = flow([step('a'), step('b'), step('c'), step('d')], ['a>b', 'b>c', 'a>d']);
    expect([...descendants(document, 'b')]).toEqual(['c']);
    expect([...ancestors(document, 'c')].sort()).toEqual(['a', 'b']);
  });
});
