// The sentences of workflows that assistants call as tools.
export const toolMessages = {
  'tools.button': 'Tool for assistants',
  'tools.buttonOn': 'Tool for assistants: on',
  'tools.drawer': 'Tool for assistants',
  'tools.drawerText':
    'Assistants that speak MCP find the published version as a tool and start it themselves.',
  'tools.failed': 'The tool could not be read',
  'tools.unpublished':
    'This workflow has no published version yet: publish it, or assistants do not see it.',
  'tools.on': 'Offer as a tool',
  'tools.name': 'Name of the tool',
  'tools.nameHelp': 'What assistants call it by. Those that know it keep using this name.',
  'tools.nameBad': 'Write 1 to 128 of the characters A-Z, a-z, 0-9, _, . and -.',
  'tools.description': 'When to use it',
  'tools.descriptionHelp':
    'Assistants choose by this text. Empty: the description of the workflow.',
  'tools.descriptionLong': 'Shorten it to 4,000 characters.',
  'tools.readsOnly': 'It only reads',
  'tools.readsOnlyHelp': 'Says to assistants that a call changes nothing anywhere.',
  'tools.cancelsRun': 'Cancel the run when the assistant stops waiting',
  'tools.url': 'Address of the MCP server',
  'tools.urlHelp':
    'The same for all tools. The assistant signs in with an API token of the role operator.',
  'tools.copyUrl': 'Copy the address',
  'tools.save': 'Save tool',
  'tools.saved': 'The tool is saved.',
} as const;
