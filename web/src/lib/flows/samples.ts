// Workflows that run offline, without any account: they call the server's own echo endpoint.
import type { FlowCreate } from '$lib/api/types';

export interface Sample {
  name: string;
  summary: string;
  make: (echoUrl: string) => FlowCreate;
}

const column = 260;
const row = 120;
/** A router with four outputs is wider than other steps. */
const wideBy = 56;

function at(x: number, y: number) {
  return { x: 320 + x * column, y: 60 + y * row };
}

function triage(echoUrl: string): FlowCreate {
  return {
    name: 'Ticket triage',
    description: 'Sends a ticket out, reads the answer and routes it by its words.',
    graph: {
      nodes: [
        {
          id: 'send',
          type: 'http-request',
          position: at(0, 0),
          data: {
            label: 'Send ticket',
            method: 'POST',
            url: echoUrl,
            headers: { 'content-type': 'application/json' },
            body: { subject: '{{$trigger.subject ?? "I was charged twice"}}' },
          },
        },
        {
          id: 'classify',
          type: 'code-execution',
          position: at(0, 1),
          data: {
            label: 'Classify',
            inputs: { subject: '{{send.body.body.subject}}' },
            code: [
              'const { subject } = input;',
              "console.log('subject:', subject);",
              'if (/charged|refund|invoice/i.test(subject)) return { kind: "refund", subject };',
              'if (/crash|error|broken/i.test(subject)) return { kind: "bug", subject };',
              'return { kind: "question", subject };',
            ].join('\n'),
          },
        },
        {
          id: 'route',
          type: 'router',
          position: at(0, 2),
          data: {
            label: 'Route by kind',
            routeBy: '{{classify.kind}}',
            mode: 'first_match',
            defaultOutput: 'default',
            conditions: [
              { id: 'refund', label: 'Refund', expression: "value === 'refund'", color: 'orange' },
              { id: 'bug', label: 'Bug', expression: "value === 'bug'", color: 'red' },
            ],
          },
        },
        ...answers.map(({ id, label, text }, index) => ({
          id,
          type: 'code-execution',
          position: at(index - 1, 3),
          data: {
            label,
            inputs: { subject: '{{classify.subject}}' },
            code: `return { reply: \`${text}: \${input.subject}\` };`,
          },
        })),
      ],
      edges: [
        { id: 'e1', source: 'send', target: 'classify' },
        { id: 'e2', source: 'classify', target: 'route' },
        ...answers.map(({ id, handle }, index) => ({
          id: `e${index + 3}`,
          source: 'route',
          sourceHandle: handle,
          target: id,
        })),
      ],
    },
  };
}

const answers = [
  { id: 'refund_reply', label: 'Refund reply', handle: 'refund', text: 'We pay back' },
  { id: 'bug_reply', label: 'Bug reply', handle: 'bug', text: 'We look into' },
  { id: 'answer', label: 'Draft an answer', handle: 'default', text: 'Thank you for asking' },
] as const;

function statusRouter(echoUrl: string): FlowCreate {
  return {
    name: 'HTTP status router',
    description: 'Asks a server and takes another path for success, not found and failure.',
    graph: {
      nodes: [
        {
          id: 'fetch',
          type: 'http-request',
          position: at(0, 0),
          data: {
            label: 'Ask the server',
            method: 'GET',
            url: `${echoUrl}?status={{$trigger.status ?? 404}}`,
            acceptStatus: ['2xx', '4xx', '5xx'],
          },
        },
        {
          id: 'by_status',
          type: 'router',
          position: { ...at(0, 1), x: at(0, 1).x - wideBy / 2 },
          data: {
            label: 'Route by status',
            routeBy: '{{fetch.status}}',
            mode: 'first_match',
            defaultOutput: 'default',
            conditions: [
              { id: 'ok', label: 'OK', expression: 'between(value, 200, 299)', color: 'green' },
              { id: 'missing', label: 'Not found', expression: 'value === 404', color: 'orange' },
              { id: 'broken', label: 'Broken', expression: 'value >= 500', color: 'red' },
            ],
          },
        },
        ...outcomes.map(({ id, label }, index) => ({
          id,
          type: 'code-execution',
          position: at(index - 1, 2),
          data: {
            label,
            inputs: { status: '{{fetch.status}}' },
            code: `return { outcome: ${JSON.stringify(label)}, status: input.status };`,
          },
        })),
      ],
      edges: [
        { id: 'e1', source: 'fetch', target: 'by_status' },
        ...outcomes.map(({ id, handle }, index) => ({
          id: `e${index + 2}`,
          source: 'by_status',
          sourceHandle: handle,
          target: id,
        })),
      ],
    },
  };
}

const outcomes = [
  { id: 'use_it', label: 'Use the answer', handle: 'ok' },
  { id: 'note_it', label: 'Note what is missing', handle: 'missing' },
  { id: 'alarm', label: 'Raise an alarm', handle: 'broken' },
] as const;

export const samples: readonly Sample[] = [
  { name: 'Ticket triage', summary: 'HTTP, code and a router in five steps', make: triage },
  { name: 'HTTP status router', summary: 'Other paths for 200, 404 and 500', make: statusRouter },
];
