import { t } from '$lib/shared/t';
import example from '../../../../../src/nodes/http_request/example.json';
import type { NodeHelp } from '../help';

export const help: NodeHelp = { text: t('help.httpRequest'), example };
