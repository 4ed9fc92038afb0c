export { rules } from '../rules/index.ts';
export { audit, type Effects, type Options } from './audit.ts';
export { type Aws, type AwsOptions, noAws, openAws } from './aws/aws.ts';
export { createEvidence, type Evidence } from './aws/evidence/evidence.ts';
export { formatEvidence, parseEvidence } from './aws/evidence/file.ts';
export { type Config, emptyConfig } from './config/config.ts';
export { loadConfig } from './config/load.ts';
export { files } from './files.ts';
export type { Catalogue, FactName, FactOf, KindOf, ValueOf } from './model/catalogue.ts';
export type { Fact } from './model/fact.ts';
export type { Finding, Observation, Verdict, Waiver } from './model/finding.ts';
export type { Gap, GapCause } from './model/gap.ts';
export type { Readiness, Report, StackReport } from './model/report.ts';
export {
  defineRule,
  type Message,
  type Rule,
  type RuleDefinition,
  type Scenario,
  type Severity,
} from './model/rule.ts';
export type { Stack, Subject, SubjectKind, Subjects } from './model/subject.ts';
export { renderJson } from './render/json.ts';
export { renderText } from './render/text/text.ts';
export { exitCodeOf } from './report/exit-code.ts';
