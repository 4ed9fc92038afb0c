import { describe, expect, it } from '@jest/globals';
import type { Finding } from '../../src/model/finding.ts';
import type { Readiness } from '../../src/model/report.ts';
import { readinessOf, readyByWaiver, worst } from '../../src/report/readiness.ts';
import { findingWith, gapsFor, waiver } from './samples.ts';

const passed = findingWith({ verdict: 'pass' });
const failed = findingWith();
const blind = findingWith({ verdict: 'unknown' });
const none = findingWith({ verdict: 'not-applicable' });
const waived = findingWith({ waiver });

interface Row {
  readonly name: string;
  readonly findings: readonly Finding[];
  readonly readiness: Readiness;
  readonly byWaiver?: boolean;
}

const table: readonly Row[] = [
  { name: 'all pass', findings: [passed, passed], readiness: 'ready' },
  { name: 'what does not pass is not applicable', findings: [passed, none], readiness: 'ready' },
  { name: 'a critical one fails', findings: [passed, failed], readiness: 'unready' },
  { name: 'a high one fails', findings: [findingWith({ severity: 'high' })], readiness: 'unready' },
  { name: 'a medium one fails', findings: [passed, findingWith({ severity: 'medium' })], readiness: 'ready' },
  {
    name: 'a low one is unknown',
    findings: [findingWith({ severity: 'low', verdict: 'unknown' })],
    readiness: 'ready',
  },
  { name: 'a critical one is unknown', findings: [passed, blind], readiness: 'unknown' },
  { name: 'a failure weighs more than an unknown', findings: [blind, failed], readiness: 'unready' },
  { name: 'the failure is waived', findings: [passed, waived], readiness: 'ready', byWaiver: true },
  {
    name: 'the unknown is waived',
    findings: [findingWith({ verdict: 'unknown', waiver })],
    readiness: 'ready',
    byWaiver: true,
  },
  { name: 'one failure is waived, another is not', findings: [waived, failed], readiness: 'unready' },
  { name: 'a failure is waived, and something is unknown', findings: [waived, blind], readiness: 'unknown' },
  {
    name: 'only a medium failure is waived: the stack would be ready without',
    findings: [passed, findingWith({ severity: 'medium', waiver })],
    readiness: 'ready',
  },
  // Harmless for the build, and still not known.
  {
    name: 'a rule was not asked',
    findings: [passed, findingWith({ verdict: 'unknown', gaps: gapsFor(['not-asked']) })],
    readiness: 'unknown',
  },
  {
    name: 'the stack was never applied',
    findings: [passed, findingWith({ verdict: 'unknown', gaps: gapsFor(['never-applied']) })],
    readiness: 'unknown',
  },
];

describe('a stack', () => {
  it.each(table)('$name: $readiness', ({ findings, readiness, byWaiver = false }) => {
    expect(readinessOf(findings)).toBe(readiness);
    expect(readinessOf([...findings].reverse())).toBe(readiness);
    expect(readyByWaiver(findings)).toBe(byWaiver);
  });
});

describe('worst', () => {
  it.each<[readonly Readiness[], Readiness]>([
    [['ready', 'ready'], 'ready'],
    [['ready', 'unknown'], 'unknown'],
    [['unknown', 'ready'], 'unknown'],
    [['ready', 'unready'], 'unready'],
    [['unknown', 'unready'], 'unready'],
    [['unready', 'unready'], 'unready'],
  ])('of %j is %s', (both, expected) => {
    expect(worst(both)).toBe(expected);
  });
});
