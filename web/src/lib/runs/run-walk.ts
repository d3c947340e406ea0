// J and K on a run's page: the neighbours in the list one came from; beyond its ends, and without
// a list, those by time.
import { listRuns } from '$lib/api/runs';
import type { RunSummary } from '$lib/api/types';
import { noFilter, toQuery, type ListFilter } from './run-filter';

let rows: readonly string[] = [];
let filter: ListFilter = noFilter;

const nearby = 100;

/** The list that is on the screen now. */
export function rememberList(runs: readonly RunSummary[], shown: ListFilter): void {
  rows = runs.map((run) => run.id);
  filter = shown;
}

/** The run below (1, older) or above (-1, newer); null at the end. */
export async function neighbour(
  run: Pick<RunSummary, 'id' | 'createdAt'>,
  step: 1 | -1,
): Promise<string | null> {
  const at = rows.indexOf(run.id);
  const known = at < 0 ? undefined : rows[at + step];
  if (known !== undefined) return known;
  const query = toQuery(filter, Date.now());
  if (step === 1) {
    const older = await listRuns({ ...query, to: run.createdAt, limit: 1 });
    return older.items[0]?.id ?? null;
  }
  const newer = await listRuns({ ...query, from: run.createdAt, limit: nearby });
  return newer.items.findLast((other) => other.id > run.id)?.id ?? null;
}
