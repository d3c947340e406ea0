import { readdirSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { helpLoader } from './help';

const folders = readdirSync(path.join(import.meta.dirname, '../../../../src/nodes'), {
  withFileTypes: true,
}).filter((entry) => entry.isDirectory());

describe('the help of a node type', () => {
  const known = folders
    .map(({ name }) => ({
      type: name.replaceAll('_', '-'),
      load: helpLoader(name.replaceAll('_', '-')),
    }))
    .filter(({ load }) => load !== undefined);

  it.each(known)('says what $type does and gives, with an example', async ({ load }) => {
    const help = await load?.();
    expect(help?.text).toContain('**Gives**');
    expect(Object.keys(help?.example ?? {})).not.toHaveLength(0);
  });

  it('is none for a type that nobody knows', () => {
    expect(helpLoader('no-such-type')).toBeUndefined();
  });
});
