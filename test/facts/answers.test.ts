import { describe, expect, it } from '@jest/globals';
import { operations } from '../../src/aws/operations.ts';
import type { Read } from '../../src/aws/read.ts';
import type { Observed, Outcome } from '../../src/aws/reply.ts';
import { createAnswers } from '../../src/facts/answers.ts';
import { resolvers } from '../../src/facts/index.ts';
import { type Resolver, resolve } from '../../src/facts/resolver.ts';
import type { FactName } from '../../src/model/catalogue.ts';
import { defaultExpectations } from '../../src/model/expectations.ts';
import { isKnown, known } from '../../src/model/fact.ts';
import type { Bucket } from '../../src/model/subject.ts';
import { makeReplicationRole } from '../estates/replication-role.ts';
import { HOME, OWN, useAudit } from '../waist/audit.ts';
import { answersOf, bucketAt, KEY, replicateTo, ruleTo, stateAt, writeState } from './subjects.ts';

const bucket: Bucket = {
  kind: 'bucket',
  name: 'b',
  region: HOME,
  account: null,
  endpoint: { url: null, pathStyle: false },
};
const asOf = '2026-11-23T12:00:00.000Z';

/** A read that answers from a list, and counts. */
function scripted(outcome: Outcome<unknown>['result']): { readonly read: Read; readonly asked: string[] } {
  const asked: string[] = [];
  const read = async (name: string) => {
    asked.push(name);
    const observed: Observed = {
      key: `${name} #${asked.length}`,
      call: name,
      resource: 'r',
      account: null,
      region: null,
      at: asOf,
      answer: 'a',
    };
    return { result: outcome, observed: [observed] };
  };
  // The engine passes on whatever the waist answers.
  return { read: read as unknown as Read, asked };
}
const expected = defaultExpectations;
const answering = scripted.bind(null, {
  reply: { kind: 'answer', pages: [{ BucketRegion: 'eu-west-1', Status: 'Enabled' }], headers: {} },
});

describe('the facts engine', () => {
  it('runs a resolver once per fact and subject, however often and however early it is asked again', async () => {
    const runs: string[] = [];
    const counting: Resolver = resolve({
      fact: 'bucket.location',
      asks: [],
      calls: [],
      run: async ({ name, region }) => {
        runs.push(`${name} ${region}`);
        await new Promise(setImmediate);
        return known({ kind: 'found', region, redirected: false, store: 'aws' });
      },
    });
    const { answer } = createAnswers([counting], { read: answering().read, asOf, expected });
    const asked = Array.from({ length: 50 }, () => answer('bucket.location', { ...bucket }));
    expect(new Set(await Promise.all(asked)).size).toBe(1);
    await answer('bucket.location', bucket);
    await answer('bucket.location', { ...bucket, region: 'us-east-1' });
    await answer('bucket.location', { ...bucket, name: 'c' });
    expect(runs).toEqual(['b eu-west-1', 'b us-east-1', 'c eu-west-1']);
  });

  it('knows what was asked, and asks nothing to find out', async () => {
    const { read, asked } = answering();
    const answers = createAnswers(resolvers, { read, asOf, expected });
    expect(answers.asked('bucket.versioning', bucket)).toBeNull();
    const versioning = await answers.answer('bucket.versioning', bucket);
    expect(await answers.asked('bucket.versioning', bucket)).toBe(versioning);
    // What another fact rests on was asked too.
    expect(await answers.asked('bucket.location', bucket)).toMatchObject({ fact: { known: { kind: 'found' } } });
    expect(answers.asked('bucket.replication', bucket)).toBeNull();
    expect(asked).toEqual(['s3:HeadBucket', 's3:GetBucketVersioning']);
  });
});

describe('gaps and observations', () => {
  it('makes a gap of the waist one of the fact that made the call', async () => {
    const { read } = scripted({ unread: { cause: 'throttled', detail: 'slow', call: 's3:HeadBucket' } });
    const { fact } = await createAnswers(resolvers, { read, asOf, expected }).answer('bucket.location', bucket);
    expect(fact).toEqual({
      gaps: [{ fact: 'bucket.location', cause: 'throttled', detail: 'slow', call: 's3:HeadBucket' }],
    });
  });

  it('carries a gap upward unchanged, through every fact that rests on it', async () => {
    const { read } = scripted({ unread: { cause: 'throttled', detail: 'slow', call: 's3:HeadBucket' } });
    const { answer } = createAnswers(resolvers, { read, asOf, expected });
    const { fact } = await answer('bucket.location', bucket);
    const state = stateAt(bucket);
    const above = await Promise.all([
      answer('bucket.versioning', bucket),
      answer('bucket.replication', bucket),
      answer('object.status', state.object),
      answer('state.object', state),
      answer('state.replicas', state),
      answer('state.coverage', state),
    ]);
    for (const { fact: other } of above) expect(other).toEqual(fact);
  });

  it('joins the observations of everything that a fact rests on, and no others', async () => {
    const { read } = answering();
    const { answer } = createAnswers(resolvers, { read, asOf, expected });
    await answer('bucket.replication', { ...bucket, name: 'other' });
    const { observed } = await answer('bucket.versioning', bucket);
    expect([...observed.values()].map(({ call }) => call)).toEqual(['s3:HeadBucket', 's3:GetBucketVersioning']);
    const { observed: below } = await answer('bucket.location', bucket);
    expect([...below.values()].map(({ call }) => call)).toEqual(['s3:HeadBucket']);
  });

  it('gives an answer’s observations to whoever asks, also when it was there already', async () => {
    const { answer } = createAnswers(resolvers, { read: answering().read, asOf, expected });
    const first = await answer('bucket.location', bucket);
    const second = await answer('bucket.versioning', bucket);
    for (const key of first.observed.keys()) expect(second.observed.has(key)).toBe(true);
  });

  it('fails loudly for a fact that nothing answers', () => {
    const { answer } = createAnswers([], { read: answering().read, asOf, expected });
    expect(() => answer('bucket.location', bucket)).toThrow('no resolver answers bucket.location');
  });
});

describe('the resolvers', () => {
  const byFact = new Map(resolvers.map((resolver) => [resolver.fact, resolver]));

  it('answer each fact once', () => {
    expect(byFact.size).toBe(resolvers.length);
    expect(resolvers.length).toBeGreaterThanOrEqual(14);
  });

  it('ask each other without a circle, or two would wait for each other for ever', () => {
    const path: FactName[] = [];
    const visit = (fact: FactName): void => {
      expect(path).not.toContain(fact);
      path.push(fact);
      const resolver = byFact.get(fact);
      expect(resolver?.fact).toBe(fact);
      for (const asked of resolver?.asks ?? []) visit(asked);
      path.pop();
    };
    for (const { fact } of resolvers) visit(fact);
  });

  it('make only calls of the table', () => {
    const calls = resolvers.flatMap((resolver) => resolver.calls);
    expect(calls.length).toBeGreaterThan(10);
    expect(calls.filter((call) => !Object.hasOwn(operations, call))).toEqual([]);
  });
});

describe('over the wire', () => {
  const audit = useAudit();

  it('a fact names every call that it rests on, with resource, region, time and answer', async () => {
    audit.standIn.createBucket({ name: 'state', region: HOME, account: OWN, versioning: 'Enabled' });
    audit.standIn.createBucket({ name: 'replica', region: 'eu-central-1', account: OWN, versioning: 'Enabled' });
    const { s3 } = audit.connect();
    await replicateTo(s3, ruleTo('replica'));
    await writeState(s3);
    await makeReplicationRole(audit.connect().iam, 'copy');
    const { fact, observed } = await answersOf(audit.open()).answer('state.coverage', stateAt(bucketAt(audit)));
    expect(isKnown(fact) && fact.known.kind).toBe('covered');
    const told = [...observed.values()].map(({ call, resource, region, answer }) => [call, resource, region, answer]);
    expect(new Set(told.map(String))).toEqual(
      new Set(
        [
          ['iam:GetRole', 'role/copy', 'us-east-1', `role arn:aws:iam::${OWN}:role/copy`],
          ['iam:GetAccountAuthorizationDetails', 'account', 'us-east-1', '0 users, 1 role'],
          ['s3:GetObjectLockConfiguration', 'arn:aws:s3:::state', HOME, '404 ObjectLockConfigurationNotFoundError'],
          ['s3:GetBucketReplication', 'arn:aws:s3:::state', HOME, '1 rule'],
          ['s3:GetBucketVersioning', 'arn:aws:s3:::state', HOME, 'Enabled, MFA delete never set'],
          ['s3:GetBucketVersioning', 'arn:aws:s3:::replica', 'eu-central-1', 'Enabled, MFA delete never set'],
          ['s3:HeadBucket', 'arn:aws:s3:::replica', HOME, 'HTTP 301, bucket region eu-central-1'],
          ['s3:HeadBucket', 'arn:aws:s3:::state', HOME, `exists in ${HOME}`],
          [
            's3:HeadObject',
            `arn:aws:s3:::state/${KEY}`,
            HOME,
            '13 bytes, written 2026-11-23T12:00:00.000Z, replication PENDING',
          ],
        ].map(String),
      ),
    );
  });

  it('a replay of the evidence gives the same facts and observations', async () => {
    audit.standIn.createBucket({ name: 'state', region: HOME, account: OWN, versioning: 'Suspended' });
    const opened = audit.open();
    const ask = async (answers: ReturnType<typeof answersOf>) => [
      await answers.answer('bucket.versioning', bucketAt(audit)),
      await answers.answer('state.coverage', stateAt(bucketAt(audit))),
      await answers.answer('state.object', stateAt(bucketAt(audit))),
    ];
    const live = await ask(answersOf(opened));
    const subject = bucketAt(audit);
    audit.standIn.clearRequests();
    const replayed = await ask(answersOf(audit.replay(opened.evidence)));
    expect(replayed).toEqual(live);
    expect(audit.counts()).toEqual({});
    expect(subject.name).toBe('state');
  });
});
