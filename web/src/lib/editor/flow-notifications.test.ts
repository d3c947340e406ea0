import { describe, expect, it } from 'vitest';
import type { Flow, ValidationProblem } from '$lib/api/types';
import { compareGraphs, describeChanges } from './changes';
import { documentFromFlow, saveBody } from './draft';
import {
  addNotification,
  changeNotification,
  eventsOf,
  isEnabled,
  notificationsOf,
  problemOf,
  removeNotification,
  withEvent,
} from './flow-notifications';

const graph = { nodes: [], edges: [] };
const hook = {
  type: 'slack',
  url: '{{$env.SLACK_HOOK}}',
  events: ['run_failed'],
  note: 'from another tool',
};
const flow = { name: 'Daily', description: '', graph, notifications: [hook] };

describe('the notifications of a workflow', () => {
  it('are part of the document and saved with it, unknown members too', () => {
    const document = documentFromFlow(flow);
    expect(document.notifications).toEqual([hook]);
    const off = changeNotification(document, 0, { enabled: false }).document;
    expect(saveBody(off, graph).notifications).toEqual([{ ...hook, enabled: false }]);
    expect(isEnabled(hook)).toBe(true);
  });

  it('are none where the draft holds something else', () => {
    const odd = { notifications: { type: 'slack' } } as unknown as Pick<Flow, 'notifications'>;
    expect(notificationsOf(odd)).toEqual([]);
    expect(notificationsOf({})).toEqual([]);
  });

  it('come and go, each a step of the history', () => {
    const two = addNotification(documentFromFlow(flow));
    expect(two.document.notifications).toHaveLength(2);
    expect(two.label).toBe('change who is told');
    const one = removeNotification(two.document, 0).document;
    expect(one.notifications?.map(({ url }) => url)).toEqual(['']);
    const typed = changeNotification(one, 0, { url: 'a' });
    expect(typed.key).toBe(changeNotification(typed.document, 0, { url: 'ab' }).key);
  });

  it('keep the order of events and those that are not known here', () => {
    const entry = { ...hook, events: ['run_done', 'run_failed'] };
    expect(withEvent(entry, 'run_cancelled', true)).toEqual([
      'run_failed',
      'run_cancelled',
      'run_done',
    ]);
    expect(withEvent(entry, 'run_failed', false)).toEqual(['run_done']);
    expect(eventsOf({ events: 'run_failed' })).toEqual([]);
  });

  it('are a change that publishing tells of', () => {
    const before = documentFromFlow({ ...flow, notifications: [] });
    const changes = compareGraphs(before, documentFromFlow(flow));
    expect(changes.total).toBe(1);
    expect(describeChanges(changes)).toBe('Change who is told');
    expect(compareGraphs({ nodes: [], edges: [] }, before).total).toBe(0);
  });

  it('show what the server says of them, errors first', () => {
    const problem = (pointer: string, severity: 'error' | 'warning') =>
      ({ severity, pointer, nodeId: null, code: 'c', detail: pointer }) as ValidationProblem;
    const problems = [
      problem('/notifications/1/url', 'warning'),
      problem('/notifications/1/url', 'error'),
      problem('/notifications/1/events/0', 'error'),
      problem('/notifications/11/url', 'error'),
    ];
    expect(problemOf(problems, 1, 'url')).toBe(problems[1]);
    expect(problemOf(problems, 1, 'events')).toBe(problems[2]);
    expect(problemOf(problems, 0, 'url')).toBeUndefined();
  });
});
