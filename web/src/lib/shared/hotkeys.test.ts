import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { KeySequence, strokeName } from './hotkeys';

const source = path.join(import.meta.dirname, '../..');
const plain = { ctrlKey: false, metaKey: false, altKey: false, shiftKey: false };

describe('bindings', () => {
  it('name keys as browsers do', () => {
    const files = readdirSync(source, { recursive: true, encoding: 'utf8' });
    const names = files
      .filter((name) => name.endsWith('.svelte'))
      .flatMap((name) => {
        const text = readFileSync(path.join(source, name), 'utf8');
        const [, body = ''] = /\n {2}hotkeys\(\(\) => \(\{\n?(.*?)\}\)\);/s.exec(text) ?? [];
        return [...body.matchAll(/^ {0,4}(?:'([^']+)'|(\w+)):/gm)].map(([, a, b]) => a ?? b ?? '');
      });
    expect(names).toContain('Escape');
    const key = /^(?:(?:ctrl|alt|shift)\+)*(?:\S|Escape|Home|End|Arrow(?:Left|Right))$/;
    const wrong = names.filter((name) => !name.split(' ').every((stroke) => key.test(stroke)));
    expect(wrong).toEqual([]);
  });
});

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
