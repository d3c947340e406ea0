import { describe, expect, it } from 'vitest';
import { checkMapping, inputFields, secretNames } from './schema';
import { newIterator, newSubFlow } from './new-flow';
import { storedVersion, versionLabel } from './version';

const schema = {
  type: 'object',
  properties: {
    id: { type: 'string', description: 'CRM id' },
    limit: { type: ['integer', 'null'], default: 10 },
    note: { type: 'string', required: true },
  },
  required: ['id', 'limit'],
};

describe('the inputs of another workflow', () => {
  it('are read from its schema, in both spellings of required', () => {
    const fields = inputFields(schema);
    expect(fields.map(({ name, type, required }) => [name, type, required])).toEqual([
      ['id', 'string', true],
      ['limit', 'integer or null', true],
      ['note', 'string', true],
    ]);
    expect(inputFields(null)).toEqual([]);
    expect(inputFields({ properties: 3 })).toEqual([]);
  });

  it('are missing when nobody gives them, unknown when it declares no such name', () => {
    const found = checkMapping(inputFields(schema), { id: '', more: 1 });
    expect(found).toEqual({ missing: ['id', 'note'], unknown: ['more'] });
    expect(checkMapping([], { anything: 1 })).toEqual({ missing: [], unknown: [] });
  });
});

it('finds the secrets that steps use, once each', () => {
  const graph = { nodes: [{ data: { a: 'x {{$env.B}} {{ $env.A }}', c: ['{{$env.B}}'] } }] };
  expect(secretNames(graph)).toEqual(['A', 'B']);
});

describe('a workflow made from a step', () => {
  it('takes what the step hands over', () => {
    const made = newSubFlow('Ask', { id: '{{a.id}}', limit: 3 });
    expect(made.inputSchema).toEqual({
      type: 'object',
      properties: { id: {}, limit: { type: 'number' } },
    });
    expect(newSubFlow('Ask', {}).inputSchema).toBeUndefined();
  });

  it('works on one item: item and index as inputs, what it gives as output', () => {
    const made = newIterator('Notify', { item: 'user', index: 'n' }, { name: 'Ann', tags: [] });
    const user = {
      type: 'object',
      properties: { name: { type: 'string' }, tags: { type: 'array' } },
    };
    expect(made.inputSchema).toEqual({
      type: 'object',
      properties: { user, n: { type: 'integer' } },
      required: ['user', 'n'],
    });
    expect(made.outputSchema).toMatchObject({ properties: { result: user } });
    expect(JSON.stringify(made.graph)).toContain('$trigger.user');
  });
});

it('writes versions as the document stores them', () => {
  expect(['latest', 'snapshot', '4', 'abc'].map(storedVersion)).toEqual([
    undefined,
    'snapshot',
    4,
    'abc',
  ]);
  expect([undefined, 'snapshot', 4, '4', 'abc'].map(versionLabel)).toEqual([
    'Latest',
    'Snapshot',
    'v4',
    'v4',
    'abc',
  ]);
});
