import { meanings } from '../../model/causes.ts';
import type { Gap } from '../../model/gap.ts';
import { byCause, counted, distinct, listed, worstFirst } from './groups.ts';
import type { Sheet } from './sheet.ts';

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
      `${page.ink('unknown', 'UNKNOWN')}  ${meanings[cause]}`,
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
