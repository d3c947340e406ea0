import { describe, expect, it } from 'vitest';
import { configureNode, moveNodes } from './edits';
import { movedPositions, toCanvasEdges, toCanvasNodes } from './flow-adapter';
import { at, flow, router, step } from './testing';

const document = flow([step('b'), step('a'), router('r', ['yes'])], ['a>b', 'a>r', 'r.yes>b']);

describe('toCanvasNodes', () => {
  it('gives size and handles up front, in topological order', () => {
    const nodes = toCanvasNodes(document);
    expect(nodes.map((node) => node.id)).toEqual(['a', 'r', 'b']);
    for (const node of nodes) {
      expect(node.measured).toEqual({ width: node.width, height: node.height });
      expect(node.handles?.filter((handle) => handle.type === 'target')).toHaveLength(1);
    }
    expect(nodes[1]?.handles?.map((handle) => handle.id)).toEqual([null, 'yes', 'default']);
  });

  it('keeps the objects of steps that did not change, and their selection', () => {
    const nodes = toCanvasNodes(document).map((node) =>
      node.id === 'a' ? { ...node, selected: true } : node,
    );
    const next = toCanvasNodes(configureNode(document, 'b', { code: 'x' }).document, nodes);
    expect(next[0]).toBe(nodes[0]);
    expect(next[1]).toBe(nodes[1]);
    expect(next[2]).not.toBe(nodes[2]);
    expect(next[0]?.selected).toBe(true);
  });

  it('selects what it is told to select', () => {
    const next = toCanvasNodes(document, toCanvasNodes(document), ['r']);
    expect(next.filter((node) => node.selected).map((node) => node.id)).toEqual(['r']);
  });

  it('undoes a drag that Svelte Flow has drawn already', () => {
    const dragged = toCanvasNodes(document).map((node) => ({ ...node, position: at(9, 9) }));
    expect(toCanvasNodes(document, dragged)[0]?.position).toEqual(at(0, 0));
  });
});

describe('toCanvasEdges', () => {
  it('carries the branch tone and speaks its name', () => {
    const edges = toCanvasEdges(document);
    const branch = edges.find((edge) => edge.source === 'r');
    expect(branch?.data).toEqual({ tone: 'green', label: 'yes' });
    expect(branch?.ariaLabel).toBe('From R, branch yes, to B');
    expect(toCanvasEdges(document, edges)[0]).toBe(edges[0]);
  });
});

describe('movedPositions', () => {
  it('finds what was dragged, and a move of it is a change of the document', () => {
    const nodes = toCanvasNodes(document).map((node) =>
      node.id === 'a' ? { ...node, position: at(50.4, 20) } : node,
    );
    const moved = movedPositions(document, nodes);
    expect([...moved.keys()]).toEqual(['a']);
    expect(moveNodes(document, moved).document.nodes[1]?.position).toEqual(at(50, 20));
  });
});
