/**
 * Where a node's data speaks of other nodes: `{{id.path}}` in texts and `nodes.id` in code. Used to
 * rewrite references when ids change (rename, paste) and to list what a node reads.
 */

import type { Json, NodeData } from './document';

export interface Placeholder {
  /** Offsets of the whole `{{…}}` in the text. */
  readonly from: number;
  readonly to: number;
  /** The text between the braces, trimmed. */
  readonly body: string;
  readonly bodyFrom: number;
}

/** Closed placeholders only; `{{` without `}}` is still being typed. */
export function placeholdersIn(text: string): Placeholder[] {
  const found: Placeholder[] = [];
  for (const match of text.matchAll(/\{\{([\s\S]*?)\}\}/g)) {
    const inner = match[1] ?? '';
    const body = inner.trim();
    found.push({
      from: match.index,
      to: match.index + match[0].length,
      body,
      bodyFrom: match.index + 2 + (inner.length - inner.trimStart().length),
    });
  }
  return found;
}

export function rewriteReferences(data: NodeData, renames: ReadonlyMap<string, string>): NodeData {
  const changed = [...renames].filter(([from, to]) => from !== to);
  if (changed.length === 0) return data;
  return rewriteValue(data, new Map(changed)) as NodeData;
}

/** Ids that a node's data mentions, in the order of first mention. */
export function referencedIds(data: NodeData): string[] {
  const ids = new Set<string>();
  visitTexts(data, (text) => {
    for (const placeholder of placeholdersIn(text)) {
      const root = /^[A-Za-z0-9_-]+/.exec(placeholder.body)?.[0];
      if (root !== undefined) ids.add(root);
    }
    for (const match of text.matchAll(code_reference)) {
      ids.add(match[2] ?? match[3] ?? '');
    }
  });
  return [...ids];
}

// `nodes.http` and `nodes["http"]`, as code nodes write it.
const code_reference = /\b(nodes)(?:\.([A-Za-z_][A-Za-z0-9_]*)|\[["']([A-Za-z0-9_-]+)["']\])/g;

function rewriteValue(value: Json, renames: ReadonlyMap<string, string>): Json {
  if (typeof value === 'string') return rewriteText(value, renames);
  if (Array.isArray(value)) return value.map((entry: Json) => rewriteValue(entry, renames));
  if (typeof value === 'object' && value !== null) {
    return Object.fromEntries(
      Object.entries(value).map(([key, entry]) => [key, rewriteValue(entry, renames)]),
    );
  }
  return value;
}

function rewriteText(text: string, renames: ReadonlyMap<string, string>): string {
  const placeholders = text.replace(
    /(\{\{\s*)([A-Za-z0-9_-]+)(?=[\s.[}?])/g,
    (whole: string, open: string, root: string) => {
      const next = renames.get(root);
      return next === undefined ? whole : `${open}${next}`;
    },
  );
  return placeholders.replace(code_reference, (...[whole, , dotted, quoted]: string[]) => {
    const next = renames.get(dotted ?? quoted ?? '');
    if (next === undefined) return whole ?? '';
    return /^[A-Za-z_][A-Za-z0-9_]*$/.test(next) ? `nodes.${next}` : `nodes["${next}"]`;
  });
}

function visitTexts(value: Json, visit: (text: string) => void): void {
  if (typeof value === 'string') visit(value);
  else if (Array.isArray(value)) value.forEach((entry: Json) => visitTexts(entry, visit));
  else if (typeof value === 'object' && value !== null) {
    Object.values(value).forEach((entry) => visitTexts(entry, visit));
  }
}
