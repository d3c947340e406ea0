import { helpTexts } from '$lib/shared/messages/help';
import example from '../../../../../src/nodes/code_execution/example.json';
import type { NodeHelp } from '../help';

export const help: NodeHelp = { text: helpTexts.codeExecution, example };
