// What can be done with a run from a list and from its page.
import { goto } from '$app/navigation';
import { resolve } from '$app/paths';
import { asApiError } from '$lib/api/client';
import { cancelRun, deleteRun, pinRun, replayRun } from '$lib/api/runs';
import type { RunSummary } from '$lib/api/types';
import { shortId } from '$lib/shared/format';
import { t } from '$lib/shared/t';
import { toast } from '$lib/ui/toast.svelte';

/** Runs again at once with the same input; the list stays where it is. */
export async function runAgain(run: RunSummary): Promise<void> {
  try {
    const { runId } = await replayRun(run.id);
    toast.show(t('flows.started', { name: run.flowName }), {
      action: {
        label: t('flows.openRun'),
        onselect: () => void goto(resolve('/runs/[id]', { id: runId })),
      },
    });
  } catch (error) {
    toast.fail(asApiError(error).message);
  }
}

export async function cancel(run: RunSummary): Promise<void> {
  try {
    await cancelRun(run.id);
    toast.show(t('runs.cancelled', { id: shortId(run.id) }));
  } catch (error) {
    toast.fail(asApiError(error).message);
  }
}

/** The run as it is now; null when it did not work (and was said). */
export async function togglePin(run: RunSummary): Promise<RunSummary | null> {
  try {
    return await pinRun(run.id, !run.pinned);
  } catch (error) {
    toast.fail(asApiError(error).message);
    return null;
  }
}

/** Throws ApiError. */
export async function remove(run: RunSummary): Promise<void> {
  await deleteRun(run.id);
  toast.show(t('runs.deleted', { id: shortId(run.id) }));
}
