import { describe, expect, it } from 'vitest';
import type { NodeType } from '$lib/api/types';
import { paletteGroups, withRecent } from './palette';

function type(name: string, options: Partial<NodeType> = {}): NodeType {
  return {
    type: name,
    aliases: [],
    label: name,
    icon: '',
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

const types = [
  type('http-request', { label: 'HTTP request', summary: 'Calls a web address' }),
  type('router', { label: 'Router', category: 'logic', aliases: ['switch'] }),
  type('map', { label: 'Map', category: 'flow', available: false, summary: 'Routes items' }),
];

function drawn(query: string, recent: string[] = []) {
  return paletteGroups(types, query, recent).map(
    (group) => `${group.label}: ${group.items.map((entry) => entry.type).join(' ')}`,
  );
}

describe('paletteGroups', () => {
  it('groups by category and puts recent types first', () => {
    expect(drawn('', ['router', 'map'])).toEqual([
      'Recent: router',
      'Data: http-request',
      'Logic: router',
      'Workflows: map',
    ]);
  });
  it('finds by label, alias and description, what can be added first', () => {
    expect(drawn('rout')).toEqual(['Results: router map']);
    expect(drawn('SWITCH')).toEqual(['Results: router']);
    expect(drawn('web')).toEqual(['Results: http-request']);
    expect(drawn('nothing like it')).toEqual([]);
  });
  it('remembers the last three', () => {
    expect(withRecent(['a', 'b', 'c'], 'b')).toEqual(['b', 'a', 'c']);
    expect(withRecent(['a', 'b', 'c'], 'd')).toEqual(['d', 'a', 'b']);
  });
});
