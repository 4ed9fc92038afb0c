import { CreateRoleCommand } from '@aws-sdk/client-iam';
import { beforeEach, describe, expect, it } from '@jest/globals';
import { formatEvidence } from '../../src/aws/evidence/file.ts';
import { type OperationName, operations } from '../../src/aws/operations.ts';
import type { AwsCredentials } from '../aws/accounts.ts';
import { trustOf } from '../aws/contract/iam.ts';
import type { Answer } from '../aws/http.ts';
import { iamAt, OTHER, OWN, useAudit } from './audit.ts';
import { askQuestion, LINEAGE, type Questions, STATE_BODY, stage } from './questions.ts';

const audit = useAudit();
let questions: Questions;

beforeEach(async () => {
  questions = await stage(audit);
});

const names = Object.keys(operations) as readonly OperationName[];

const session = () => audit.standIn.account(OWN).roleCredentials('auditor');

/** An AssumeRole answer with credentials of the test's own choosing. */
const issuing = ({ accessKeyId, secretAccessKey, sessionToken }: AwsCredentials): Answer => ({
  status: 200,
  headers: { 'x-amzn-requestid': 'F00' },
  body: `<AssumeRoleResponse><AssumeRoleResult><Credentials><AccessKeyId>${accessKeyId}</AccessKeyId><SecretAccessKey>${secretAccessKey}</SecretAccessKey><SessionToken>${sessionToken}</SessionToken></Credentials></AssumeRoleResult></AssumeRoleResponse>`,
});

function expectWithout(text: string, secrets: readonly (string | undefined)[]): void {
  for (const secret of secrets) {
    expect(secret).toEqual(expect.stringMatching(/^.{16,}$/s));
    expect(text).not.toContain(secret);
    expect(text).not.toContain(Buffer.from(secret ?? '').toString('hex'));
  }
  expect(text).not.toMatch(/(?<!Account)authorization|AWS4-HMAC|x-amz-security-token|SecretAccessKey|SessionToken/i);
}

describe('an evidence file', () => {
  it('holds no credential of the auditor, and none that AssumeRole issued', async () => {
    const credentials = session();
    const issued = session();
    audit.standIn.faults.add({ operation: 'sts:AssumeRole', fault: issuing(issued) });
    const aws = audit.open({ credentials: async () => credentials });
    for (const name of names) await askQuestion(aws, questions, name);
    const text = formatEvidence(aws.evidence);
    expect(text).toContain('"op":"sts:AssumeRole"');
    expectWithout(text, [...Object.values(issued), ...Object.values(credentials)]);
  });

  it('holds no credential of an audit role, though its answers are in it', async () => {
    const { iam } = audit.connect({ account: OTHER });
    const AssumeRolePolicyDocument = trustOf(`arn:aws:iam::${OWN}:root`);
    await iam.send(new CreateRoleCommand({ RoleName: 'audit', AssumeRolePolicyDocument }));
    const assumeRole = `arn:aws:iam::${OTHER}:role/audit`;
    const issued = session();
    audit.standIn.faults.add({ operation: 'sts:AssumeRole', fault: issuing(issued) });
    const aws = audit.open({ accounts: [{ id: OTHER, assumeRole }] });
    // The key is that of an auditor's session in its own account, where there is no role `audit`.
    const { result } = await aws.read('iam:GetRole', { RoleName: 'audit' }, iamAt(OTHER));
    expect(result).toMatchObject({ reply: { kind: 'absent' } });
    expect(audit.counts()).toMatchObject({ 'sts:AssumeRole': 1, 'iam:GetRole': 1 });
    const text = formatEvidence(aws.evidence);
    expect(text).toContain(`"as":"${assumeRole}"`);
    expectWithout(text, [issued.accessKeyId, issued.secretAccessKey, issued.sessionToken]);
  });

  it('holds no credential from an AssumeRole answer that was cut off, and replays it as that', async () => {
    const { secretAccessKey, sessionToken } = session();
    const body = `<AssumeRoleResponse><Credentials><SecretAccessKey>${secretAccessKey}</SecretAccessKey><SessionToken>${sessionToken}</Sess`;
    const fault: Answer = { status: 200, headers: { 'x-amzn-requestid': 'F00' }, body };
    audit.standIn.faults.add({ operation: 'sts:AssumeRole', fault });
    const aws = audit.open();
    const live = await askQuestion(aws, questions, 'sts:AssumeRole');
    expect(live.result).toMatchObject({ unread: { cause: 'not-aws-shaped' } });
    expectWithout(formatEvidence(aws.evidence), [secretAccessKey, sessionToken]);
    expect(await askQuestion(audit.replay(aws.evidence), questions, 'sts:AssumeRole')).toEqual(live);
  });

  it('holds no state, only what HEAD says of it, and its serial and lineage', async () => {
    const aws = audit.open();
    for (const name of names) await askQuestion(aws, questions, name);
    const text = formatEvidence(aws.evidence);
    expect(text).toContain(`"content-length":"${STATE_BODY.length}"`);
    expect(text).not.toContain('hunter2');
    expect(text).toContain(JSON.stringify(`{"serial":7,"lineage":"${LINEAGE}"}`));
  });
});

describe('whoever reads', () => {
  it('is not handed the credentials that AssumeRole issued, live or from the evidence', async () => {
    const issued = session();
    audit.standIn.faults.add({ operation: 'sts:AssumeRole', fault: issuing(issued) });
    const aws = audit.open();
    const live = await askQuestion(aws, questions, 'sts:AssumeRole');
    expect(live.result).toHaveProperty('reply.pages', [{}]);
    expectWithout(JSON.stringify(live), Object.values(issued));
    expect(await askQuestion(audit.replay(aws.evidence), questions, 'sts:AssumeRole')).toEqual(live);
  });
});

/** S3 quotes what was sent in some errors, and the Query services do in the message. */
const quoting: Readonly<Record<string, (token: string, key: string) => string>> = {
  'the expired token': (token) =>
    `<Error><Code>ExpiredToken</Code><Message>The provided token has expired.</Message><Token-0>${token}</Token-0></Error>`,
  'what should have been signed': (token, key) => {
    const canonical = `GET\n/state/\nversioning=\nhost:s3\nx-amz-security-token:${token}\n`;
    const bytes = Buffer.from(canonical).toString('hex').match(/../g)?.join(' ');
    return `<Error><Code>SignatureDoesNotMatch</Code><Message>no</Message><AWSAccessKeyId>${key}</AWSAccessKeyId><CanonicalRequest>${canonical}</CanonicalRequest><CanonicalRequestBytes>${bytes}</CanonicalRequestBytes></Error>`;
  },
  'the request, from a proxy that shows it': (token, key) =>
    `<html><pre>X-Amz-Security-Token: ${token}\nCredential=${key}/20261123</pre></html>`,
};

describe('an error that quotes', () => {
  it.each(Object.entries(quoting))('%s leaves no credential in the evidence or the gap', async (_, body) => {
    const credentials = session();
    const { accessKeyId, secretAccessKey, sessionToken } = credentials;
    const fault: Answer = {
      status: 400,
      headers: { 'x-amz-request-id': 'F00' },
      body: body(sessionToken ?? '', accessKeyId),
    };
    audit.standIn.faults.add({ operation: 's3:GetBucketVersioning', fault });
    const aws = audit.open({ credentials: async () => credentials });
    const live = await askQuestion(aws, questions, 's3:GetBucketVersioning');
    expect(live.result).toHaveProperty('unread');
    const spaced = Buffer.from(sessionToken ?? '')
      .toString('hex')
      .match(/../g)
      ?.join(' ');
    for (const text of [formatEvidence(aws.evidence), JSON.stringify(live)]) {
      for (const secret of [sessionToken, spaced, secretAccessKey, accessKeyId]) expect(text).not.toContain(secret);
    }
    expect(await askQuestion(audit.replay(aws.evidence), questions, 's3:GetBucketVersioning')).toEqual(live);
  });
});
