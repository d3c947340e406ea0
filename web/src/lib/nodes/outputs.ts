/**
 * Which outputs a node has, as a pure function of its type and data. The canvas, the connection
 * rules, the layout and the outline all ask here, so a handle can never exist for one and not for
 * another. The server decides the same in its plan; this follows the flow document's contract.
 */

export type Tone = 'green' | 'orange' | 'red' | 'blue' | 'gray';

/** Branch colours in the order in which new branches receive them. */
export const branch_tones: readonly Tone[] = ['green', 'orange', 'red', 'blue', 'gray'];

export interface NodeOutput {
  /** `null` is the node's only, unnamed output: its edges carry no `sourceHandle`. */
  readonly handle: string | null;
  readonly label: string;
  readonly tone: Tone;
}

export interface RouterCondition {
  readonly id: string;
  readonly label: string;
  readonly expression: string;
  readonly color?: Tone;
}

export interface OutputNode {
  readonly type: string;
  readonly data: Readonly<Record<string, unknown>>;
}

export const error_handle = 'error';

export function isTone(value: unknown): value is Tone {
  return branch_tones.includes(value as Tone);
}

/** Data comes from files and from older versions: anything that is not a condition is left out. */
export function routerConditions(data: Readonly<Record<string, unknown>>): RouterCondition[] {
  const raw = data['conditions'];
  if (!Array.isArray(raw)) return [];
  return raw.flatMap((entry: unknown) => {
    if (typeof entry !== 'object' || entry === null) return [];
    const { id, label, expression, color } = entry as Record<string, unknown>;
    if (typeof id !== 'string' || id === '') return [];
    return [
      {
        id,
        label: typeof label === 'string' ? label : '',
        expression: typeof expression === 'string' ? expression : '',
        ...(isTone(color) ? { color } : {}),
      },
    ];
  });
}

export function conditionTone(condition: RouterCondition, index: number): Tone {
  return condition.color ?? branch_tones[index % branch_tones.length] ?? 'gray';
}

/** The name of the router's fallback output; empty means that there is none. */
export function defaultOutput(data: Readonly<Record<string, unknown>>): string {
  const value = data['defaultOutput'];
  if (value === null) return '';
  return typeof value === 'string' ? value : 'default';
}

export function nodeOutputs(node: OutputNode): NodeOutput[] {
  const outputs = node.type === 'router' ? routerOutputs(node.data) : [mainOutput()];
  if (node.data['onError'] !== 'branch') return outputs;
  return [...outputs, { handle: error_handle, label: 'error', tone: 'red' }];
}

/** `success` is the written form of the unnamed output of sub-flows and maps. */
export function sameHandle(a: string | null | undefined, b: string | null | undefined): boolean {
  return normalHandle(a) === normalHandle(b);
}

export function normalHandle(handle: string | null | undefined): string | null {
  return handle === undefined || handle === '' || handle === 'success' ? null : handle;
}

export function findOutput(
  node: OutputNode,
  handle: string | null | undefined,
): NodeOutput | undefined {
  return nodeOutputs(node).find((output) => sameHandle(output.handle, handle));
}

function mainOutput(): NodeOutput {
  return { handle: null, label: 'then', tone: 'gray' };
}

function routerOutputs(data: Readonly<Record<string, unknown>>): NodeOutput[] {
  const outputs: NodeOutput[] = routerConditions(data).map((condition, index) => ({
    handle: condition.id,
    label: condition.label || condition.id,
    tone: conditionTone(condition, index),
  }));
  const fallback = defaultOutput(data);
  if (fallback !== '') outputs.push({ handle: fallback, label: fallback, tone: 'gray' });
  return outputs;
}
