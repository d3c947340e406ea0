import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { actionText, auditActions, isWholeId, metadataText } from './audit-text';

const root = path.join(import.meta.dirname, '../../../..');

describe('the audit log in words', () => {
  it('has words for everything that the server records and the documentation lists', () => {
    const control = path.join(root, 'src/control');
    const sources = readdirSync(control).filter((name) => /(?<!_test)\.cpp$/.test(name));
    const recorded = sources.flatMap((name) => {
      const text = readFileSync(path.join(control, name), 'utf8');
      const calls = text.matchAll(/(?:audit\(|action =)[^;]*?"([A-Z]{2,}(?:_[A-Z]+)*)"/g);
      return [...calls].map(([, action]) => action);
    });
    expect(recorded.length).toBeGreaterThan(10);
    expect(recorded.filter((action) => !auditActions.some((each) => each === action))).toEqual([]);
    const filter = readFileSync(path.join(control, 'audit_actions.h'), 'utf8');
    const known = [...filter.matchAll(/^ {4}"([A-Z_]+)",$/gm)].map(([, action]) => action);
    expect(known.sort()).toEqual([...auditActions].sort());
    const table = readFileSync(path.join(root, 'docs/history.md'), 'utf8');
    const listed = [...table.matchAll(/^\| (`[A-Z_]+`(?:, `[A-Z_]+`)*) \|/gm)].flatMap(
      ([, names = '']) => names.replaceAll('`', '').split(', '),
    );
    expect(listed.sort()).toEqual([...auditActions].sort());
  });

  it('shows an action of a newer server as it is', () => {
    expect(actionText('DELETED')).toBe('deleted a run');
    expect(actionText('MOVED_TO_THE_MOON')).toBe('MOVED_TO_THE_MOON');
  });

  it('lists what is said beside', () => {
    expect(metadataText({ reason: 'retention', retentionDays: 90 })).toBe(
      'reason: retention, retentionDays: 90',
    );
    expect(metadataText(null)).toBe('');
  });

  it('knows a whole id', () => {
    expect(isWholeId('01931e3c-7a5f-7000-8000-000000000001')).toBe(true);
    expect(isWholeId('01931e3c')).toBe(false);
  });
});
