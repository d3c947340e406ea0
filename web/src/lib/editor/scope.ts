/**
 * What an expression of one step may use: steps before it, the run's input, secrets by name. Built
 * from the document and the last known outputs; completion and the check for unknown paths read it.
 */

import { t } from '$lib/shared/t';
import { findNode, nodeLabel, type FlowGraph, type Json } from './document';
import { ancestors, orderedNodes } from './graph';
import { describeValue, lookUp, member, memberNames, nearest, parsePath, writeStep } from './path';
import { placeholdersIn } from './references';

export interface ScopeRoot {
  readonly name: string;
  /** What it is, in words: "Fetch customer", "the run's input". */
  readonly label: string;
  /** The last known value; absent when the step has not run yet. */
  readonly sample?: Json | undefined;
}

export interface ScopeOptions {
  readonly samples: ReadonlyMap<string, Json>;
  readonly trigger?: Json | undefined;
  /** Secrets and variables by name: what variables hold, and a word in place of secrets. */
  readonly environment?: Readonly<Record<string, Json>>;
}

export interface Completion {
  readonly label: string;
  readonly detail: string;
  /** The text to put in place of what was typed. */
  readonly apply: string;
}

export interface PathFinding {
  readonly from: number;
  readonly to: number;
  readonly message: string;
}

const trigger_roots = ['$trigger', '$input', 'trigger', 'input'];

/** Roots whose meaning the editor does not check: they exist in some runs only. */
const unchecked_roots = new Set(['webhook', 'map', 'item', 'index', '$run', '$flow']);

export function scopeOf(graph: FlowGraph, nodeId: string, options: ScopeOptions): ScopeRoot[] {
  const before = ancestors(graph, nodeId);
  const roots: ScopeRoot[] = orderedNodes(graph)
    .filter((node) => before.has(node.id) && node.id !== nodeId)
    .map((node) => ({
      name: node.id,
      label: nodeLabel(node),
      sample: options.samples.get(node.id),
    }));
  const direct = graph.edges.filter((edge) => edge.target === nodeId).map((edge) => edge.source);
  const [only, ...others] = [...new Set(direct)];
  if (only !== undefined && others.length === 0) {
    const node = findNode(graph, only);
    roots.push({
      name: 'previous',
      label: t('scope.previous', { name: node ? nodeLabel(node) : only }),
      sample: options.samples.get(only),
    });
  }
  return [
    ...roots,
    { name: '$trigger', label: t('scope.trigger'), sample: options.trigger },
    {
      name: '$env',
      label: t('scope.env'),
      ...(options.environment ? { sample: options.environment } : {}),
    },
    { name: '$run', label: t('scope.run'), sample: { id: '…' } },
    { name: '$flow', label: t('scope.flow'), sample: { id: '…' } },
  ];
}

/** The names that a code step sees, from the scope of its templates and its `inputs`. */
export function codeScope(
  roots: readonly ScopeRoot[],
  inputs: Readonly<Record<string, Json>>,
): ScopeRoot[] {
  const known = (name: string) => roots.find((root) => root.name === name)?.sample;
  const steps = roots.filter((root) => !root.name.startsWith('$') && root.name !== 'previous');
  const given = Object.entries(inputs).map(([name, value]): [string, Json] => [
    name,
    sampleOf(roots, value) ?? null,
  ]);
  const input = given.length > 0 ? Object.fromEntries(given) : known('previous');
  const results = steps.map((root): [string, Json] => [root.name, root.sample ?? null]);
  return [
    { name: 'INPUT', label: t('scope.input'), sample: input },
    { name: 'input', label: t('scope.inputAlias'), sample: input },
    { name: '$trigger', label: t('scope.trigger'), sample: known('$trigger') },
    { name: 'nodes', label: t('scope.nodes'), sample: Object.fromEntries(results) },
    {
      name: 'console',
      label: t('scope.console'),
      sample: { log: null, warn: null, error: null },
    },
  ];
}

/** The last known value of a text that is one placeholder; other texts are themselves. */
export function sampleOf(roots: readonly ScopeRoot[], value: Json): Json | undefined {
  if (typeof value !== 'string') return value;
  const [only, ...others] = placeholdersIn(value);
  if (!only || others.length > 0 || value.trim().length !== only.to - only.from) return value;
  const path = parsePath(only.body);
  const root = path && roots.find((candidate) => candidate.name === canonical(path.root));
  return root && lookUp(root.sample, path.steps);
}

/** Completions for the text between `{{` and the cursor, and where they start in it. */
export function completePath(
  roots: readonly ScopeRoot[],
  typed: string,
): { from: number; options: Completion[] } {
  const lead = typed.length - typed.trimStart().length;
  const cut = Math.max(typed.lastIndexOf('.'), typed.lastIndexOf('['));
  if (cut < lead) {
    return {
      from: lead,
      options: roots.map((root) => ({ label: root.name, detail: root.label, apply: root.name })),
    };
  }
  const path = parsePath(typed.slice(0, cut));
  const root = path && roots.find((candidate) => candidate.name === canonical(path.root));
  if (!path || !root || path.rest !== '') return { from: cut, options: [] };
  const value = lookUp(root.sample, path.steps);
  return {
    from: cut,
    options: memberNames(value).map((name) => ({
      label: writeStep(name),
      detail: describeValue(member(value, name)),
      apply: writeStep(name),
    })),
  };
}

/** Placeholders that name something unknown. Only what is certain: unknown samples are no finding. */
export function checkPaths(roots: readonly ScopeRoot[], text: string): PathFinding[] {
  return placeholdersIn(text).flatMap((placeholder) => {
    const path = parsePath(placeholder.body);
    if (!path) return [];
    const message = pathProblem(roots, path);
    return message === undefined ? [] : [{ from: placeholder.from, to: placeholder.to, message }];
  });
}

function pathProblem(
  roots: readonly ScopeRoot[],
  path: { root: string; steps: readonly { name: string }[]; rest: string },
): string | undefined {
  if (unchecked_roots.has(path.root)) return undefined;
  const name = canonical(path.root);
  const root = roots.find((candidate) => candidate.name === name);
  if (!root) {
    if (name === 'previous') return t('scope.noPrevious');
    const near = hint(
      path.root,
      roots.map((candidate) => candidate.name),
    );
    return t('scope.noStep', { id: path.root }) + near;
  }
  // With a default a missing field is what the author expects.
  if (root.sample === undefined || path.rest.startsWith('??')) return undefined;
  let value: Json | undefined = root.sample;
  let read = path.root;
  for (const step of path.steps) {
    const next: Json | undefined = member(value, step.name);
    if (next === undefined) {
      const near = hint(step.name, memberNames(value));
      if (read === '$env') return t('scope.noSecret', { name: step.name }) + near;
      return t('scope.noField', { path: read, field: step.name }) + near;
    }
    value = next;
    read += writeStep(step.name);
  }
  return undefined;
}

function canonical(root: string): string {
  if (root === 'prev') return 'previous';
  return trigger_roots.includes(root) ? '$trigger' : root;
}

function hint(name: string, candidates: readonly string[]): string {
  const near = nearest(name, candidates);
  return near === undefined ? '' : ` ${t('scope.hint', { near })}`;
}
