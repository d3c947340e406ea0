/** For the tests of the forms: a form with data that changes as the editor would change it. */

import { render } from '@testing-library/svelte';
import userEvent from '@testing-library/user-event';
import type { Component } from 'svelte';
import { vi } from 'vitest';
import type { NodeData } from '$lib/editor/document';
import type { ExpressionTools } from './expression-context';
import FormHarness from './FormHarness.svelte';
import type { DataPatch, NodeFormProps, NodeTypeDescriptor } from './node-view';
import type { StepTools } from './step-context';

export const plain_descriptor: NodeTypeDescriptor = {
  type: 'x',
  aliases: [],
  label: 'X',
  icon: '',
  category: 'data',
  summary: '',
  available: true,
  hasOutsideEffect: true,
  canFail: true,
  dataSchema: {},
  defaults: {},
  outputs: [],
  dynamicOutputs: false,
};

export interface ShowOptions {
  descriptor?: NodeTypeDescriptor;
  tools?: ExpressionTools;
  steps?: StepTools;
}

export function showForm(
  form: Component<NodeFormProps>,
  start: NodeData,
  { descriptor = plain_descriptor, tools, steps }: ShowOptions = {},
) {
  let current = $state.raw(start);
  const handles = vi.fn();
  const changes = vi.fn();
  const change = (patch: DataPatch) => {
    changes(patch);
    const entries = Object.entries({ ...current, ...patch });
    current = Object.fromEntries(entries.filter(([, value]) => value !== undefined)) as NodeData;
  };
  render(FormHarness, {
    form,
    tools,
    steps,
    get data() {
      return current;
    },
    nodeId: 'n',
    descriptor,
    onchange: change,
    onhandles: (patch, moved) => {
      handles(moved);
      change(patch);
    },
  });
  return { user: userEvent.setup(), handles, changes, data: () => current };
}
