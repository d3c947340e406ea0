// What the panel says of each step type, in Markdown. Too long to come with every page: it is no part
// of the table of t(), and loaded by the help of the one type that is opened.
export const helpTexts = {
  httpRequest: `Calls a web service and passes its answer on. Every field takes placeholders; a
token belongs into a secret, from the list at *From a secret*. A \`curl\` command that is pasted into
the URL becomes the whole request.

A status of 400 or more fails the step, unless *Also accept status* lists it. GET, PUT and DELETE are
tried again after a failure; POST and PATCH only when *Errors and retries* says so, because they may
have changed something. Every try carries the same \`Idempotency-Key\`.

With *Pages* the step reads on until the server has no more, and its body is one list.

**Gives** \`{ status, headers, body, durationMs }\`: JSON is parsed, text is text, bytes are base64.`,
  codeExecution: `Computes a value with JavaScript. The code is the body of a function, and may
\`await\`. \`INPUT\` is what *Inputs* gives, or without any the result of the step before;
\`$trigger\` is the run's input, \`nodes\` holds the results of earlier steps by id.

\`console.log\` writes to the logs. There is no network, no file and no secret in here: an HTTP step
fetches, and gives its result on.

**Gives** what the code returns, as JSON.`,
  router: `Chooses which way the run goes on. *Route by* gives the value; each branch has a
condition in JavaScript that looks at it as \`value\`. They are checked from top to bottom.

*First match* takes the first branch that is true, *Broadcast* all of them side by side. When none is
true, the default output is taken. A condition that throws counts as false, and the run says why.
\`between(value, 200, 299)\`, \`contains(value, "urgent")\` and \`matches(value, "^ORD-")\` are there to
help; try them with *Test value*.

**Gives** \`{ matched_outputs, evaluated_value }\`.`,
  delay: `Waits for a length of time, or until a point in time. The wait is kept on disk: it
survives a restart of the server and may last for years.

The length is typed as \`30s\`, \`5m\`, \`2h\` or \`1d\`, or comes from an expression in milliseconds.
A point in time that has passed does not wait at all.

**Gives** \`{ delayed_ms }\`: how long the wait was meant to be.`,
  webhookWait: `Pauses the run until somebody calls its resume address once, or resumes it by
hand on the run's page. An earlier step sends the address on: \`{{$run.resumeUrl.id_of_this_step}}\`,
in an e-mail or a chat message.

A call that comes before the run has got here is kept. After the time limit the step fails, unless
its errors are absorbed.

**Gives** \`{ resumed, webhook_payload }\`: the payload is what the caller sent.`,
  subFlow: `Runs another workflow and goes on with its output. It sees only the inputs that are
mapped to it, and of the secrets only those that are handed on by name.

*Latest* is the published version when the call begins; *Snapshot* is the one that was published
when this workflow was. The call never takes longer than this workflow has left.

**Gives** \`{ output, child_run_id, child_status }\`.`,
  map: `Runs another workflow once for every item of a list, a few at a time. The items end in
any order; their results stand in the order of the list.

By default an item that fails does not stop the others: look at \`status\`, or at the summary.

**Gives** \`{ results, summary }\`. Each result is \`{ status: "fulfilled", value, index }\` or
\`{ status: "rejected", reason, index }\`; the summary counts \`total\`, \`succeeded\`, \`failed\` and
\`duration_ms\`.`,
  llmChat: `Asks a language model: any server that speaks the OpenAI protocol, in the cloud or
on your own machine. Choose a provider, keep its key as a secret, and put values of earlier steps
into the prompts with \`{{step.field}}\`.

While the model writes, its words appear on the card and in the run. Tokens are counted and, where
the price is known, their cost. A server that is busy is asked again; once words have come, it is not.

**Gives** \`{ content, model, usage, finish_reason }\`, with JSON also \`json\`: the parsed answer,
checked against the schema. \`reasoning\`, \`refusal\` and \`tool_calls\` stand apart.`,
} as const;
