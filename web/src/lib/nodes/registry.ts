/**
 * The look of every node type. Folders with an `index.ts` are found by themselves; types without
 * one get a generic card and a form made from the server's JSON Schema.
 */

import type { NodeTypeDescriptor, NodeView } from './node-view';

const modules = import.meta.glob<{ view: NodeView }>('./*/index.ts', { eager: true });
const views = new Map(Object.values(modules).map(({ view }) => [view.type, view]));

export function viewOf(type: string, descriptor?: NodeTypeDescriptor): NodeView {
  const known = views.get(type);
  if (known) return known;
  const icon = descriptor?.icon ?? 'shapes';
  return { type, kind: 'delay', icon, summary: () => descriptor?.label ?? type };
}
