import { beforeEach, describe, expect, it } from '@jest/globals';
import type { OperationName } from '../../src/aws/operations.ts';
import { iamAt, OWN, useAudit } from './audit.ts';
import { gate } from './gate.ts';
import { askQuestion, type Questions, stage } from './questions.ts';

const audit = useAudit();
let questions: Questions;

beforeEach(async () => {
  questions = await stage(audit);
});

const times = <T>(count: number, make: (index: number) => T): readonly T[] =>
  Array.from({ length: count }, (_, index) => make(index));

describe('equal questions', () => {
  it.each(['s3:HeadBucket', 'iam:ListRolePolicies'] as const)(
    '%s asked 500 times at once is one request',
    async (name) => {
      const aws = audit.open();
      const outcomes = await Promise.all(times(500, () => askQuestion(aws, questions, name)));
      expect(new Set(outcomes.map(({ result }) => JSON.stringify(result))).size).toBe(1);
      expect(outcomes[0]?.result).toHaveProperty('reply');
      expect(outcomes.every(({ observed }) => observed.length === 1)).toBe(true);
      // As whom IAM is asked is one question too.
      expect(audit.counts()).toEqual({
        [name]: 1,
        ...(name === 's3:HeadBucket' ? {} : { 'sts:GetCallerIdentity': 1 }),
      });
    },
  );

  it('asked one after the other are one request, and a gap is not asked again either', async () => {
    audit.standIn.faults.add({ operation: 's3:GetBucketVersioning', fault: 'not-implemented' });
    const aws = audit.open({ settings: { attempts: 1, connectionTimeout: 5_000, requestTimeout: 5_000 } });
    const first = await askQuestion(aws, questions, 's3:GetBucketVersioning');
    audit.standIn.faults.clear();
    expect(await askQuestion(aws, questions, 's3:GetBucketVersioning')).toEqual(first);
    expect(first.result).toHaveProperty('unread');
    expect(audit.counts()).toEqual({ 's3:GetBucketVersioning': 1 });
  });

  it('are equal whatever the order of their fields', async () => {
    const { read } = audit.open();
    await read('s3:HeadObject', { Bucket: 'state', Key: 'net.tfstate' }, audit.at());
    await read('s3:HeadObject', { Key: 'net.tfstate', Bucket: 'state' }, audit.at());
    expect(audit.counts()).toEqual({ 's3:HeadObject': 1 });
  });

  it('are not equal in another region, about another key, or by another call', async () => {
    const { read } = audit.open();
    const Bucket = 'state';
    await Promise.all([
      read('s3:HeadObject', { Bucket, Key: 'net.tfstate' }, audit.at()),
      read('s3:HeadObject', { Bucket, Key: 'app.tfstate' }, audit.at()),
      read('s3:HeadObject', { Bucket, Key: 'net.tfstate' }, audit.at('us-east-1')),
      read('s3:HeadBucket', { Bucket }, audit.at()),
    ]);
    expect(audit.counts()).toEqual({ 's3:HeadObject': 3, 's3:HeadBucket': 1 });
  });
});

describe('the pace', () => {
  const asked = 24;
  const versioning: OperationName = 's3:GetBucketVersioning';

  /** Most requests in flight at once when 24 different questions are asked, against a server that answers none before the limit is reached. */
  async function mostInFlight(concurrency: number, expected: number, service: 's3' | 'iam'): Promise<number> {
    const server = await gate({ holds: expected, requests: asked });
    const endpoint = process.env['AWS_ENDPOINT_URL'];
    process.env['AWS_ENDPOINT_URL'] = service === 'iam' ? server.url : endpoint;
    const aws = audit.open({ pace: { concurrency, maxRate: 100_000 }, allowedEndpoints: [server.url] });
    try {
      if (service === 'iam') {
        const identity = await aws.caller();
        expect(identity?.account).toBe(OWN);
      }
      const where = { ...audit.at(), endpoint: { url: server.url, pathStyle: true } };
      const ask = (index: number) =>
        service === 's3'
          ? aws.read(versioning, { Bucket: `bucket-${index}` } as never, where)
          : aws.read('iam:GetRole', { RoleName: `role-${index}` }, iamAt(OWN));
      const outcomes = await Promise.all(times(asked, ask));
      expect(outcomes.map(({ result }) => Object.keys(result))).toEqual(times(asked, () => ['reply']));
      expect(server.served()).toBe(asked);
      return server.most();
    } finally {
      process.env['AWS_ENDPOINT_URL'] = endpoint;
      await aws.close();
      await server.close();
    }
  }

  // The gate opens only when `expected` requests wait at once: fewer would hang, more would be counted.
  it.each([
    ['s3', 1, 1],
    ['s3', 3, 3],
    ['s3', 12, 12],
    ['s3', 24, 24],
    ['iam', 2, 2],
    ['iam', 12, 4],
  ] as const)('%s with concurrency %i has at most %i requests in flight', async (service, concurrency, expected) => {
    expect(await mostInFlight(concurrency, expected, service)).toBe(expected);
  });
});
