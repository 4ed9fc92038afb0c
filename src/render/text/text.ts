import type { Finding } from '../../model/finding.ts';
import type { Gap, GapCause } from '../../model/gap.ts';
import type { Report } from '../../model/report.ts';
import { plainly } from '../plain.ts';
import { nextActions } from './actions.ts';
import { byCause, counted, distinct, type Group, groupBy, sameMessage, worstFirst } from './groups.ts';
import { createPage, type Page, type Style } from './page.ts';

/** How much of the report is printed: only failures, the useful middle, or every verdict with its evidence. */
export type Verbosity = 'quiet' | 'normal' | 'verbose';

/** The report for people: the worst first, what it means in a disaster, what to do, and what was seen. */
export function renderText(raw: Report, style: Style & { readonly verbosity: Verbosity }): string {
  const report = plainly(raw);
  const page = createPage(style);
  const { verbosity } = style;
  const sections = [
    verbosity === 'quiet' ? [] : [heading(report, page)],
    failures(report, page, verbosity),
    verbosity === 'quiet' ? [] : unknowns(report, page),
    verbosity === 'quiet' ? [] : waived(report, page),
    verbosity === 'verbose' ? decided(report, page) : [],
    verbosity === 'quiet' ? [] : problems(report, page),
    verbosity === 'quiet' ? [] : next(report, page),
    [lastLine(report, page)],
  ];
  return `${sections.flat().join('\n\n')}\n`;
}

function heading({ tool, summary, scope, asOf, caller }: Report, page: Page): string {
  const places = scope.paths.join(' ');
  const lines = [
    `dr-audit ${tool.version}: ${counted(summary.stacks, 'stack')} in ${places}`,
    scope.static
      ? 'static: AWS was not asked'
      : `AWS as of ${asOf}, ${caller.arn ? `read by ${caller.arn}` : 'the auditor’s identity is not known'}`,
  ];
  return lines.map((line) => page.paragraph(page.ink('strong', line), 0)).join('\n');
}

const isOpen = ({ waiver }: Finding) => waiver === null;

function failures(report: Report, page: Page, verbosity: Verbosity): readonly string[] {
  const failed = report.findings.filter((finding) => finding.verdict === 'fail' && isOpen(finding)).sort(worstFirst);
  return groupBy(failed, ({ rule }) => rule).map(([rule, ...findings]) => {
    const entry = report.rules.find(({ id }) => id === rule);
    const [first] = findings;
    const why = verbosity === 'verbose' ? entry?.why : firstSentence(entry?.why ?? '');
    return [
      `${page.ink('fail', `${first?.severity.toUpperCase()} ${rule}`)}  ${page.ink('quiet', entry?.scenarios.join(', ') ?? '')}`,
      page.paragraph(why ?? '', 2),
      ...sameMessage(findings).map((group) => failure(report, group, page)),
    ].join('\n');
  });
}

const firstSentence = (text: string): string => /^.*?[.](?= |$)/.exec(text)?.[0] ?? text;

const placeOf = ({ stack, location }: Finding): string =>
  location ? `${stack} (${location.file}:${location.line}:${location.column})` : stack;

function failure(report: Report, { finding, findings }: Group, page: Page): string {
  return [
    page.paragraph(finding.message, 2, 'FAIL '),
    ...listed(findings.map(placeOf), 8).map((place) => page.paragraph(place, 7)),
    ...(finding.fix ? [page.paragraph(finding.fix, 7, 'Do: ')] : []),
    ...seen(report, finding, page),
  ].join('\n');
}

/** The calls that a verdict rests on. */
function seen(report: Report, { observations }: Finding, page: Page): readonly string[] {
  const calls = report.observations.filter(({ id }) => observations.includes(id));
  const lines = calls.map(({ call, resource, answer, at }) => `${call} ${resource}: ${answer} (${at})`);
  return listed(lines, 4).map((line) => page.paragraph(page.ink('quiet', line), 7, 'Seen: '));
}

/** The first few of a list, and how many more there are. */
function listed(items: readonly string[], most: number): readonly string[] {
  return items.length <= most ? items : [...items.slice(0, most - 1), `and ${items.length - most + 1} more`];
}

const causeTitles: Readonly<Record<GapCause, string>> = {
  'access-denied': 'AWS denied access',
  'not-found': 'something that was asked about does not exist',
  throttled: 'AWS throttled the calls',
  'wrong-region': 'the bucket is in another region',
  'not-implemented': 'the store does not implement the call',
  'not-aws-shaped': 'something that is not AWS answered',
  'unexpected-answer': 'an answer could not be interpreted',
  unreachable: 'nothing answered',
  'no-credentials': 'there are no AWS credentials',
  'credentials-rejected': 'AWS rejected the credentials',
  'not-asked': 'not asked in this run',
  'not-recorded': 'the evidence file does not hold the answer',
  'endpoint-not-allowed': 'an endpoint that only the code names is not allowed',
  'account-not-read': 'an account cannot be read',
  deadline: 'the deadline passed',
  interrupted: 'the audit was interrupted',
  unparsable: 'the code cannot be parsed',
  'backend-incomplete': 'the backend block is partial',
  'backend-unsupported': 'the backend cannot be inspected',
  'never-applied': 'the stack was never applied',
  'role-not-named': 'no source names the deployment role',
  'no-principals-configured': 'no emergency principals are configured',
  undecided: 'it could not be decided',
};

function unknowns(report: Report, page: Page): readonly string[] {
  const open = report.findings.filter((finding) => finding.verdict === 'unknown' && isOpen(finding)).sort(worstFirst);
  return byCause(open).map(({ cause, gaps, findings }) => {
    const rules = distinct(findings.map(({ rule }) => rule));
    const stacks = distinct(findings.map(({ stack }) => stack));
    return [
      `${page.ink('unknown', 'UNKNOWN')}  ${causeTitles[cause]}`,
      page.paragraph(`${rules.join(', ')} on ${counted(stacks.length, 'stack')}: ${listed(stacks, 6).join(', ')}`, 2),
      ...listed(gaps.map(gapLine), 4).map((line) => page.paragraph(line, 2, '- ')),
    ].join('\n');
  });
}

/** The permission is worth a word only where it would have helped. */
const gapLine = ({ cause, detail, resource, permission }: Gap): string =>
  cause === 'access-denied' && permission ? `${detail} (${permission} on ${resource})` : detail;

function waived(report: Report, page: Page): readonly string[] {
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
  return lines.length > 0 ? [[page.ink('strong', 'WAIVED'), ...lines].join('\n')] : [];
}

function decided(report: Report, page: Page): readonly string[] {
  const settled = report.findings.filter(({ verdict }) => verdict === 'pass' || verdict === 'not-applicable');
  return groupBy([...settled].sort(worstFirst), ({ rule }) => rule).map(([rule, ...findings]) =>
    [
      `${page.ink('pass', 'PASS')}  ${rule}`,
      ...sameMessage(findings).flatMap(({ finding, findings: same }) => [
        page.paragraph(`${finding.verdict === 'pass' ? '' : '(not applicable) '}${finding.message}`, 2),
        page.paragraph(same.map(({ stack }) => stack).join(', '), 7),
        ...seen(report, finding, page),
      ]),
    ].join('\n'),
  );
}

function problems(report: Report, page: Page): readonly string[] {
  const lines = report.problems.map(({ kind, message }) => page.paragraph(`${kind}: ${message}`, 2));
  return lines.length > 0 ? [[page.ink('unknown', 'PROBLEMS'), ...lines].join('\n')] : [];
}

function next(report: Report, page: Page): readonly string[] {
  const actions = nextActions(report.findings);
  if (actions.length === 0) return [];
  const lines = actions.map(({ fix, rules, stacks }, index) =>
    page.paragraph(
      `${fix}\n${page.ink('quiet', `${counted(stacks, 'stack')} waiting: ${rules.join(', ')}`)}`,
      2,
      `${index + 1}. `,
    ),
  );
  return [[page.ink('strong', 'NEXT'), ...lines].join('\n')];
}

const quietCauses: Readonly<Partial<Record<GapCause, string>>> = {
  'not-asked': 'not asked',
  'never-applied': 'never applied',
};

function lastLine({ summary, findings }: Report, page: Page): string {
  const { scenarios } = summary;
  const waivers = summary.readyByWaiver > 0 ? ` (${summary.readyByWaiver} by waiver)` : '';
  const quiet = Object.entries(quietCauses).flatMap(([cause, words]) => {
    const count = findings.filter(({ gaps }) => gaps.some((gap) => gap.cause === cause)).length;
    return count > 0 ? [`${count} ${words}`] : [];
  });
  const parts = [
    `${summary.ready} of ${counted(summary.stacks, 'stack')} ready${waivers}`,
    `orchestrator-loss ${scenarios['orchestrator-loss'].ready}`,
    `region-loss ${scenarios['region-loss'].ready}`,
    `${summary.unknown} unknown`,
    ...quiet,
  ];
  return page.ink('strong', parts.join(' · '));
}
