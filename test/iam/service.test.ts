import { describe, expect, test } from '@jest/globals';
import type { RequestContext } from '../../src/iam/request-context.ts';
import { serviceMayAssume } from '../../src/iam/service.ts';
import { HOME, policy, ROLE, trusts } from './question.ts';

const S3 = 's3.amazonaws.com';
const BUCKET = 'arn:aws:s3:::state';
const context: RequestContext = { values: { 'aws:sourcearn': BUCKET, 'aws:sourceaccount': HOME } };
const answer = (trustPolicy: unknown, of = context) =>
  serviceMayAssume({ service: S3, roleArn: ROLE, trustPolicy, context: of });
const under = (Condition: object) => policy(trusts({ Service: S3 }, { Condition }));
const deny = (principal: unknown, more: object = {}) => ({ ...trusts(principal, more), Effect: 'Deny' });

describe('a service', () => {
  // IAM User Guide, "AWS JSON policy elements: Principal", "AWS services".
  test.each<[string, unknown, string]>([
    ['named', policy(trusts({ Service: S3 })), 'yes'],
    ['named among others', policy(trusts({ Service: ['ec2.amazonaws.com', S3], AWS: HOME })), 'yes'],
    ['another named', policy(trusts({ Service: 'batchoperations.s3.amazonaws.com' })), 'no'],
    ['a pattern, which AWS does not take', policy(trusts({ Service: '*' })), 'no'],
    ['an account named', policy(trusts({ AWS: HOME })), 'no'],
    ['everybody named', policy(trusts('*')), 'unknown'],
    ['another action', policy(trusts({ Service: S3 }, { Action: 'sts:TagSession' })), 'no'],
    ['no statement', policy(), 'no'],
    ['denied', policy(trusts({ Service: S3 }), deny({ Service: S3 })), 'no'],
    ['denied with everybody', policy(trusts({ Service: S3 }), deny('*')), 'no'],
    ['another denied', policy(trusts({ Service: S3 }), deny({ Service: 'ec2.amazonaws.com' })), 'yes'],
    [
      'everybody but services denied',
      policy(
        trusts({ Service: S3 }),
        deny('*', { Condition: { BoolIfExists: { 'aws:PrincipalIsAWSService': false } } }),
      ),
      'yes',
    ],
    ['for its bucket', under({ ArnLike: { 'aws:SourceArn': BUCKET } }), 'yes'],
    ['for its account', under({ StringEquals: { 'aws:SourceAccount': HOME } }), 'yes'],
    ['for another bucket', under({ ArnEquals: { 'aws:SourceArn': 'arn:aws:s3:::other' } }), 'no'],
    ['for another account', under({ StringEquals: { 'aws:SourceAccount': '222222222222' } }), 'no'],
    ['for an organization', under({ StringEquals: { 'aws:SourceOrgID': 'o-acme' } }), 'unknown'],
    ['with an external id', under({ StringEquals: { 'sts:ExternalId': 'x' } }), 'no'],
    ['with MFA', under({ Bool: { 'aws:MultiFactorAuthPresent': true } }), 'no'],
    ['a policy that was not read', null, 'unknown'],
    ['a policy that is none', 'nonsense', 'unknown'],
  ])('%s', (_, trustPolicy, expected) => {
    expect(answer(trustPolicy).verdict).toBe(expected);
  });

  test('an account that is not known decides nothing', () => {
    const trustPolicy = under({ StringEquals: { 'aws:SourceAccount': HOME } });
    expect(answer(trustPolicy, { values: { 'aws:sourcearn': BUCKET } }).verdict).toBe('unknown');
  });
});
