import { describe, expect, it } from '@jest/globals';
import { isPermitted } from '../../src/iam/permitted.ts';
import { reading, together } from '../../src/iam/request-context.ts';
import { AWAY, HOME, ONCALL, policy } from './question.ts';

describe('two contexts together', () => {
  it('have the later’s value where both have one, and everything else of both', () => {
    const first = { values: { 'k:a': 'first', 'k:b': 'first' }, absent: ['k:x'] };
    const later = { values: { 'k:b': 'later', 'k:c': 'later' }, absent: ['k:y'] };
    expect(together(first, later)).toEqual({
      values: { 'k:a': 'first', 'k:b': 'later', 'k:c': 'later' },
      absent: ['k:x', 'k:y'],
    });
    expect(together(first, { values: {} })).toEqual(first);
    expect(together({ values: {} }, later)).toEqual(later);
  });

  it('have it in whatever case the two spell the key', () => {
    const presences = reading(together({ values: { 'k:Key': ['first'] } }, { values: { 'K:key': ['later'] } }));
    expect(presences('k:key')).toEqual([{ is: 'values', values: ['later'] }]);
  });
});

it.each([
  [AWAY, 'yes'],
  [HOME, 'no'],
])('what the question says of the call counts before what the caller’s ARN says: account %s', (account, verdict) => {
  const statement = {
    Effect: 'Allow',
    Action: 's3:GetObject',
    Resource: '*',
    Condition: { StringEquals: { 'aws:PrincipalAccount': account } },
  };
  const asked = {
    identityPolicies: [policy(statement)],
    action: 's3:GetObject',
    resource: 'arn:aws:s3:::state/k',
    principalArn: ONCALL,
    context: { values: { 'aws:principalaccount': AWAY } },
  };
  expect(isPermitted(asked).verdict).toBe(verdict);
});
