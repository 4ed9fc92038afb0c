import { beforeEach, describe, expect, it } from '@jest/globals';
import { noAws } from '../../src/aws/aws.ts';
import { type OperationName, operations } from '../../src/aws/operations.ts';
import { iamAt, OWN, useAudit } from './audit.ts';
import { askQuestion, type Questions, stage } from './questions.ts';

const audit = useAudit();
let questions: Questions;

beforeEach(async () => {
  questions = await stage(audit);
});

const names = Object.keys(operations) as readonly OperationName[];

/** The cause of each question's gap; `answered` where there is none. */
async function causes(aws: Parameters<typeof askQuestion>[0]): Promise<Readonly<Record<string, number>>> {
  const found: Record<string, number> = {};
  for (const { result } of await Promise.all(names.map((name) => askQuestion(aws, questions, name)))) {
    const cause = 'unread' in result ? result.unread.cause : 'answered';
    found[cause] = (found[cause] ?? 0) + 1;
  }
  return found;
}

const noCredentials = async (): Promise<never> => {
  throw Object.assign(new Error('Could not load credentials from any providers'), { name: 'CredentialsProviderError' });
};

describe('without credentials', () => {
  it('every question is the gap no-credentials, nothing is sent, and a replay says the same', async () => {
    const aws = audit.open({ credentials: noCredentials });
    expect(await causes(aws)).toEqual({ 'no-credentials': names.length });
    expect([await aws.caller(), audit.counts()]).toEqual([null, {}]);
    expect(await causes(audit.replay(aws.evidence))).toEqual({ 'no-credentials': names.length });
  });

  it('the gap says what the chain of providers said', async () => {
    const { result } = await audit
      .open({ credentials: noCredentials })
      .read('s3:HeadBucket', { Bucket: 'b' }, audit.at());
    expect(result).toEqual({
      unread: {
        cause: 'no-credentials',
        detail: 'CredentialsProviderError: Could not load credentials from any providers',
        call: 's3:HeadBucket',
        permission: 's3:ListBucket',
        resource: 'arn:aws:s3:::b',
      },
    });
  });
});

describe('after the audit was stopped', () => {
  it.each(['deadline', 'interrupted'] as const)(
    '%s: every question is that gap, and nothing is sent',
    async (reason) => {
      const aws = audit.open({ signal: AbortSignal.abort(reason) });
      expect(await causes(aws)).toEqual({ [reason]: names.length });
      expect(audit.counts()).toEqual({});
      expect(await causes(audit.replay(aws.evidence))).toEqual({ [reason]: names.length });
    },
  );

  it.each(['deadline', 'interrupted'] as const)('%s cuts short what nobody answers', async (reason) => {
    const controller = new AbortController();
    audit.standIn.faults.add({ operation: 's3:GetBucketVersioning', fault: 'hang' });
    const aws = audit.open({ signal: controller.signal });
    const pending = askQuestion(aws, questions, 's3:GetBucketVersioning');
    while (audit.standIn.requests.length === 0) await new Promise(setImmediate);
    controller.abort(reason);
    const live = await pending;
    expect(live.result).toMatchObject({ unread: { cause: reason, call: 's3:GetBucketVersioning' } });
    const replayed = await askQuestion(audit.replay(aws.evidence), questions, 's3:GetBucketVersioning');
    expect(replayed).toEqual(live);
  });

  it('what throttled before the deadline replays as the deadline, not as the throttling', async () => {
    const controller = new AbortController();
    audit.standIn.faults.add({ operation: 's3:GetBucketVersioning', fault: 'hang' });
    audit.standIn.faults.add({ operation: 's3:GetBucketVersioning', fault: 'throttling', times: 1 });
    const aws = audit.open({ signal: controller.signal });
    const pending = askQuestion(aws, questions, 's3:GetBucketVersioning');
    while (audit.standIn.requests.length < 2) await new Promise(setImmediate);
    controller.abort('deadline');
    const live = await pending;
    expect(live.result).toMatchObject({ unread: { cause: 'deadline' } });
    expect(await askQuestion(audit.replay(aws.evidence), questions, 's3:GetBucketVersioning')).toEqual(live);
  });

  it('answers from before stay answers', async () => {
    const controller = new AbortController();
    const aws = audit.open({ signal: controller.signal });
    const before = await askQuestion(aws, questions, 's3:HeadBucket');
    controller.abort('deadline');
    expect(await askQuestion(aws, questions, 's3:HeadBucket')).toEqual(before);
    expect(before.result).toMatchObject({ reply: { kind: 'answer' } });
    const after = await askQuestion(aws, questions, 's3:GetBucketVersioning');
    expect(after.result).toMatchObject({ unread: { cause: 'deadline' } });
  });
});

describe('--static', () => {
  it('asks nothing, knows nobody, and says so', async () => {
    expect(await causes(noAws)).toEqual({ 'not-asked': names.length });
    const { result, observed } = await noAws.read('iam:GetRole', { RoleName: 'r' }, iamAt(OWN));
    expect(result).toEqual({ unread: { cause: 'not-asked', detail: 'nothing is asked with --static' } });
    expect([observed, await noAws.caller(), await noAws.accounts(), audit.counts()]).toEqual([[], null, [], {}]);
  });
});
