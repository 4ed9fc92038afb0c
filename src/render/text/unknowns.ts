import type { Gap, GapCause } from '../../model/gap.ts';
import { byCause, counted, distinct, listed, worstFirst } from './groups.ts';
import type { Sheet } from './sheet.ts';

const titles: Readonly<Record<GapCause, string>> = {
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

/** Unknown verdicts by cause: one cause often blinds many rules on many stacks. */
export function unknowns({ report, page }: Sheet): readonly string[] {
  const open = report.findings
    .filter(({ verdict, waiver }) => verdict === 'unknown' && waiver === null)
    .sort(worstFirst);
  const groups = byCause(open).map(({ cause, gaps, findings }) => {
    const rules = distinct(findings.map(({ rule }) => rule));
    const stacks = distinct(findings.map(({ stack }) => stack));
    const named = rules.length > most ? counted(rules.length, 'rule') : rules.join(', ');
    return [
      `${page.ink('unknown', 'UNKNOWN')}  ${titles[cause]}`,
      page.paragraph(`${named} on ${listed(stacks, 6).join(', ')}`, 2),
      ...listed(distinct(gaps.map(gapLine)), 4).map((line) => page.paragraph(line, 2, '- ')),
    ].join('\n');
  });
  return groups.length > 0 ? [groups.join('\n')] : [];
}

// More rule names than this say less than their number.
const most = 3;

/** AWS says a denial at length; what was denied on what is all that helps. */
const gapLine = ({ cause, detail, resource, permission }: Gap): string =>
  cause === 'access-denied' && permission ? `${permission} on ${resource}` : detail;
