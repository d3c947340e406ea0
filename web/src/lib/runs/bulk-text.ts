// What came of a job over many runs, in sentences. Pure.
import type { BulkJob } from '$lib/api/types';
import { count, t } from '$lib/shared/t';

const doneKeys = {
  delete: 'bulk.deleted',
  cancel: 'bulk.cancelled',
  replay: 'bulk.replayed',
} as const;

export function bulkResult(job: BulkJob): string[] {
  const done = t(doneKeys[job.action], { runs: count(job.done, 'run') });
  const lines = [job.status === 'stopped' ? t('bulk.stopped', { text: done }) : done];
  if (job.status === 'failed') lines.push(t('bulk.jobFailed', { error: job.error ?? '' }));
  const keptKey = job.action === 'delete' ? 'bulk.keptPinned' : 'bulk.kept';
  if (job.kept > 0) lines.push(t(keptKey, { runs: count(job.kept, 'run') }));
  if (job.failed > 0)
    lines.push(t('bulk.failed', { runs: count(job.failed, 'run'), error: job.error ?? '' }));
  return lines;
}
