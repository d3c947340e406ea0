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

/** A router whose first condition throws; amounts below 10 are "small". */
export async function makeBranchingFlow(api: Api): Promise<Made> {
  const condition = (id: string, expression: string) => ({ id, label: id, expression });
  return api.post<Made>('/api/flows', {
    name: 'Route amounts',
    graph: {
      nodes: [
        code(['read', 'Read input'], 'return $trigger;', 60),
        {
          id: 'route',
          type: 'router',
          position: { x: 320, y: 180 },
          data: {
            label: 'Route',
            routeBy: '{{read.amount}}',
            conditions: [
              condition('broken', 'value.unit.toUpperCase() === "EUR"'),
              condition('small', 'value < 10'),
              condition('large', 'value >= 10'),
            ],
          },
        },
        code(['cheap', 'Cheap'], 'return "cheap";', 340),
        { ...code(['dear', 'Dear'], 'return "dear";', 340), position: { x: 600, y: 340 } },
      ],
      edges: [
        { id: 'e1', source: 'read', target: 'route' },
        { id: 'e2', source: 'route', sourceHandle: 'small', target: 'cheap' },
        { id: 'e3', source: 'route', sourceHandle: 'large', target: 'dear' },
      ],
    },
  });
}

/** One step that writes a line to the console every half second, eight in all. */
export async function makeTalkingFlow(api: Api): Promise<Made> {
  const talk = [
    'for (let line = 0; line < 8; line += 1) {',
    '  console.log("line", line);',
    '  const end = Date.now() + 500;',
    '  while (Date.now() < end);',
    '}',
    'return "said";',
  ].join('\n');
  const step = code(['talk', 'Talk'], talk, 60);
  return api.post<Made>('/api/flows', {
    name: 'Talk',
    graph: { nodes: [{ ...step, data: { ...step.data, timeoutMs: 20_000 } }], edges: [] },
  });
}

/** `size` steps in a tree, each step with up to three behind it, all at the same place. */
export async function makeLargeFlow(api: Api, size: number): Promise<Made> {
  const ids = Array.from({ length: size }, (_, index) => `step_${index}`);
  return api.post<Made>('/api/flows', {
    name: 'Large workflow',
    graph: {
      nodes: ids.map((id) => code([id, id], 'return 1;', 60)),
      edges: ids.slice(1).map((id, index) => ({
        id: `e_${id}`,
        source: `step_${Math.floor(index / 3)}`,
        target: id,
      })),
    },
  });
}

/** Starts a run and waits for its end. */
export async function runToEnd(api: Api, flow: Made, input: unknown): Promise<{ runId: string }> {
  return api.post(`/api/flows/${flow.id}/runs?wait=20`, { input });
}
