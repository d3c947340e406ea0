import { describe, expect, it } from 'vitest';
import { checkNodeId, makeNodeId, slugId } from './node-id';

const none = new Set<string>();

describe('node ids', () => {
  it('are short and readable', () => {
    expect(makeNodeId('http-request', none)).toBe('http');
    expect(makeNodeId('code-execution', new Set(['code']))).toBe('code_2');
    expect(makeNodeId('send_email', none)).toBe('send_email');
  });
  it.each(['previous', 'prev', 'trigger', 'input', 'webhook', 'map', 'item', 'index', '$x'])(
    'refuse the reserved name %s',
    (name) => {
      expect(checkNodeId(name, none)).toContain('reserved');
    },
  );
  it('refuse characters that placeholders use themselves', () => {
    for (const id of ['a.b', 'a b', 'a:b', 'ä', '{a}']) {
      expect(checkNodeId(id, none)).toContain('letters');
    }
    expect(checkNodeId('', none)).toContain('needed');
    expect(checkNodeId('x'.repeat(65), none)).toContain('64');
    expect(checkNodeId('http', new Set(['http']))).toContain('already');
    expect(checkNodeId('Fetch-customer_2', none)).toBeUndefined();
  });
  it('can be made from a name', () => {
    expect(slugId('Fetch customer (EU)')).toBe('fetch_customer_eu');
  });
});
