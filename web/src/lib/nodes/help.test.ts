import { readdirSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { helpLoader } from './help';

const folders = readdirSync(path.join(import.meta.dirname, '../../../../src/nodes'), {
  withFileTypes: true,
}).filter((entry) => entry.isDirectory());

describe('the help of a node type', () => {
  const types = folders.map(({ name }) => name.replaceAll('_', '-'));

  it.each(types)('says what %s does and gives, with an example', async (type) => {
    const help = await helpLoader(type)?.();
    expect(help?.text).toContain('**Gives**');
    expect(Object.keys(help?.example ?? {})).not.toHaveLength(0);
  });

  it('is none for a type that nobody knows', () => {
    expect(helpLoader('no-such-type')).toBeUndefined();
  });
});
