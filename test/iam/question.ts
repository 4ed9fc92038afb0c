import { canAssume } from '../../src/iam/assume.ts';
import type { AssumeQuestion } from '../../src/iam/question.ts';

export const HOME = '111111111111';
export const AWAY = '222222222222';
export const ROLE = `arn:aws:iam::${HOME}:role/deploy`;
export const USER = `arn:aws:iam::${HOME}:user/breakglass`;
export const ONCALL = `arn:aws:iam::${HOME}:role/oncall`;
export const ALICE = `arn:aws:sts::${HOME}:assumed-role/oncall/alice`;

/** A policy with these statements. */
export const policy = (...statements: readonly unknown[]) => ({ Version: '2012-10-17', Statement: statements });

/** A trust policy's statement. */
export const trusts = (principal: unknown, more: object = {}) => ({
  Effect: 'Allow',
  Principal: principal,
  Action: 'sts:AssumeRole',
  ...more,
});

/** An identity-based statement. */
export const allows = (action: unknown = 'sts:AssumeRole', resource: unknown = ROLE) => ({
  Effect: 'Allow',
  Action: action,
  Resource: resource,
});

/** The user breakglass, whom the trust policy names, calls from the same account. */
export const ask = (change: Partial<AssumeQuestion> = {}): AssumeQuestion => ({
  roleArn: ROLE,
  trustPolicy: policy(trusts({ AWS: USER })),
  principalArn: USER,
  identityPolicies: [],
  context: {},
  ...change,
});

export const verdict = (change: Partial<AssumeQuestion> = {}) => canAssume(ask(change)).verdict;
