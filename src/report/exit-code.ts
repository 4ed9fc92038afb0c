import type { Finding } from '../model/finding.ts';
import type { GapCause } from '../model/gap.ts';
import type { Problem } from '../model/location.ts';
import { type Report, weighs } from '../model/report.ts';
import type { Severity } from '../model/rule.ts';

/** The exit codes of `check`; users script against them. */
export const exitCodes = { ok: 0, failed: 1, usage: 2, toolFailed: 3, nothingAudited: 4, unknown: 5 } as const;

/** Severities, worst first. */
export const severities: readonly Severity[] = ['critical', 'high', 'medium', 'low'];

/** What counts as a failed build. */
export interface ExitPolicy {
  readonly failOn: Severity | 'none';
  readonly unknown: 'fail' | 'warn';
}

// Asking less, and a stack that was never applied, are choices and facts, not failures to find out.
const harmless: readonly GapCause[] = ['not-asked', 'never-applied'];

interface Judged extends Pick<Report, 'stacks' | 'findings' | 'problems'> {
  readonly scope: Pick<Report['scope'], 'lost'>;
  readonly summary: Pick<Report['summary'], 'spared'>;
}

/** Decides the exit code of a report: never a count, always one of the table. That a disaster touches no stack is good news. */
export function exitCodeOf(
  { stacks, findings, problems, scope, summary }: Judged,
  { failOn, unknown }: ExitPolicy,
): number {
  if (stacks.length + summary.spared === 0) return exitCodes.nothingAudited;
  const counted = failOn === 'none' ? [] : severities.slice(0, severities.indexOf(failOn) + 1);
  const open = findings.filter(
    (finding) => counted.includes(finding.severity) && !finding.waiver && weighs(finding, scope.lost),
  );
  if (open.some(({ verdict }) => verdict === 'fail')) return exitCodes.failed;
  const blind = open.some(isBlind) || (counted.length > 0 && problems.some(hidesStacks));
  return blind && unknown === 'fail' ? exitCodes.unknown : exitCodes.ok;
}

/** An unknown that nobody chose. */
export const isBlind = ({ verdict, gaps }: Finding): boolean =>
  verdict === 'unknown' && (gaps.length === 0 || gaps.some(({ cause }) => !harmless.includes(cause)));

/** A directory, or a bucket, that could not be read may hold any number of stacks: that nothing failed there is not known. */
const hidesStacks = ({ kind }: Problem): boolean => kind === 'unreadable-directory' || kind === 'workspaces-not-listed';
