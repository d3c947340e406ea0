import { helpTexts } from '$lib/shared/messages/help';
import example from '../../../../../src/nodes/webhook_wait/example.json';
import type { NodeHelp } from '../help';

export const help: NodeHelp = { text: helpTexts.webhookWait, example };
