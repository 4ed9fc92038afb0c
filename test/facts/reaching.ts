import { PutBucketPolicyCommand } from '@aws-sdk/client-s3';
import { expect } from '@jest/globals';
import { createAnswers } from '../../src/facts/answers.ts';
import { resolvers } from '../../src/facts/index.ts';
import { resolve } from '../../src/facts/resolver.ts';
import type { EmergencyAccess, StateReach, Way } from '../../src/model/assumability.ts';
import type { S3Writes } from '../../src/model/backend.ts';
import { defaultExpectations } from '../../src/model/expectations.ts';
import { type Fact, known } from '../../src/model/fact.ts';
import type { Copy, Replica, Stack } from '../../src/model/subject.ts';
import { type Audit, type Opened, OWN } from '../waist/audit.ts';
import { allow, makeRole, trust } from './people.ts';
import { bucketAt, KEY, objectAt, plainWrites, stackOf, stateAt } from './subjects.ts';

/** The ARN of a role. */
export const arnOf = (name: string, account = OWN): string => `arn:aws:iam::${account}:role/${name}`;

/** The break-glass role, which opens in these tests. */
export const glass = arnOf('glass');

/** The bucket `state`, its state and the lock of that. */
export const BUCKET = 'arn:aws:s3:::state';
export const OBJECT = `${BUCKET}/${KEY}`;
export const LOCK = `${OBJECT}.tflock`;

/** A trust policy for no person. */
export const nobody = trust({ Service: 'ec2.amazonaws.com' });

/** Somebody gets into a role. */
export const way = (role: string, principal = `arn:aws:iam::${OWN}:user/alice`): Way => ({
  role,
  principal,
  via: [],
  requires: [],
  assumes: [],
  because: 'the trust policy says so',
  maxSessionSeconds: 3600,
  caveat: null,
  probe: null,
});

/** Somebody gets in, in these ways. */
export const opening = (...ways: readonly [Way, ...Way[]]): Fact<EmergencyAccess> =>
  known({ kind: 'open', through: 'break-glass', ways });

/** What is different from a plain state that the break-glass role opens. */
export interface Stage {
  readonly access?: Fact<EmergencyAccess>;
  readonly stack?: Partial<Stack>;
  readonly writes?: Partial<S3Writes>;
  /** The bucket of the replica that is asked about, in place of the state itself. */
  readonly replica?: string;
  /** The account that the replication rule names. */
  readonly account?: string;
  readonly opened?: Opened;
}

/** `copy.reach` of a place; who gets in is given, and not the question here. */
export async function reachIn(audit: Audit, stage: Stage = {}): Promise<Fact<StateReach>> {
  const { access = opening(way(glass)), stack = {}, writes = {}, opened = audit.open() } = stage;
  const given = resolve({ fact: 'stack.emergencyAccess', asks: [], calls: [], run: async () => access });
  const state = { ...stateAt(bucketAt(audit), KEY, stackOf(stack)), writes: { ...plainWrites, ...writes } };
  const bucket =
    stage.replica === undefined ? state.bucket : { ...bucketAt(audit, stage.replica), account: stage.account ?? null };
  const place = { state, bucket, object: objectAt(bucket) };
  const replica: Replica | null =
    stage.replica === undefined ? null : { kind: 'replica', rule: 'r', ruleKey: null, ...place };
  const copy: Copy = { kind: 'copy', replica, ...place };
  const { read, evidence } = opened;
  const others = resolvers.filter(({ fact }) => fact !== given.fact);
  const answers = createAnswers([...others, given], { read, asOf: evidence.asOf, expected: defaultExpectations });
  return (await answers.answer('copy.reach', copy)).fact;
}

/** A policy document with these statements. */
export const statements = (...Statement: readonly object[]): string =>
  JSON.stringify({ Version: '2012-10-17', Statement });

/** Sets the policy of a bucket. */
export const putPolicy = async ({ connect }: Audit, ...list: readonly object[]): Promise<void> => {
  await connect().s3.send(new PutBucketPolicyCommand({ Bucket: 'state', Policy: statements(...list) }));
};

/** Statements that allow whatever Terraform may need. */
export const everything: readonly object[] = ['s3:*', 'kms:*', 'dynamodb:*'].map(
  (action) => JSON.parse(allow(action)).Statement[0],
);

/** A statement about the bucket and all that is in it. */
export const onState = (Action: string | readonly string[], more: object = {}): object => ({
  Effect: 'Allow',
  Action,
  Resource: [BUCKET, `${BUCKET}/*`],
  ...more,
});

/** Makes the break-glass role. */
export const makeGlass = ({ connect }: Audit, ...list: readonly object[]): Promise<string> =>
  makeRole(connect().iam, 'glass', { trusts: nobody, inline: { state: statements(...list) } });

/** The state is reached. */
export const reached = (by = glass): object => ({
  known: { kind: 'reached', by, because: expect.stringMatching(/^it may call s3:/) },
});

/** One who is stopped. */
export const stop = (action: string, resource: string, because: unknown, identity = glass): object => ({
  identity,
  action,
  resource,
  because,
});

/** Everybody is stopped. */
export const stopped = (...stops: readonly object[]): object => ({ known: { kind: 'stopped', stops } });

/** It cannot be decided, for a reason that is told. */
export const open = (detail: RegExp | string): object => ({
  gaps: [{ fact: 'copy.reach', cause: 'undecided', detail: expect.stringMatching(detail) }],
});
