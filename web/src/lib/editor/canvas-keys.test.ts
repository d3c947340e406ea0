import { describe, expect, it } from 'vitest';
import { canvasCommand, editorCommand, historyCommand, type KeyPress } from './canvas-keys';
import { neighbourOf } from './walk';
import { at, flow, router, step } from './testing';

function press(text: string): KeyPress {
  const parts = text.split(' ');
  return {
    key: parts.at(-1) ?? '',
    ctrlKey: parts.includes('Ctrl'),
    metaKey: parts.includes('Meta'),
    altKey: parts.includes('Alt'),
    shiftKey: parts.includes('Shift'),
  };
}

describe('keys of the canvas', () => {
  it.each([
    ['ArrowRight', { do: 'nudge', delta: at(10, 0) }],
    ['Shift ArrowUp', { do: 'nudge', delta: at(0, -1) }],
    ['Alt ArrowDown', { do: 'walk', to: 'next' }],
    ['C', { do: 'connect' }],
    ['Ctrl c', { do: 'copy' }],
    ['Meta a', { do: 'selectAll' }],
    ['+', { do: 'add' }],
    ['Delete', { do: 'delete' }],
    ['Enter', { do: 'open' }],
    ['Ctrl q', undefined],
    ['Alt c', undefined],
  ])('%s', (text, command) => {
    expect(canvasCommand(press(text), true)).toEqual(command);
  });
  it('leaves the arrows alone when there is nothing to move', () => {
    expect(canvasCommand(press('ArrowRight'), false)).toBeUndefined();
  });
  it('knows the keys that work everywhere', () => {
    expect(editorCommand(press('Ctrl Enter'))).toEqual({ do: 'run' });
    expect(editorCommand(press('Shift F8'))).toEqual({ do: 'previousProblem' });
    expect(editorCommand(press('f'))).toBeUndefined();
    expect(historyCommand(press('Ctrl Shift Z'))).toEqual({ do: 'redo' });
    expect(historyCommand(press('Ctrl y'))).toEqual({ do: 'redo' });
    expect(historyCommand(press('Ctrl z'))).toEqual({ do: 'undo' });
  });
});

describe('neighbourOf', () => {
  const document = flow(
    [
      router('r', ['yes', 'no']),
      step('x', { position: at(0, 200) }),
      step('y', { position: at(300, 200) }),
    ],
    ['r.no>y', 'r.yes>x'],
  );
  it('walks along connections, and sideways between siblings', () => {
    expect(neighbourOf(document, 'r', 'next')).toBe('x');
    expect(neighbourOf(document, 'x', 'right')).toBe('y');
    expect(neighbourOf(document, 'y', 'right')).toBeUndefined();
    expect(neighbourOf(document, 'y', 'left')).toBe('x');
    expect(neighbourOf(document, 'y', 'previous')).toBe('r');
    expect(neighbourOf(document, 'y', 'next')).toBeUndefined();
  });
});
