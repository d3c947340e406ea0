import { describe, expect, it } from 'vitest';
import { KeySequence, strokeName } from './hotkeys';

const plain = { ctrlKey: false, metaKey: false, altKey: false, shiftKey: false };

describe('strokeName', () => {
  it('names strokes as bindings are written', () => {
    expect(strokeName({ ...plain, key: 'G' })).toBe('g');
    expect(strokeName({ ...plain, key: '?', shiftKey: true })).toBe('?');
    expect(strokeName({ ...plain, key: 'ArrowLeft', shiftKey: true })).toBe('shift+ArrowLeft');
    expect(strokeName({ ...plain, key: 'k', metaKey: true })).toBe('ctrl+k');
  });
});

describe('KeySequence', () => {
  const bindings = ['g w', 'w', '?'];

  it('completes two strokes within a second', () => {
    const keys = new KeySequence();
    expect(keys.press('g', bindings, 0)).toBeNull();
    expect(keys.press('w', bindings, 900)).toBe('g w');
  });

  it('forgets the first stroke after a second', () => {
    const keys = new KeySequence();
    keys.press('g', bindings, 0);
    expect(keys.press('w', bindings, 1_100)).toBe('w');
  });

  it('knows nothing of other strokes', () => {
    expect(new KeySequence().press('x', bindings, 0)).toBeNull();
  });
});
