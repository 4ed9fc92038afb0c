import type { Observed } from '../aws/reply.ts';
import type { Verdicted } from '../evaluate/evaluate.ts';
import { type ConfiguredWaiver, currentWaivers, type Waivers, waiverFor } from '../evaluate/waivers.ts';
import type { Finding, Observation } from '../model/finding.ts';
import type { Problem } from '../model/location.ts';
import type { Readiness, Report, StackReport, Tally } from '../model/report.ts';
import type { Rule, Severity } from '../model/rule.ts';
import { type Stack, subjectId } from '../model/subject.ts';
import { fingerprintOf } from './fingerprint.ts';
import { readinessOf, readyByWaiver, worst } from './readiness.ts';

/** Everything that a report is made of. */
export interface Audited {
  readonly stacks: readonly Stack[];
  readonly rules: readonly Rule[];
  readonly verdicts: readonly Verdicted[];
  /** What the stack's entry shows of its state; gathered with the facts. */
  readonly states: ReadonlyMap<Stack, StackReport['state']>;
  readonly problems: readonly Problem[];
  readonly waivers: readonly ConfiguredWaiver[];
  readonly severityOf: (rule: string, given: Severity) => Severity;
  readonly header: Pick<Report, 'tool' | 'generatedAt' | 'asOf' | 'caller' | 'scope'>;
}

/** Makes the report: sorted by stack, rule and subject, so that two runs over the same evidence differ in `generatedAt` only. */
export function summarise(audited: Audited): Report {
  const waivers = currentWaivers(audited.waivers, audited.header.asOf);
  const observations = numberObservations(audited.verdicts);
  const findings = audited.verdicts
    .map((verdict) => toFinding(verdict, { waivers, observations, severityOf: audited.severityOf }))
    .sort(inOrder);
  const ruleScenarios = new Map(audited.verdicts.map(({ rule }) => [rule.id, rule.scenarios]));
  const byStack = findingsByStack(findings);
  const stacks = audited.stacks.map((stack) =>
    stackReport(stack, { audited, findings: byStack.get(stack.id) ?? [], ruleScenarios }),
  );
  return {
    schemaVersion: 1,
    ...audited.header,
    summary: summaryOf(stacks, byStack),
    rules: audited.rules.map(({ id, title, severity, scenarios, why }) => ({
      id,
      title,
      severity: audited.severityOf(id, severity),
      scenarios,
      why,
    })),
    stacks: stacks.sort((a, b) => compare(a.id, b.id)),
    findings,
    observations: [...observations.values()],
    problems: [...audited.problems, ...waivers.problems],
  };
}

/** Numbers calls in the order of their questions, which does not depend on when they were answered. */
function numberObservations(verdicts: readonly Verdicted[]): ReadonlyMap<string, Observation> {
  const byKey = new Map<string, Observed>(verdicts.flatMap(({ observed }) => [...observed]));
  const sorted = [...byKey].sort(([a], [b]) => compare(a, b));
  return new Map(sorted.map(([key, { key: _, ...observed }], index) => [key, { id: `o${index + 1}`, ...observed }]));
}

interface FindingContext {
  readonly waivers: Waivers;
  readonly observations: ReadonlyMap<string, Observation>;
  readonly severityOf: (rule: string, given: Severity) => Severity;
}

function toFinding(verdict: Verdicted, { waivers, observations, severityOf }: FindingContext): Finding {
  const { stack, rule, observed, subject: about } = verdict;
  const subject = { kind: about.kind, id: subjectId(about) };
  const ids = [...observed.keys()].flatMap((key) => observations.get(key)?.id ?? []);
  return {
    rule: rule.id,
    severity: severityOf(rule.id, rule.severity),
    verdict: verdict.verdict,
    stack: stack.id,
    subject,
    messageId: verdict.messageId,
    message: verdict.message,
    data: verdict.data,
    location: stack.location,
    related: [],
    fix: verdict.fix,
    docs: `rules/${rule.id}/README.md`,
    controls: rule.controls,
    gaps: verdict.gaps,
    observations: ids.sort((a, b) => Number(a.slice(1)) - Number(b.slice(1))),
    waiver: waiverFor(waivers, { rule: rule.id, stackPath: stack.path, verdict: verdict.verdict }),
    fingerprint: fingerprintOf({ repository: stack.repository, stack: stack.id, rule: rule.id, subject }),
  };
}

function stackReport(
  stack: Stack,
  {
    audited,
    findings,
    ruleScenarios,
  }: {
    readonly audited: Audited;
    readonly findings: readonly Finding[];
    readonly ruleScenarios: ReadonlyMap<string, readonly string[]>;
  },
): StackReport {
  const inScenario = (scenario: string) => findings.filter(({ rule }) => ruleScenarios.get(rule)?.includes(scenario));
  const perScenario = {
    'orchestrator-loss': readinessOf(inScenario('orchestrator-loss')),
    'region-loss': readinessOf(inScenario('region-loss')),
  };
  const state = audited.states.get(stack);
  if (!state) throw new Error(`no state entry for ${stack.id}`);
  return {
    id: stack.id,
    repository: stack.repository,
    path: stack.path,
    workspace: stack.workspace,
    readiness: worst(Object.values(perScenario)),
    scenarios: perScenario,
    state,
    roles:
      'known' in stack.namedRoles
        ? stack.namedRoles.known.map(({ arn, phase, source }) => ({ arn, phase, source }))
        : [],
    orchestrator: null,
  };
}

function findingsByStack(findings: readonly Finding[]): ReadonlyMap<string, readonly Finding[]> {
  const byStack = new Map<string, Finding[]>();
  for (const finding of findings) byStack.set(finding.stack, [...(byStack.get(finding.stack) ?? []), finding]);
  return byStack;
}

function summaryOf(
  stacks: readonly StackReport[],
  byStack: ReadonlyMap<string, readonly Finding[]>,
): Report['summary'] {
  const findings = [...byStack.values()].flat();
  const count = (verdict: Finding['verdict']) => findings.filter((finding) => finding.verdict === verdict).length;
  return {
    stacks: stacks.length,
    ...tally(stacks.map(({ readiness }) => readiness)),
    readyByWaiver: stacks.filter(({ id, readiness }) => readiness === 'ready' && readyByWaiver(byStack.get(id) ?? []))
      .length,
    scenarios: {
      'orchestrator-loss': tally(stacks.map((stack) => stack.scenarios['orchestrator-loss'])),
      'region-loss': tally(stacks.map((stack) => stack.scenarios['region-loss'])),
    },
    findings: {
      pass: count('pass'),
      fail: count('fail'),
      unknown: count('unknown'),
      'not-applicable': count('not-applicable'),
    },
  };
}

const tally = (readiness: readonly Readiness[]): Tally => ({
  ready: readiness.filter((value) => value === 'ready').length,
  unready: readiness.filter((value) => value === 'unready').length,
  unknown: readiness.filter((value) => value === 'unknown').length,
});

const compare = (a: string, b: string) => (a < b ? -1 : a > b ? 1 : 0);

const inOrder = (a: Finding, b: Finding) =>
  compare(a.stack, b.stack) || compare(a.rule, b.rule) || compare(a.subject.id, b.subject.id);
