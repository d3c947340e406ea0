// What the panel says of each step type, in Markdown.
export const helpMessages = {
  'help.title': 'Help and example',
  'help.example': 'Example',
  'help.delay': `Waits for a length of time, or until a point in time. The wait is kept on disk: it
survives a restart of the server and may last for years.

The length is typed as \`30s\`, \`5m\`, \`2h\` or \`1d\`, or comes from an expression in milliseconds.
A point in time that has passed does not wait at all.

**Gives** \`{ delayed_ms }\`: how long the wait was meant to be.`,
  'help.webhookWait': `Pauses the run until somebody calls its resume address once, or resumes it by
hand on the run's page. An earlier step sends the address on: \`{{$run.resumeUrl.id_of_this_step}}\`,
in an e-mail or a chat message.

A call that comes before the run has got here is kept. After the time limit the step fails, unless
its errors are absorbed.

**Gives** \`{ resumed, webhook_payload }\`: the payload is what the caller sent.`,
  'help.subFlow': `Runs another workflow and goes on with its output. It sees only the inputs that are
mapped to it, and of the secrets only those that are handed on by name.

*Latest* is the published version when the call begins; *Snapshot* is the one that was published
when this workflow was. The call never takes longer than this workflow has left.

**Gives** \`{ output, child_run_id, child_status }\`.`,
  'help.map': `Runs another workflow once for every item of a list, a few at a time. The items end in
any order; their results stand in the order of the list.

By default an item that fails does not stop the others: look at \`status\`, or at the summary.

**Gives** \`{ results, summary }\`. Each result is \`{ status: "fulfilled", value, index }\` or
\`{ status: "rejected", reason, index }\`; the summary counts \`total\`, \`succeeded\`, \`failed\` and
\`duration_ms\`.`,
  'help.llmChat': `Asks a language model: any server that speaks the OpenAI protocol, in the cloud or
on your own machine. Choose a provider, keep its key as a secret, and put values of earlier steps
into the prompts with \`{{step.field}}\`.

While the model writes, its words appear on the card and in the run. Tokens are counted and, where
the price is known, their cost. A server that is busy is asked again; once words have come, it is not.

**Gives** \`{ content, model, usage, finish_reason }\`, with JSON also \`json\`: the parsed answer,
checked against the schema. \`reasoning\`, \`refusal\` and \`tool_calls\` stand apart.`,
} as const;
