// Entries of the audit log in words. Pure.
import type { AuditEntry } from '$lib/api/types';
import { t } from '$lib/shared/t';

/** What is recorded, as the filter offers it. */
export const auditActions = [
  'DELETED',
  'EXPIRED',
  'CANCELLED',
  'REPLAYED',
  'RESUMED',
  'PUBLISHED',
  'ROLLED_BACK',
  'FLOW_DELETED',
  'SECRET_CREATED',
  'SECRET_CHANGED',
  'SECRET_DELETED',
  'KEY_ROTATED',
  'TOOL_CHANGED',
  'WEBHOOK_CHANGED',
  'WEBHOOK_SECRET_CREATED',
  'WEBHOOK_SECRET_ROTATED',
  'NOTIFICATION_CHANNEL_CREATED',
  'NOTIFICATION_CHANNEL_CHANGED',
  'NOTIFICATION_CHANNEL_DELETED',
  'NOTIFICATION_SECRET_ROTATED',
  'LOGIN',
  'LOGIN_FAILED',
  'LOGOUT',
  'SESSION_ENDED',
  'PASSWORD_CHANGED',
  'USER_CREATED',
  'USER_CHANGED',
  'USER_DELETED',
  'TOKEN_CREATED',
  'TOKEN_REVOKED',
  'SETTINGS_CHANGED',
  'BACKUP_MADE',
] as const;

/** "deleted a run"; the name itself when a newer server records more than we know. */
export function actionText(action: string): string {
  const known = auditActions.find((each) => each === action);
  return known === undefined ? action : t(`audit.did.${known}`);
}

/** "reason: retention, retentionDays: 90" */
export function metadataText(metadata: AuditEntry['metadata']): string {
  if (metadata === null) return '';
  return Object.entries(metadata)
    .map(([name, value]) => `${name}: ${typeof value === 'string' ? value : JSON.stringify(value)}`)
    .join(', ');
}

const wholeId = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

export function isWholeId(text: string): boolean {
  return wholeId.test(text);
}
