import { operatorOf } from './operators.ts';
import type { ConditionTest, Statement } from './policy.ts';

const SECOND = 1000;

/** Both keys are in every request (IAM User Guide, "AWS global condition context keys"). Whether they count fractions is not said. */
function clockOf(key: string, asOf: string): string | null {
  const seconds = Math.floor(Date.parse(asOf) / SECOND);
  if (key.toLowerCase() === 'aws:epochtime') return String(seconds);
  return key.toLowerCase() === 'aws:currenttime' ? new Date(seconds * SECOND).toISOString() : null;
}

const timeOf = (text: string): number => (/^\d+$/.test(text) ? Number(text) * SECOND : Date.parse(text));

/** The last of the alternatives, when every one of them is certainly over. */
function endedBy({ operator: name, key, values }: ConditionTest, asOf: string): string | null {
  const clock = clockOf(key, asOf);
  if (clock === null || !/^(Date|Numeric)LessThan(Equals)?(IfExists)?$/.test(name)) return null;
  const operator = operatorOf(name)?.operator;
  if (!operator || operator === 'Null') return null;
  const isOver = (text: string) => operator.compare(clock, { kind: 'text', text, pattern: [] }) === 'no';
  if (!values.every(isOver)) return null;
  return values.reduce((last, value) => (timeOf(value) > timeOf(last) ? value : last));
}

/**
 * The end of a time window that has certainly passed at `asOf` (RFC 3339), as the policy writes it; null where the statement
 * has none. Tests are conjuncts, so that one is enough; what is not a date, or not written as one, ends nothing.
 */
export function expiredBy({ condition }: Statement, asOf: string): string | null {
  for (const test of condition) {
    const end = endedBy(test, asOf);
    if (end !== null) return end;
  }
  return null;
}
