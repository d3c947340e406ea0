// Workflows that the journeys start from, made through the API.
import type { Api } from './server';

interface Made {
  id: string;
}

function code([id, label]: [string, string], source: string, y: number) {
  return {
    id,
    type: 'code-execution',
    position: { x: 320, y },
    data: { label, code: source, inputs: {} },
  };
}

/** Read input -> Check it -> Answer; "Check it" throws when the input has no amount. */
export async function makeCheckingFlow(api: Api, name = 'Check amounts'): Promise<Made> {
  return api.post<Made>('/api/flows', {
    name,
    graph: {
      nodes: [
        code(['read', 'Read input'], 'return $trigger;', 60),
        code(
          ['check', 'Check it'],
          [
            'console.log("checking", JSON.stringify(nodes.read));',
            'if (!nodes.read?.amount) throw new Error("The input has no amount");',
            'return { amount: nodes.read.amount };',
          ].join('\n'),
          180,
        ),
        code(['answer', 'Answer'], 'return { doubled: nodes.check.amount * 2 };', 300),
      ],
      edges: [
        { id: 'e1', source: 'read', target: 'check' },
        { id: 'e2', source: 'check', target: 'answer' },
      ],
    },
  });
}

/** Starts a run and waits for its end. */
export async function runToEnd(api: Api, flow: Made, input: unknown): Promise<{ runId: string }> {
  return api.post(`/api/flows/${flow.id}/runs?wait=20`, { input });
}
