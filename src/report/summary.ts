import type { Finding } from '../model/finding.ts';
import { type Lost, type Readiness, type Report, type StackReport, type Tally, weighs } from '../model/report.ts';
import { readyByWaiver } from './readiness.ts';

/** Counts the stacks of a report, and its findings; what is ready by waiver only as far as a disaster was asked about. */
export function summaryOf(
  stacks: readonly StackReport[],
  { byStack, lost }: { readonly byStack: ReadonlyMap<string, readonly Finding[]>; readonly lost: Lost | null },
): Omit<Report['summary'], 'spared' | 'sparedRegions'> {
  const findings = [...byStack.values()].flat();
  const count = (verdict: Finding['verdict']) => findings.filter((finding) => finding.verdict === verdict).length;
  return {
    stacks: stacks.length,
    ...tally(stacks.map(({ readiness }) => readiness)),
    readyByWaiver: stacks.filter(
      ({ id, readiness }) =>
        readiness === 'ready' && readyByWaiver((byStack.get(id) ?? []).filter((finding) => weighs(finding, lost))),
    ).length,
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
