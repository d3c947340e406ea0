// What can be done with a workflow from a list, from the palette and from an empty page.
import { goto } from '$app/navigation';
import { resolve } from '$app/paths';
import { apiPath, asApiError } from '$lib/api/client';
import { createFlow, deleteFlow, getFlow, startRun } from '$lib/api/flows';
import type { FlowCreate, FlowSummary } from '$lib/api/types';
import { t } from '$lib/shared/t';
import { toast } from '$lib/ui/toast.svelte';
import type { Sample } from './samples';

export async function createAndOpen(flow: FlowCreate = { name: t('flows.untitled') }) {
  try {
    const created = await createFlow(flow);
    await goto(resolve('/workflows/[id]', { id: created.id }));
  } catch (error) {
    toast.fail(asApiError(error).message);
  }
}

/** The sample calls the server's own echo endpoint, wherever the page was served from. */
export async function openSample(sample: Sample) {
  await createAndOpen(sample.make(location.origin + apiPath('/api/echo')));
}

export async function runFlow(flow: { id: string; name: string }) {
  try {
    const { runId } = await startRun(flow.id);
    toast.show(t('flows.started', { name: flow.name }), {
      action: {
        label: t('flows.openRun'),
        onselect: () => void goto(resolve('/runs/[id]', { id: runId })),
      },
    });
  } catch (error) {
    toast.fail(asApiError(error).message);
  }
}

export async function duplicateFlow(flow: FlowSummary) {
  try {
    const { description, graph, inputSchema, outputSchema, timeoutMs, notifications } =
      await getFlow(flow.id);
    const name = t('flows.copyName', { name: flow.name }).slice(0, 200);
    await createAndOpen({
      name,
      description,
      graph,
      inputSchema,
      outputSchema,
      timeoutMs,
      notifications,
    });
  } catch (error) {
    toast.fail(asApiError(error).message);
  }
}

/** Throws ApiError; open runs are cancelled with it. */
export async function removeFlow(flow: FlowSummary) {
  await deleteFlow(flow.id, true);
  toast.show(t('flows.deleted', { name: flow.name }));
}
