import { describe, expect, it } from 'vitest';
import type { Json } from '$lib/editor/document';
import {
  addCondition,
  editCondition,
  moveCondition,
  removeCondition,
  renameDefault,
  type ConditionEdit,
} from './conditions';

function dataOf(edit: ConditionEdit): Record<string, Json> {
  return { conditions: edit.conditions as unknown as Json, defaultOutput: 'default' };
}

const data = {
  conditions: [
    { id: 'refund', label: 'Refund', expression: 'a' },
    { id: 'x7', label: 'Bug report', expression: 'b' },
  ],
  defaultOutput: 'default',
};

describe('editing conditions', () => {
  it('gives new branches a free id and the next colour', () => {
    const once = addCondition({});
    const twice = addCondition(dataOf(once));
    expect(twice.conditions.map(({ id, color }) => [id, color])).toEqual([
      ['branch_1', 'green'],
      ['branch_2', 'orange'],
    ]);
  });

  it('lets an id follow its label, and its edges with it', () => {
    const edit = editCondition(data, 0, { label: 'Money back' });
    expect(edit.conditions[0]?.id).toBe('money_back');
    expect([...edit.handles]).toEqual([['refund', 'money_back']]);
  });

  it('keeps ids that were not made from the label', () => {
    const edit = editCondition(data, 1, { label: 'Crash' });
    expect(edit.conditions[1]?.id).toBe('x7');
    expect(edit.handles.size).toBe(0);
  });

  it('never makes an id that another output has', () => {
    expect(editCondition(data, 0, { label: 'x7' }).conditions[0]?.id).toBe('x7_2');
    expect(editCondition(data, 0, { label: 'Default' }).conditions[0]?.id).toBe('default_2');
    expect(editCondition(data, 0, { label: 'error' }).conditions[0]?.id).toBe('error_2');
  });

  it('keeps the id while the label is empty, and follows again afterwards', () => {
    const emptied = editCondition(data, 0, { label: '' });
    expect(emptied.conditions[0]).toMatchObject({ id: 'refund', label: '' });
    expect(editCondition(dataOf(emptied), 0, { label: 'Pay' }).conditions[0]?.id).toBe('pay');
  });

  it('says which output is gone with a removed branch', () => {
    const edit = removeCondition(data, 0);
    expect(edit.conditions.map(({ id }) => id)).toEqual(['x7']);
    expect([...edit.handles]).toEqual([['refund', null]]);
  });

  it('moves a branch with its colour and stays within the list', () => {
    const edit = moveCondition(data, 1, 0);
    expect(edit.conditions.map(({ id, color }) => [id, color])).toEqual([
      ['x7', 'orange'],
      ['refund', 'green'],
    ]);
    expect(moveCondition(data, 1, 9).conditions.map(({ id }) => id)).toEqual(['refund', 'x7']);
  });

  it('renames the default output or switches it off', () => {
    expect(renameDefault(data, 'Other')).toEqual({
      name: 'other',
      handles: new Map([['default', 'other']]),
    });
    expect(renameDefault(data, '')).toEqual({ name: '', handles: new Map([['default', null]]) });
    expect(renameDefault(data, 'refund').name).toBe('refund_2');
  });
});
