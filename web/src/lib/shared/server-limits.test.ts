import { readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, it } from 'vitest';
import { passwordMin } from '$lib/accounts/password';
import { clipboard_nodes_max } from '$lib/editor/clipboard';
import { timeoutMsMax, tokensMax, usdMax } from '$lib/editor/limits';
import { bulkIdsMax } from '$lib/runs/run-selection.svelte';
import { nameProblem } from '$lib/secrets/secret-name';
import { toolDescriptionMax, toolNameMax } from '$lib/tools/tool-name';
import { rateOf } from '$lib/webhooks/calls';

const root = path.join(import.meta.dirname, '../../../..');
const source = (name: string) => readFileSync(path.join(root, 'src', name), 'utf8');

/** A plain number of src/base/limits.h. */
function limit(name: string): number {
  const found = new RegExp(`constexpr \\S+ ${name} = ([\\d']+);`).exec(source('base/limits.h'));
  return Number(found?.[1]?.replaceAll("'", ''));
}

it('the page takes what the server takes', () => {
  expect(tokensMax).toBe(limit('budget_tokens'));
  expect(usdMax).toBe(limit('budget_usd'));
  const timeout = /"timeoutMs": \{[^}]*"maximum": (\d+)/.exec(source('model/flow_schema.cpp'));
  expect(timeoutMsMax).toBe(Number(timeout?.[1]));
  expect(passwordMin).toBe(limit('password_characters_min'));
  expect(clipboard_nodes_max).toBe(limit('graph_nodes'));
  expect(bulkIdsMax).toBe(limit('bulk_ids'));
  expect(toolNameMax).toBe(limit('tool_name_characters'));
  expect(toolDescriptionMax).toBe(limit('tool_description_characters'));
  const calls = limit('webhook_calls_per_minute_max');
  expect([rateOf(String(calls)), rateOf(String(calls + 1))]).toEqual([calls, null]);
  const name = limit('env_name_characters');
  expect(nameProblem('A'.repeat(name), [])).toBeUndefined();
  expect(nameProblem('A'.repeat(name + 1), [])).toBe('long');
});
