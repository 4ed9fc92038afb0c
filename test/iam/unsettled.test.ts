import { describe, expect, it, test } from '@jest/globals';
import { unsettledKeys } from '../../src/iam/unsettled.ts';

const policy = (statement: object) => ({
  Version: '2012-10-17',
  Statement: [
    { Effect: 'Deny', ...('NotAction' in statement ? {} : { Action: 'sts:AssumeRole' }), Resource: '*', ...statement },
  ],
});
const asking = (key: string, more: object = {}) => policy({ Condition: { StringEquals: { [key]: 'x' } }, ...more });

describe('a condition key', () => {
  test.each([
    ['sts:ExternalId', false, false],
    ['sts:RoleSessionName', false, false],
    ['aws:PrincipalArn', false, false],
    ['aws:RequestedRegion', false, false],
    ['aws:PrincipalOrgID', false, false],
    // A session has these from whoever made it.
    ['sts:SourceIdentity', false, true],
    ['aws:RequestTag/team', false, true],
    ['aws:PrincipalTag/team', false, true],
    ['aws:userid', false, true],
    ['aws:SourceIp', true, true],
    ['aws:SourceVpce', true, true],
    ['aws:CurrentTime', true, true],
    ['aws:TokenIssueTime', true, true],
    ['aws:MultiFactorAuthPresent', true, true],
    ['aws:SomethingNew', true, true],
  ])('%s differs between calls of a user: %s, of sessions of a role: %s', (key, user, session) => {
    const keys = (differs: boolean) => (differs ? [key.toLowerCase()] : []);
    expect(unsettledKeys([asking(key)], 'user')).toEqual(keys(user));
    expect(unsettledKeys([asking(key)], 'session')).toEqual(keys(session));
  });
});

describe('a statement', () => {
  it.each([
    [{ Action: 's3:*' }, []],
    [{ NotAction: ['sts:AssumeRole', 'sts:TagSession', 'sts:SetSourceIdentity'] }, []],
    [{ NotAction: 's3:*' }, ['aws:sourceip']],
    [{ Action: 'STS:assume*' }, ['aws:sourceip']],
    [{ Action: 'sts:TagSession' }, ['aws:sourceip']],
    [{ Action: '*' }, ['aws:sourceip']],
  ])('counts where it bears on an assumption: %j', (more, keys) => {
    expect(unsettledKeys([asking('aws:SourceIp', more)], 'user')).toEqual(keys);
  });

  it('asks by its variables, too', () => {
    const resource = policy({ Resource: 'arn:aws:iam::111111111111:role/${aws:SourceIp}' });
    const value = policy({ Condition: { StringEquals: { 'sts:ExternalId': '${aws:TokenIssueTime}' } } });
    expect(unsettledKeys([resource, value], 'user')).toEqual(['aws:sourceip', 'aws:tokenissuetime']);
  });
});

it('reads every document, also one as text that is URL-encoded, and says each key once', () => {
  const encoded = encodeURIComponent(JSON.stringify(asking('aws:SourceVpc')));
  expect(unsettledKeys([asking('aws:SourceIp'), encoded, asking('aws:sourceip')], 'user')).toEqual([
    'aws:sourceip',
    'aws:sourcevpc',
  ]);
  expect(unsettledKeys([null, 'no policy', { Statement: 1 }], 'user')).toEqual([]);
});
