import type { Finding } from '../model/finding.ts';
import type { Readiness } from '../model/report.ts';
import type { Severity } from '../model/rule.ts';

const blocking: readonly Severity[] = ['critical', 'high'];

/** Ready when every critical and high finding passes, is waived or is not applicable; unready when one fails; else unknown. */
export function readinessOf(findings: readonly Finding[]): Readiness {
  const open = findings.filter(({ severity, waiver }) => blocking.includes(severity) && !waiver);
  if (open.some(({ verdict }) => verdict === 'fail')) return 'unready';
  return open.some(({ verdict }) => verdict === 'unknown') ? 'unknown' : 'ready';
}

/** Whether a stack owes its readiness to a waiver. */
export const readyByWaiver = (findings: readonly Finding[]): boolean =>
  readinessOf(findings) === 'ready' &&
  findings.some(({ severity, waiver }) => waiver !== null && blocking.includes(severity));

/** The worse of the two scenarios. */
export function worst(readiness: readonly Readiness[]): Readiness {
  if (readiness.includes('unready')) return 'unready';
  return readiness.includes('unknown') ? 'unknown' : 'ready';
}
