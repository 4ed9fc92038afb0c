import type { Observed } from '../../src/aws/reply.ts';
import type { Verdicted } from '../../src/evaluate/evaluate.ts';
import type { Finding, Verdict } from '../../src/model/finding.ts';
import type { Gap, GapCause } from '../../src/model/gap.ts';
import type { Report, StackReport } from '../../src/model/report.ts';
import type { Rule } from '../../src/model/rule.ts';
import type { Stack } from '../../src/model/subject.ts';
import type { Audited } from '../../src/report/summarise.ts';
import { countingRule, gapOf, sample } from '../evaluate/samples.ts';

/** The gaps of an unknown finding, one for each cause. */
export const gapsFor = (causes: readonly GapCause[]): readonly Gap[] =>
  causes.map((cause) => gapOf('bucket.versioning', cause));

/** A finding about a bucket; critical and failed until changed. */
export const findingWith = (changes: Partial<Finding> = {}): Finding => ({
  rule: 'state-versioned',
  severity: 'critical',
  verdict: 'fail',
  scenarios: ['orchestrator-loss', 'region-loss'],
  stack: 'stacks/net',
  subject: { kind: 'bucket', id: 'acme-tfstate' },
  messageId: 'off',
  message: 'versioning is off',
  data: {},
  location: null,
  related: [],
  fix: null,
  docs: 'rules/state-versioned/README.md',
  controls: [],
  gaps: changes.verdict === 'unknown' ? gapsFor(['access-denied']) : [],
  observations: [],
  waiver: null,
  fingerprint: '0'.repeat(20),
  ...changes,
});

/** A waiver as a finding carries it. */
export const waiver = { reason: 'a sandbox', owner: 'ann', expires: '2027-01-31' } as const;

/** The sample stack under another id. */
export const stackAt = (path: string, changes: Readonly<Record<string, unknown>> = {}): Stack =>
  sample('stack', { id: path, path, ...changes }).stack;

/** A rule with an id and scenarios of its own. */
export const ruleNamed = (id: string, changes: Partial<Rule> = {}): Rule => ({
  ...countingRule('bucket', ['bucket.versioning'], id).rule,
  ...changes,
});

/** What one rule said of one stack's bucket, resting on some calls. */
export function verdictOf(
  { stack, rule, verdict }: { readonly stack: Stack; readonly rule: Rule; readonly verdict: Verdict },
  observed: readonly Observed[] = [],
): Verdicted {
  return {
    stack,
    rule,
    subject: sample().state.bucket,
    verdict,
    messageId: verdict,
    message: `it is ${verdict}`,
    fix: verdict === 'fail' ? 'mend it' : null,
    data: {},
    gaps: verdict === 'unknown' ? gapsFor(['access-denied']) : [],
    observed: new Map(observed.map((call) => [call.key, call])),
  };
}

/** When the sample evidence was taken. */
export const asOf = '2027-01-15T08:00:00.000Z';

/** The header of a report about nothing in particular. */
export const header: Pick<Report, 'tool' | 'generatedAt' | 'asOf' | 'caller' | 'scope'> = {
  tool: { name: 'dr-audit', version: '0.0.0' },
  generatedAt: '2027-01-15T08:00:05.000Z',
  asOf,
  caller: { arn: null, accounts: [] },
  scope: { paths: ['.'], rules: 'all', static: false, lost: null },
};

const state: StackReport['state'] = {
  backend: 's3',
  bucket: 'acme-tfstate',
  key: 'net/terraform.tfstate',
  region: 'eu-west-1',
  place: null,
  arguments: [],
  replicas: null,
};

/** Everything a report is made of: the verdicts that are given, and the stacks and rules that they speak of. */
export function auditedWith(verdicts: readonly Verdicted[], changes: Partial<Audited> = {}): Audited {
  const stacks = changes.stacks ?? [...new Set(verdicts.map(({ stack }) => stack))];
  return {
    stacks,
    spared: 0,
    sparedRegions: [],
    rules: [...new Set(verdicts.map(({ rule }) => rule))],
    verdicts,
    states: new Map(stacks.map((stack) => [stack, state])),
    problems: [],
    waivers: [],
    severityOf: (_, given) => given,
    header,
    ...changes,
  };
}
