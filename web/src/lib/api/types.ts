// Short names for the generated types. Nothing here is written by hand twice: every shape comes from
// src/api/openapi.yaml through types.gen.ts.
import type { components, operations } from './types.gen';

type Schemas = components['schemas'];

export type Problem = Schemas['Problem'];
export type ValidationProblem = Schemas['ValidationProblem'];
export type Graph = Schemas['Graph'];
export type FlowNode = Schemas['Node'];
export type FlowEdge = Schemas['Edge'];
export type Flow = Schemas['Flow'];
export type SavedFlow = Schemas['SavedFlow'];
export type FlowCreate = Schemas['FlowCreate'];
export type FlowSave = Schemas['FlowSave'];
export type FlowSummary = Schemas['FlowSummary'];
export type LastRun = Schemas['LastRun'];
export type ImportResult = Schemas['ImportResult'];
export type ImportReport = Schemas['ImportReport'];
export type ImportNote = Schemas['ImportNote'];
export type Version = Schemas['Version'];
export type Run = Schemas['Run'];
export type RunSummary = Schemas['RunSummary'];
export type RunDetail = Schemas['RunDetail'];
export type RunEvent = Schemas['RunEvent'];
export type RunStatus = Schemas['RunStatus'];
export type RunError = Schemas['RunError'];
export type RunStart = Schemas['RunStart'];
export type RunEnd = Schemas['RunEnd'];
export type RunDeleted = Schemas['RunDeleted'];
export type Trigger = Schemas['Trigger'];
export type NodeStatus = Schemas['NodeStatus'];
export type NodeResult = Schemas['NodeResult'];
export type NodeType = Schemas['NodeType'];
export type Handle = Schemas['Handle'];
export type ConditionError = Schemas['ConditionError'];
export type LogLine = Schemas['LogLine'];
export type Chunk = Schemas['Chunk'];
export type MapItem = Schemas['MapItem'];
export type MapItemStatus = Schemas['MapItemStatus'];
export type MapItemList = Schemas['MapItemList'];
export type RerunVersion = Schemas['RerunVersion'];
export type NodeTest = Schemas['NodeTest'];
export type FlowTest = Schemas['FlowTest'];
export type FlowTests = Schemas['FlowTests'];
export type FlowTestResult = Schemas['FlowTestResult'];
export type FlowTestReport = Schemas['FlowTestReport'];
export type FlowCoverage = Schemas['FlowCoverage'];
export type BacktestRun = Schemas['BacktestRun'];
export type BacktestReport = Schemas['BacktestReport'];
export type LlmPreset = Schemas['LlmPreset'];
export type SecretKind = Schemas['SecretKind'];
export type SecretUse = Schemas['SecretUse'];
export type SecretItem = Schemas['Secret'];
export type SecretList = Schemas['SecretList'];
export type MissingSecret = Schemas['MissingSecret'];
export type Schedule = Schemas['Schedule'];
export type ScheduleSettings = Schemas['ScheduleSettings'];
export type Occurrence = Schemas['Occurrence'];
export type CronPreview = Schemas['CronPreview'];
export type AuditEntry = Schemas['AuditEntry'];
export type BulkFilter = Schemas['BulkFilter'];
export type BulkJob = Schemas['BulkJob'];
export type BulkRequest = components['requestBodies']['BulkRequest']['content']['application/json'];
export type Settings = Schemas['Settings'];
export type NotificationChannel = Schemas['NotificationChannel'];
export type NotificationDelivery = Schemas['NotificationDelivery'];
/** An entry of a document, as its active version has it. */
export type ActiveFlowNotification = Schemas['ActiveFlowNotification'];
export type FlowNotificationList = Schemas['FlowNotificationList'];
export type NotificationEvent = Schemas['NotificationEvent'];
export type NotificationType = Schemas['NotificationType'];
export type Tool = Schemas['Tool'];
export type ToolSettings = Schemas['ToolSettings'];
export type Webhook = Schemas['Webhook'];
export type WebhookSettings = Schemas['WebhookSettings'];
export type WebhookDelivery = Schemas['WebhookDelivery'];
export type WebhookCall = Schemas['WebhookCall'];
export type AuthStatus = Schemas['AuthStatus'];
export type Role = Schemas['Role'];
export type SignInSession = Schemas['SignInSession'];
export type User = Schemas['User'];
export type ApiToken = Schemas['ApiToken'];
export type NewToken = Schemas['NewToken'];
export type Health = Schemas['Health'];

export interface Page<T> {
  items: T[];
  nextCursor: string | null;
}

/** What an operation is asked with. */
export type Query<Op extends keyof operations> = operations[Op]['parameters'] extends {
  query?: infer T;
}
  ? NonNullable<T>
  : never;
/** What a list is asked for; the cursor is the `nextCursor` of the page before, null for the first. */
export type ListQuery<Op extends keyof operations> = Omit<Query<Op>, 'cursor'> & {
  cursor?: string | null;
};
/** What an operation is sent. */
export type Body<Op extends keyof operations> = operations[Op] extends {
  requestBody?: { content: { 'application/json': infer T } };
}
  ? T
  : never;
type Ok<Op extends keyof operations> = operations[Op]['responses'] extends {
  200: { content: { 'application/json': infer T } };
}
  ? T
  : never;

export type PreviewRequest = Body<'previewExpression'>;
export type PreviewAnswer = Ok<'previewExpression'>;
export type SettingsChange = Body<'putSettings'>;
export type ValidateAnswer = Ok<'validateFlow'>;
export type RouterPreviewRequest = Body<'previewRouter'>;
export type RouterPreview = Ok<'previewRouter'>;
export type ConditionOutcome = RouterPreview['conditions'][number];

/** What narrows a list of runs. */
export type RunFilter = Omit<Query<'listRuns'>, 'cursor' | 'limit'>;
export type ReplayOptions = Body<'replayRun'>;
export type ForkOptions = Body<'forkRun'>;
