import { describe, expect, it } from 'vitest';
import { edgeStatus } from './edges';
import { emptyRun, fold } from './fold';
import { failedRun } from './testing';

const plain = { id: 'e1', source: 'fetch', target: 'route' };
const yes = { id: 'e2', source: 'route', sourceHandle: 'yes', target: 'answer' };
const no = { id: 'e3', source: 'route', sourceHandle: 'no', target: 'other' };

describe('edgeStatus', () => {
  it('is idle until the source has ended', () => {
    expect(edgeStatus(emptyRun, plain)).toBe('idle');
    expect(edgeStatus(fold(failedRun, 3), plain)).toBe('idle');
  });

  it('is active while the target runs and done afterwards', () => {
    expect(edgeStatus(fold(failedRun, 5), plain)).toBe('active');
    expect(edgeStatus(fold(failedRun, 6), plain)).toBe('done');
  });

  it('is dead for the outputs a router did not choose', () => {
    expect(edgeStatus(fold(failedRun), yes)).toBe('done');
    expect(edgeStatus(fold(failedRun), no)).toBe('dead');
  });

  it('takes "success" and null for the normal output', () => {
    expect(edgeStatus(fold(failedRun), { ...plain, sourceHandle: 'success' })).toBe('done');
    expect(edgeStatus(fold(failedRun), { ...plain, sourceHandle: null })).toBe('done');
  });
});
