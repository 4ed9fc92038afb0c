import type { Finding } from '../../model/finding.ts';
import { distinct, groupBy, isBlocking } from './groups.ts';

/** Something to do, and the stacks that wait for it. */
export interface Action {
  readonly fix: string;
  readonly rules: readonly string[];
  /** The stacks that a critical or high finding with this fix keeps from being ready. */
  readonly stacks: readonly string[];
}

const most = 5;

/** At most five things to do next, those first that most stacks wait for. */
export function nextActions(findings: readonly Finding[]): readonly Action[] {
  const open = findings.filter(
    ({ verdict, waiver, fix }) => fix && !waiver && (verdict === 'fail' || verdict === 'unknown'),
  );
  const blocking = open.filter(isBlocking);
  const fixes = (blocking.length > 0 ? blocking : open).flatMap((finding) =>
    stepsOf(finding).map((fix) => ({ finding, fix })),
  );
  return groupBy(fixes, ({ fix }) => fix)
    .map(([fix, ...members]) => ({
      fix,
      rules: distinct(members.map(({ finding }) => finding.rule)),
      stacks: distinct(members.map(({ finding }) => finding.stack)),
      isCritical: members.some(({ finding }) => finding.severity === 'critical'),
    }))
    .sort(mostFirst)
    .slice(0, most);
}

/** What most stacks wait for; of what as many wait for, the cause before what follows from it. */
const mostFirst = (a: Ranked, b: Ranked): number =>
  b.stacks.length - a.stacks.length || Number(b.isCritical) - Number(a.isCritical) || b.rules.length - a.rules.length;

interface Ranked extends Action {
  readonly isCritical: boolean;
}

/** An unknown may have several causes, each with a way out of its own; a blank line stands between them. */
const stepsOf = ({ fix }: Finding): readonly string[] => (fix === null ? [] : fix.split('\n\n'));
