import type { Finding } from '../../model/finding.ts';
import type { Lost, Readiness, Report, StackReport } from '../../model/report.ts';
import { counted, distinct, isBlocking } from './groups.ts';
import type { Sheet } from './sheet.ts';

/** What is lost, as a sentence names it: `the orchestrator`, `eu-west-1`. */
export const nameOf = (lost: Lost): string => (lost === 'orchestrator' ? 'the orchestrator' : regionOf(lost));

/** The last line where a lost region touches no stack. Where they are is told, so that a wrong name is noticed. */
export function untouched(lost: Lost, { spared, sparedRegions }: Report['summary']): string {
  const others = `${spared} ${spared === 1 ? 'is' : 'are'} in ${sparedRegions.join(', ')}`;
  return `no stack has its state in ${regionOf(lost)} (${others})`;
}

const regionOf = (lost: Lost): string => lost.slice('region:'.length);

const worstFirst: readonly Readiness[] = ['unready', 'unknown', 'ready'];
const inks = { unready: 'fail', unknown: 'unknown', ready: 'pass' } as const;

// A screen has some fifty lines, and what to do about the stacks comes below.
const most = 20;

/** Where one disaster was asked about: the stacks that it touches, the worst first, each with what stands in its way. */
export function blastRadius(sheet: Sheet): readonly string[] {
  const { report, page, verbosity } = sheet;
  const { lost } = report.scope;
  if (lost === null || report.stacks.length === 0) return [];
  const sorted = worstFirst.flatMap((readiness) => report.stacks.filter((stack) => stack.readiness === readiness));
  const shown = sorted.slice(0, verbosity === 'verbose' ? sorted.length : most);
  // A longer id stands out of the column, and leaves less room for the reasons.
  const widest = Math.floor(page.width * 0.45);
  const aligned = Math.max(...shown.map(({ id }) => Math.min(id.length, widest)));
  const heading = `IF ${lost === 'orchestrator' ? nameOf(lost).toUpperCase() : nameOf(lost)} IS LOST`;
  const lines = [
    page.ink('strong', heading),
    page.paragraph(reach(lost, report.summary), 2),
    ...shown.map((stack) => line(stack, aligned, sheet)),
    ...rest(sorted.slice(shown.length)),
  ];
  return [lines.join('\n')];
}

function reach(lost: Lost, { stacks, spared }: Report['summary']): string {
  if (lost === 'orchestrator') return `${counted(stacks, 'stack')} would have to be planned and applied without it:`;
  const have = stacks === 1 ? 'has its' : 'have their';
  const others = spared > 0 ? `; ${spared} ${spared === 1 ? 'has' : 'have'} it elsewhere` : '';
  return `${counted(stacks, 'stack')} ${have} state there, or may have${others}:`;
}

function rest(stacks: readonly StackReport[]): readonly string[] {
  if (stacks.length === 0) return [];
  const counts = worstFirst.flatMap((readiness) => {
    const count = stacks.filter((stack) => stack.readiness === readiness).length;
    return count > 0 ? [`${count} ${readiness}`] : [];
  });
  return [`  and ${stacks.length} more: ${counts.join(', ')} (-v lists all)`];
}

const wordWidth = 'UNREADY'.length;

/** `UNREADY  stacks/net  state-replicated and 2 more`: one line, whatever there is to say. */
function line(stack: StackReport, aligned: number, { page, report }: Sheet): string {
  const { id, readiness } = stack;
  const word = page.ink(inks[readiness], readiness.toUpperCase()) + ' '.repeat(wordWidth - readiness.length);
  const findings = report.findings.filter((finding) => finding.stack === id && isBlocking(finding));
  const reasons = fitting(reasonsFor(readiness, findings), page.width - (wordWidth + 6) - Math.max(id.length, aligned));
  return `  ${word}  ${reasons === '' ? id : `${id.padEnd(aligned)}  ${reasons}`}`;
}

interface Reasons {
  readonly lead: string;
  readonly rules: readonly string[];
}

/** What makes a stack what it is; one that is ready by waiver is so on paper only, which matters when the disaster is there. */
function reasonsFor(readiness: Readiness, findings: readonly Finding[]): Reasons {
  const rulesOf = (members: readonly Finding[]) => distinct(members.map(({ rule }) => rule));
  const open = findings.filter(({ waiver }) => waiver === null);
  switch (readiness) {
    case 'unready':
      return { lead: '', rules: rulesOf(open.filter(({ verdict }) => verdict === 'fail')) };
    case 'unknown':
      return { lead: '', rules: rulesOf(open.filter(({ verdict }) => verdict === 'unknown')) };
    case 'ready':
      return { lead: 'waived: ', rules: rulesOf(findings.filter(({ waiver }) => waiver !== null)) };
  }
}

/** As many rules as there is room for, and how many more there are. */
function fitting({ lead, rules }: Reasons, room: number): string {
  if (rules.length === 0) return '';
  const texts = rules.map((_, left) => {
    const named = rules.slice(0, rules.length - left).join(', ');
    return `${lead}${named}${left > 0 ? ` and ${left} more` : ''}`;
  });
  return [...texts, `${lead}${counted(rules.length, 'rule')}`].find((text) => text.length <= room) ?? '';
}
