import { describe, expect, it } from 'vitest';
import { actionText, isWholeId, metadataText } from './audit-text';

describe('the audit log in words', () => {
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
