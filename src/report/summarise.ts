import type { Observed } from '../aws/reply.ts';
import type { Verdicted } from '../evaluate/evaluate.ts';
import { type ConfiguredWaiver, currentWaivers, type Waivers, waiverFor } from '../evaluate/waivers.ts';
import type { Finding, Observation } from '../model/finding.ts';
import type { Problem } from '../model/location.ts';
import { type Report, type StackReport, scenarioOf } from '../model/report.ts';
import type { Rule, Scenario, Severity } from '../model/rule.ts';
import type { Stack } from '../model/subject.ts';
import { subjectId } from '../model/subject-key.ts';
import { bearing } from './bearing.ts';
import { fingerprintOf } from './fingerprint.ts';
import { readinessOf, worst } from './readiness.ts';
import { summaryOf } from './summary.ts';

/** Everything that a report is made of. */
export interface Audited {
  readonly stacks: readonly Stack[];
  /** How many stacks were left out because the disaster does not touch them. */
  readonly spared: number;
  readonly sparedRegions: readonly string[];
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
  const scenariosOf = bearing(audited.verdicts);
  const findings = audited.verdicts
    .map((verdict) => toFinding(verdict, { waivers, observations, scenariosOf, severityOf: audited.severityOf }))
    .sort(inOrder);
  const byStack = findingsByStack(findings);
  const stacks = audited.stacks.map((stack) => stackReport(stack, { audited, findings: byStack.get(stack.id) ?? [] }));
  return {
    schemaVersion: 1,
    ...audited.header,
    summary: {
      ...summaryOf(stacks, { byStack, lost: audited.header.scope.lost }),
      spared: audited.spared,
      sparedRegions: audited.sparedRegions,
    },
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
  readonly scenariosOf: (verdict: Verdicted) => readonly Scenario[];
  readonly severityOf: (rule: string, given: Severity) => Severity;
}

function toFinding(verdict: Verdicted, { waivers, observations, scenariosOf, severityOf }: FindingContext): Finding {
  const { stack, rule, observed, subject: about } = verdict;
  const subject = { kind: about.kind, id: subjectId(about) };
  const ids = [...observed.keys()].flatMap((key) => observations.get(key)?.id ?? []);
  return {
    rule: rule.id,
    severity: severityOf(rule.id, rule.severity),
    verdict: verdict.verdict,
    scenarios: scenariosOf(verdict),
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
  { audited, findings }: { readonly audited: Audited; readonly findings: readonly Finding[] },
): StackReport {
  const inScenario = (scenario: Scenario) => findings.filter(({ scenarios }) => scenarios.includes(scenario));
  const { lost } = audited.header.scope;
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
    readiness: lost === null ? worst(Object.values(perScenario)) : perScenario[scenarioOf(lost)],
    scenarios: perScenario,
    state,
    roles:
      'known' in stack.namedRoles
        ? stack.namedRoles.known.map(({ arn, phase, source }) => ({ arn, phase, source }))
        : [],
    orchestrator: orchestratorOf(stack),
  };
}

const orchestratorOf = ({ inventory, orchestrator }: Stack): StackReport['orchestrator'] =>
  'known' in inventory && inventory.known ? { kind: orchestrator, id: inventory.known.id } : null;

function findingsByStack(findings: readonly Finding[]): ReadonlyMap<string, readonly Finding[]> {
  const byStack = new Map<string, Finding[]>();
  for (const finding of findings) byStack.set(finding.stack, [...(byStack.get(finding.stack) ?? []), finding]);
  return byStack;
}

const compare = (a: string, b: string) => (a < b ? -1 : a > b ? 1 : 0);

const inOrder = (a: Finding, b: Finding) =>
  compare(a.stack, b.stack) ||
  compare(a.rule, b.rule) ||
  compare(a.subject.id, b.subject.id) ||
  compare(a.subject.kind, b.subject.kind);
