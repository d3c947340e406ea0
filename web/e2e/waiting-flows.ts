// Workflows that wait, call others, fan out, and can be repeated, made through the API.
import type { Api } from './server';

interface Made {
  id: string;
}

interface Step {
  id: string;
  type: string;
  data: Record<string, unknown>;
}

/** The steps in a chain, from top to bottom. */
export async function makeChain(api: Api, name: string, steps: readonly Step[]): Promise<Made> {
  const nodes = steps.map((step, index) => ({
    ...step,
    position: { x: 320, y: 60 + index * 190 },
  }));
  const edges = steps.slice(1).map(({ id }, index) => ({
    id: `e${index}`,
    source: steps[index]?.id,
    target: id,
  }));
  return api.post<Made>('/api/flows', { name, graph: { nodes, edges } });
}

export function code(id: string, label: string, source: string): Step {
  return { id, type: 'code-execution', data: { label, code: source, inputs: {} } };
}

export async function publish(api: Api, flow: Made): Promise<void> {
  await api.post(`/api/flows/${flow.id}/publish`, { changeSummary: '' });
}

export async function start(api: Api, flow: Made, input: unknown = null): Promise<string> {
  return (await api.post<{ runId: string }>(`/api/flows/${flow.id}/runs`, { input })).runId;
}

/** Prepare -> wait for a person -> answer with what they said. */
export function makeApproval(api: Api): Promise<Made> {
  return makeChain(api, 'Approve refunds', [
    code('prepare', 'Prepare', 'return { amount: $trigger.amount };'),
    {
      id: 'approval',
      type: 'webhook-wait',
      data: {
        label: 'Approval',
        description: 'Refund {{prepare.amount}} EUR?',
        timeoutMs: 3_600_000,
      },
    },
    code('answer', 'Answer', 'return { said: nodes.approval.webhook_payload };'),
  ]);
}

/** Works on one item, and fails on every tenth. With `waits` each waits for resumeItems() before. */
export async function makeItemFlow(api: Api, { waits = false } = {}): Promise<Made> {
  const flow = await makeChain(api, 'One item', [
    waits
      ? { id: 'pause', type: 'webhook-wait', data: { label: 'Pause', timeoutMs: 3_600_000 } }
      : { id: 'pause', type: 'delay', data: { label: 'Pause', delayMs: 10 } },
    code(
      'work',
      'Work',
      'if ($trigger.index % 10 === 9) throw new Error("mailbox not found"); return $trigger.item;',
    ),
  ]);
  await publish(api, flow);
  return flow;
}

export async function makeMap(api: Api, item: Made): Promise<Made> {
  return makeChain(api, 'Notify everyone', [
    code('list', 'List', 'return Array.from({ length: $trigger.size }, (_, at) => `user ${at}`);'),
    {
      id: 'notify',
      type: 'map',
      data: { label: 'Notify', inputArray: '{{list}}', subflowId: item.id, maxConcurrent: 5 },
    },
    code('sum', 'Sum', 'return nodes.notify.summary;'),
  ]);
}

interface MapItems {
  items: { childRunId: string | null }[];
}

/** Lets the items go on that have started; how many did. */
export async function resumeItems(api: Api, runId: string): Promise<number> {
  const { items } = await api.get<MapItems>(
    `/api/runs/${runId}/map/notify?status=running&limit=200`,
  );
  const runs = items.flatMap((item) => item.childRunId ?? []);
  // One that went on meanwhile refuses.
  await Promise.allSettled(
    runs.map((run) => api.post(`/api/runs/${run}/nodes/pause/resume`, { payload: null })),
  );
  return runs.length;
}
