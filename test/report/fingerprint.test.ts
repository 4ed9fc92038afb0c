import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { Verdicted } from '../../src/evaluate/evaluate.ts';
import { fingerprintOf } from '../../src/report/fingerprint.ts';
import { summarise } from '../../src/report/summarise.ts';
import { auditedWith, ruleNamed, stackAt, verdictOf } from './samples.ts';

const rule = ruleNamed('state-versioned');
const base = verdictOf({ stack: stackAt('stacks/net'), rule, verdict: 'fail' });
const fingerprint = (verdict: Verdicted) => summarise(auditedWith([verdict])).findings[0]?.fingerprint;
const elsewhere = (changes: Readonly<Record<string, unknown>>) => ({ ...base, stack: stackAt('stacks/net', changes) });

describe('a fingerprint', () => {
  it('looks like one', () => {
    expect(fingerprint(base)).toMatch(/^[0-9a-f]{20}$/);
  });

  it.each<[string, Verdicted]>([
    ['the words of the message', { ...base, message: 'said in other words', messageId: 'other', fix: 'other' }],
    ['the data', { ...base, data: { bytes: 7 } }],
    ['the verdict', { ...base, verdict: 'pass' }],
    ['the line', elsewhere({ location: { file: 'stacks/net/main.tf', line: 400, column: 1 } })],
    ['the file', elsewhere({ location: { file: 'stacks/net/backend.tf', line: 1, column: 1 } })],
    ['no location', elsewhere({ location: null })],
    ['the severity', { ...base, rule: { ...rule, severity: 'low' } }],
    ['the title', { ...base, rule: { ...rule, title: 'Another title', why: 'Another reason.' } }],
    ['the calls behind it', { ...base, observed: new Map() }],
  ])('does not change with %s', (_, other) => {
    expect(fingerprint(other)).toBe(fingerprint(base));
  });

  it.each<[string, Verdicted]>([
    ['the repository', elsewhere({ repository: 'github.com/acme/other' })],
    ['no repository', elsewhere({ repository: null })],
    ['the stack', { ...base, stack: stackAt('stacks/dns') }],
    ['the rule', { ...base, rule: ruleNamed('mfa-delete') }],
    ['the subject', { ...base, subject: base.stack }],
  ])('changes with %s', (_, other) => {
    expect(fingerprint(other)).not.toBe(fingerprint(base));
  });

  it('is equal exactly when all five parts are', () => {
    // Two identities are mostly equal, so that a single part decides.
    const part = fc.constantFrom('a', 'a', 'a', 'a","a', '', 'null');
    const identity = fc.record({
      repository: fc.oneof(part, fc.constant(null)),
      stack: part,
      rule: part,
      subject: fc.record({ kind: part, id: part }),
    });
    const single = fc.tuple(identity, identity, fc.nat(4)).map(([one, other, which]) => {
      const pick = <T>(index: number, mine: T, yours: T) => (index === which ? yours : mine);
      const changed = {
        repository: pick(0, one.repository, other.repository),
        stack: pick(1, one.stack, other.stack),
        rule: pick(2, one.rule, other.rule),
        subject: { kind: pick(3, one.subject.kind, other.subject.kind), id: pick(4, one.subject.id, other.subject.id) },
      };
      return [one, changed] as const;
    });
    fc.assert(
      fc.property(fc.oneof(single, fc.tuple(identity, identity)), ([one, two]) => {
        const same = JSON.stringify(one) === JSON.stringify(two);
        expect(fingerprintOf(one) === fingerprintOf(two)).toBe(same);
      }),
    );
  });
});
