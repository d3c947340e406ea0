import { t } from '$lib/shared/t';
import example from '../../../../../src/nodes/webhook_wait/example.json';
import type { NodeHelp } from '../help';

export const help: NodeHelp = { text: t('help.webhookWait'), example };
