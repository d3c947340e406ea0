/**
 * What the panel says of a node type: what it does, what it gives to the next steps, an example.
 * A folder has a `help.ts` for it, loaded when someone opens the help. The example is the file
 * beside the node's C++, which the server's tests read.
 */

import type { NodeData } from '$lib/editor/document';

export interface NodeHelp {
  /** Markdown. */
  readonly text: string;
  readonly example: Omit<NodeData, 'label'>;
}

const helps = import.meta.glob<{ help: NodeHelp }>('./*/help.ts');

/** Undefined for a type without help. */
export function helpLoader(type: string): (() => Promise<NodeHelp>) | undefined {
  const load = helps[`./${type.replaceAll('-', '_')}/help.ts`];
  return load && (async () => (await load()).help);
}
