import type { GapCause } from '../../model/gap.ts';
import { type Report, weighs } from '../../model/report.ts';
import { plainly } from '../plain.ts';
import { nextActions } from './actions.ts';
import { blastRadius, nameOf, untouched } from './blast-radius.ts';
import { counted, distinct } from './groups.ts';
import { createPage, type Style } from './page.ts';
import type { Sheet, Verbosity } from './sheet.ts';
import { unknowns } from './unknowns.ts';
import { decided, failures } from './verdicts.ts';

type Section = (sheet: Sheet) => readonly string[];

/** The sections from top to bottom: the worst first, what to do last, where a reader's eye ends up. */
const sections: Readonly<Record<Verbosity, readonly Section[]>> = {
  quiet: [failures, lastLine],
  normal: [heading, blastRadius, failures, unknowns, waived, problems, next, lastLine],
  verbose: [heading, blastRadius, failures, unknowns, waived, decided, problems, next, lastLine],
};

/** The report for people. */
export function renderText(report: Report, style: Style & { readonly verbosity: Verbosity }): string {
  const { verbosity } = style;
  // Whoever asks about one disaster reads about that one; the report as JSON has all.
  const findings = report.findings.filter((finding) => weighs(finding, report.scope.lost));
  const sheet: Sheet = { report: plainly({ ...report, findings }), page: createPage(style), verbosity };
  return `${sections[verbosity].flatMap((section) => section(sheet)).join('\n\n')}\n`;
}

function heading({ report, page }: Sheet): readonly string[] {
  const { tool, summary, scope, asOf, caller } = report;
  const time = `${asOf.slice(0, 16).replace('T', ' ')} UTC`;
  const reader = caller.arn ? `read by ${caller.arn}` : 'the auditor’s identity is not known';
  const asked =
    caller.arn || report.observations.length > 0 ? `AWS as of ${time}, ${reader}` : `AWS was not reached (${time})`;
  const lines = [
    `dr-audit ${tool.version}: ${counted(summary.stacks, 'stack')} in ${scope.paths.join(' ')}`,
    scope.static ? 'static: AWS was not asked' : asked,
  ];
  return [lines.map((line) => page.paragraph(page.ink('strong', line), 0)).join('\n')];
}

function waived({ report, page }: Sheet): readonly string[] {
  const lines = report.findings.flatMap(({ waiver, rule, stack, verdict }) =>
    waiver
      ? [
          page.paragraph(
            `${rule} on ${stack} (${verdict}): ${waiver.reason}; ${waiver.owner}, until ${waiver.expires}`,
            2,
          ),
        ]
      : [],
  );
  return lines.length > 0 ? [[page.ink('strong', 'WAIVED'), ...distinct(lines)].join('\n')] : [];
}

function problems({ report, page }: Sheet): readonly string[] {
  const lines = report.problems.map(({ kind, message }) => page.paragraph(`${kind}: ${message}`, 2));
  return lines.length > 0 ? [[page.ink('unknown', 'PROBLEMS'), ...lines].join('\n')] : [];
}

function next({ report, page }: Sheet): readonly string[] {
  const actions = nextActions(report.findings);
  if (actions.length === 0) return [];
  const lines = actions.map(({ fix, stacks }, index) =>
    page.paragraph(
      `(${stacks.length === 1 ? stacks[0] : counted(stacks.length, 'stack')}) ${fix}`,
      2,
      `${index + 1}. `,
    ),
  );
  return [[page.ink('strong', 'NEXT'), ...lines].join('\n')];
}

/** Causes that nobody has to act on, and that still keep a stack from being ready. */
const quietCauses: Readonly<Partial<Record<GapCause, string>>> = {
  'not-asked': 'not asked',
  'never-applied': 'never applied',
};

function lastLine({ report, page }: Sheet): readonly string[] {
  const { summary, findings } = report;
  const { lost } = report.scope;
  if (lost !== null && summary.stacks === 0 && summary.spared > 0)
    return [page.ink('strong', untouched(lost, summary))];
  const waivers = summary.readyByWaiver > 0 ? ` (${summary.readyByWaiver} by waiver)` : '';
  const quiet = Object.entries(quietCauses).flatMap(([cause, words]) => {
    const count = findings.filter(({ gaps }) => gaps.some((gap) => gap.cause === cause)).length;
    return count > 0 ? [`${count} ${words}`] : [];
  });
  const ready = `${summary.ready} of ${counted(summary.stacks, 'stack')} ready${waivers}`;
  const parts = [
    ...(lost === null ? [ready, ...both(report)] : [`${ready} if ${nameOf(lost)} is lost`, ...one(report)]),
    ...quiet,
  ];
  return [page.ink('strong', parts.join(' · '))];
}

const both = ({ summary: { scenarios, unknown } }: Report): readonly string[] => [
  `orchestrator-loss ${scenarios['orchestrator-loss'].ready}`,
  `region-loss ${scenarios['region-loss'].ready}`,
  `${unknown} unknown`,
];

const one = ({ summary: { unready, unknown, spared } }: Report): readonly string[] => [
  `${unready} unready`,
  `${unknown} unknown`,
  ...(spared > 0 ? [`${spared} elsewhere`] : []),
];
