/** Whom the workflow tells of the ends of its runs: a list of its document. Pure. */

import type { Flow, ValidationProblem } from '$lib/api/types';
import { t } from '$lib/shared/t';
import type { FlowDocument, Json, NodeData } from './document';
import type { Change } from './edits';

export const notificationTypes = ['slack', 'discord', 'webhook'] as const;
export const notificationEvents = ['run_failed', 'run_completed', 'run_cancelled'] as const;
/** What the server takes; model/flow_schema.cpp. */
export const notifications_max = 100;

type NotificationType = (typeof notificationTypes)[number];

/** Kept as it is written: what this page does not know stays in it. */
export type FlowNotification = NodeData;

export function notificationsOf(flow: Partial<Pick<Flow, 'notifications'>>): FlowNotification[] {
  // A draft may hold anything.
  const list: unknown = flow.notifications;
  return Array.isArray(list) ? list.filter(isObject) : [];
}

export const typeOf = ({ type }: FlowNotification): NotificationType =>
  notificationTypes.find((each) => each === type) ?? 'webhook';
export const urlOf = ({ url }: FlowNotification): string => (typeof url === 'string' ? url : '');
export const isEnabled = ({ enabled }: FlowNotification): boolean => enabled !== false;
export const eventsOf = ({ events }: FlowNotification): readonly Json[] =>
  Array.isArray(events) ? events : [];

export function addNotification(document: FlowDocument): Change {
  const added = { type: 'slack', url: '', events: ['run_failed'], enabled: true };
  return changed(document, [...listed(document), added]);
}

export function removeNotification(document: FlowDocument, index: number): Change {
  return changed(document, listed(document).toSpliced(index, 1));
}

export function changeNotification(
  document: FlowDocument,
  index: number,
  patch: FlowNotification,
): Change {
  const list = listed(document).map((each, at) => (at === index ? { ...each, ...patch } : each));
  return {
    ...changed(document, list),
    key: `notifications:${index}:${Object.keys(patch).join()}`,
  };
}

/** With or without one event, in the order in which people read them. */
export function withEvent(entry: FlowNotification, event: string, wanted: boolean): Json[] {
  const chosen = new Set(eventsOf(entry));
  if (wanted) chosen.add(event);
  else chosen.delete(event);
  return [
    ...notificationEvents.filter((each) => chosen.has(each)),
    ...[...chosen].filter((each) => !notificationEvents.some((known) => known === each)),
  ];
}

/** What the server says of one member of an entry, the worst first. */
export function problemOf(
  problems: readonly ValidationProblem[],
  index: number,
  member: string,
): ValidationProblem | undefined {
  const pointer = `/notifications/${index}/${member}`;
  const found = problems.filter(
    (problem) => problem.pointer === pointer || problem.pointer.startsWith(`${pointer}/`),
  );
  return found.find(({ severity }) => severity === 'error') ?? found[0];
}

function listed(document: FlowDocument): readonly FlowNotification[] {
  return document.notifications ?? [];
}

function changed(document: FlowDocument, notifications: readonly FlowNotification[]): Change {
  return {
    document: { ...document, notifications },
    label: t('edit.notifications'),
    nodeIds: [],
  };
}

function isObject(value: unknown): value is FlowNotification {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
