// The events worth listing. A map settles up to a million items, one event each: they are counted,
// and of a large map only a hundredth is kept, with the counts of that moment, so that travelling
// through time still shows how the map went on. Pure.
import type { RunEvent } from '$lib/api/types';
import { applyEvents, type RunView, type StepView } from './fold';
import { settledOf, type ItemCounts } from './waits';

/** Maps with at most so many items keep every event. */
const smallMap = 200;
const milestones = 100;

/** Folds the events and gives those to keep. */
export function foldThinned(
  view: RunView,
  events: readonly RunEvent[],
): { view: RunView; kept: RunEvent[] } {
  const kept: RunEvent[] = [];
  const next = applyEvents(view, events, (event, step) => {
    if (step === null || step.items === null || !isOfItem(event)) kept.push(event);
    else if (step.items.total <= smallMap) kept.push(event);
    else if (isMilestone(event, step, step.items)) kept.push(withCounts(event, step.items));
  });
  return { view: next, kept };
}

function isOfItem({ eventType, payload }: RunEvent): boolean {
  return eventType === 'MAP_ITEM_SETTLED' || typeof payload['item'] === 'number';
}

function isMilestone(event: RunEvent, step: StepView, items: ItemCounts): boolean {
  if (event.eventType !== 'MAP_ITEM_SETTLED') return false;
  const settled = settledOf(items);
  const every = Math.ceil(items.total / milestones);
  return settled === 1 || settled === items.total || settled % every === 0;
}

function withCounts(event: RunEvent, counts: ItemCounts): RunEvent {
  return { ...event, payload: { ...event.payload, counts } };
}
