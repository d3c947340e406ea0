import { t } from '$lib/shared/t';
import example from '../../../../../src/nodes/code_execution/example.json';
import type { NodeHelp } from '../help';

export const help: NodeHelp = { text: t('help.codeExecution'), example };
