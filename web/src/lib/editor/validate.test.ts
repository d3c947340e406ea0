import { describe, expect, it } from 'vitest';
import { checkConnection, connectionTargets, danglingEdges, preferredOutput } from './validate';
import { flow, router, step } from './testing';

const chain = flow(
  [step('a'), step('b'), step('c'), router('r', ['yes'])],
  ['a>b', 'b>c', 'r.yes>c'],
);

function reason(connection: { source: string; sourceHandle?: string | null; target: string }) {
  const verdict = checkConnection(chain, connection);
  return verdict.allowed ? 'allowed' : verdict.reason;
}

describe('checkConnection', () => {
  it('allows a new forward edge', () => {
    expect(reason({ source: 'a', target: 'c' })).toBe('allowed');
    expect(reason({ source: 'r', sourceHandle: 'default', target: 'a' })).toBe('allowed');
  });
  it('refuses loops, near and far', () => {
    expect(reason({ source: 'b', target: 'a' })).toContain('would make a loop');
    expect(reason({ source: 'c', target: 'a' })).toContain('would make a loop');
  });
  it('refuses an edge from a step to itself', () => {
    expect(reason({ source: 'a', target: 'a' })).toContain('itself');
  });
  it('refuses a second edge between the same ends, but not from another branch', () => {
    expect(reason({ source: 'a', target: 'b' })).toBe('A and B are connected already.');
    expect(reason({ source: 'r', sourceHandle: 'default', target: 'c' })).toBe('allowed');
  });
  it('refuses outputs that the step does not have', () => {
    expect(reason({ source: 'r', sourceHandle: 'maybe', target: 'a' })).toBe(
      'R has no output "maybe".',
    );
    expect(reason({ source: 'r', target: 'a' })).toBe('Choose one of the branches of R.');
    expect(reason({ source: 'a', sourceHandle: 'error', target: 'c' })).toContain('no output');
  });
  it('refuses steps that are gone', () => {
    expect(reason({ source: 'a', target: 'zz' })).toContain('no longer here');
  });
});

describe('helpers of drawing', () => {
  it('lists targets with the reason for those that are refused', () => {
    const targets = connectionTargets(chain, { source: 'b', sourceHandle: null });
    expect(targets.map(({ id, verdict }) => [id, verdict.allowed])).toEqual([
      ['a', false],
      ['c', false],
      ['r', true],
    ]);
  });
  it('prefers an output without an edge', () => {
    expect(preferredOutput(chain, 'r')).toBe('default');
    expect(preferredOutput(chain, 'a')).toBeNull();
    expect(preferredOutput(chain, 'zz')).toBeUndefined();
  });
  it('finds edges whose branch is gone', () => {
    const broken = {
      ...chain,
      nodes: chain.nodes.map((n) => (n.id === 'r' ? router('r', []) : n)),
    };
    expect(danglingEdges(broken, 'r')).toEqual(['e_r_yes_c']);
    expect(danglingEdges(chain, 'r')).toEqual([]);
  });
});
