import { beforeEach, describe, expect, it } from '@jest/globals';
import type { Evidence } from '../../src/aws/evidence/evidence.ts';
import { formatEvidence, parseEvidence } from '../../src/aws/evidence/file.ts';
import { type OperationName, operations } from '../../src/aws/operations.ts';
import { iamAt, OTHER, OWN, useAudit } from './audit.ts';
import { askQuestion, type Questions, stage } from './questions.ts';

const audit = useAudit();
let questions: Questions;

beforeEach(async () => {
  questions = await stage(audit);
});

const names = Object.keys(operations) as readonly OperationName[];
const answers = (aws: Parameters<typeof askQuestion>[0]) =>
  Promise.all(names.map((name) => askQuestion(aws, questions, name)));

/** Under jest Node's own errors are of another realm, and the SDK puts a wrapper's words before theirs. */
const plain = (outcome: object): unknown =>
  JSON.parse(JSON.stringify(outcome).replace('AWS SDK error wrapper for ', ''));

/** What an AssumeRole answer says apart from the credentials, which only the live audit sees. */
const withoutCredentials = (outcomes: Awaited<ReturnType<typeof answers>>) =>
  outcomes.map((outcome, index) => (names[index] === 'sts:AssumeRole' ? { observed: outcome.observed } : outcome));

describe('a replay', () => {
  it('comes to the same answers as the audit that was recorded, for every operation, without AWS', async () => {
    const aws = audit.open();
    const live = await answers(aws);
    expect(live.map(({ result }) => Object.keys(result))).toEqual(names.map(() => ['reply']));
    const recorded = aws.evidence.exchanges().map(({ op }) => op);
    expect(new Set(recorded)).toEqual(new Set(names));
    await audit.standIn.close();
    const replay = audit.replay(aws.evidence, {
      credentials: async () => {
        throw new Error('a replay asks for no credentials');
      },
    });
    const replayed = await answers(replay);
    expect(withoutCredentials(replayed)).toEqual(withoutCredentials(live));
    expect(await replay.caller()).toEqual(await aws.caller());
    // A replay is itself no recording: the file that it would write is the one that it read.
    expect(formatEvidence(replay.evidence)).toBe(formatEvidence(aws.evidence));
  });

  it('comes to the same absences, refusals and errors', async () => {
    const ask = (aws: ReturnType<typeof audit.open>) =>
      Promise.all([
        aws.read('s3:HeadBucket', { Bucket: 'nowhere' }, audit.at()),
        aws.read('s3:HeadBucket', { Bucket: 'state' }, audit.at('us-west-2')),
        aws.read('s3:GetBucketReplication', { Bucket: 'replica' }, audit.at('eu-central-1')),
        aws.read('s3:GetBucketVersioning', { Bucket: 'state' }, audit.at('us-west-2')),
        aws.read('iam:GetRole', { RoleName: 'nobody' }, iamAt(OWN)),
        aws.read('iam:GetUser', { UserName: 'alice' }, iamAt(OWN)),
        aws.read('iam:GetRole', { RoleName: 'r' }, iamAt(OTHER)),
      ]);
    audit.standIn.account(OWN).deny('iam:GetUser');
    const aws = audit.open();
    const live = await ask(aws);
    const kind = ({ result }: (typeof live)[number]) => ('reply' in result ? result.reply.kind : result.unread.cause);
    expect(live.map(kind)).toEqual([
      'absent',
      'refused',
      'absent',
      'wrong-region',
      'absent',
      'access-denied',
      'account-not-read',
    ]);
    await audit.standIn.close();
    const replay = audit.replay(aws.evidence);
    expect(await ask(replay)).toEqual(live);
    expect(await replay.accounts()).toEqual(await aws.accounts());
    expect(await aws.accounts()).toEqual([
      { id: OWN, read: true },
      { id: OTHER, read: false },
    ]);
  });
});

describe('a replay of trouble', () => {
  it.each(['connection-reset', 'html-200', 'half-xml', 'throttling', 'empty-200', 'truncated-body'] as const)(
    'comes to the same gap after %s',
    async (fault) => {
      audit.standIn.faults.add({ operation: 's3:GetBucketVersioning', fault });
      const aws = audit.open();
      const live = await askQuestion(aws, questions, 's3:GetBucketVersioning');
      expect(live.result).toHaveProperty('unread');
      audit.standIn.faults.clear();
      audit.standIn.clearRequests();
      const replayed = await askQuestion(audit.replay(aws.evidence), questions, 's3:GetBucketVersioning');
      expect(plain(replayed)).toEqual(plain(live));
      expect(audit.counts()).toEqual({});
    },
  );
});

describe('what a replay knows', () => {
  it('knows nothing that was not asked: another key, region, endpoint or account is not recorded', async () => {
    const aws = audit.open();
    await answers(aws);
    audit.standIn.clearRequests();
    const replay = audit.replay(aws.evidence, { allowedEndpoints: ['http://127.0.0.1:1'] });
    const asked = await Promise.all([
      replay.read('s3:HeadObject', { Bucket: 'state', Key: 'other.tfstate' }, audit.at()),
      replay.read('s3:HeadBucket', { Bucket: 'state' }, audit.at('us-west-2')),
      replay.read('s3:HeadBucket', { Bucket: 'state' }, { ...audit.at(), endpoint: null }),
      replay.read(
        's3:HeadBucket',
        { Bucket: 'state' },
        { ...audit.at(), endpoint: { url: 'http://127.0.0.1:1', pathStyle: true } },
      ),
    ]);
    for (const { result, observed } of asked) {
      expect(result).toMatchObject({ unread: { cause: 'not-recorded' } });
      expect(observed).toEqual([]);
    }
    expect(audit.counts()).toEqual({});
  });

  it('takes the settings of the environment from the evidence', async () => {
    const { evidence } = audit.open();
    const settings = (of: Evidence) => ['AWS_ENDPOINT_URL', 'AWS_REGION'].map((name) => of.environment[name]);
    expect(settings(evidence)).toEqual([audit.standIn.url, 'eu-west-1']);
    expect(settings(parseEvidence(formatEvidence(evidence)))).toEqual([audit.standIn.url, 'eu-west-1']);
  });

  it('holds the last of several attempts, once', async () => {
    audit.standIn.faults.add({ operation: 's3:GetBucketVersioning', fault: 'throttling', times: 2 });
    const aws = audit.open();
    const live = await askQuestion(aws, questions, 's3:GetBucketVersioning');
    expect(aws.evidence.exchanges()).toEqual([
      expect.objectContaining({ answer: expect.objectContaining({ status: 200 }) }),
    ]);
    const replayed = await askQuestion(audit.replay(aws.evidence), questions, 's3:GetBucketVersioning');
    expect(replayed.observed).toEqual(live.observed);
    expect(replayed.result).toMatchObject({ reply: { kind: 'answer', pages: [{ Status: 'Enabled' }] } });
  });
});
