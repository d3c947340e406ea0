import { t } from '$lib/shared/t';
import example from '../../../../../src/nodes/router/example.json';
import type { NodeHelp } from '../help';

export const help: NodeHelp = { text: t('help.router'), example };
