import { beforeEach, describe, expect, it } from '@jest/globals';
import { makeClient, moduleOf } from '../../src/aws/clients.ts';
import { formatEvidence } from '../../src/aws/evidence/file.ts';
import type { GapCause } from '../../src/model/gap.ts';
import type { Answer } from '../aws/http.ts';
import { HOME, homeAt, type Opened, OTHER, OWN, useAudit } from './audit.ts';

const audit = useAudit();
let arn = '';

beforeEach(() => {
  arn = audit.standIn.createKey({ region: HOME, account: OWN }).arn;
  audit.standIn.createTable({ name: 'locks', region: HOME, account: OWN });
});

const services = ['kms', 'dynamodb'] as const;
type JsonService = (typeof services)[number];
const operationOf = { kms: 'kms:DescribeKey', dynamodb: 'dynamodb:DescribeTable' } as const;

const ask = (service: JsonService, { read }: Pick<Opened, 'read'>, account: string | null = null) =>
  service === 'kms'
    ? read('kms:DescribeKey', { KeyId: arn }, homeAt(account))
    : read('dynamodb:DescribeTable', { TableName: 'locks' }, homeAt(account));

const answering = (status: number, body: object, headers: Readonly<Record<string, string>> = {}): Answer => ({
  status,
  headers: { 'x-amzn-requestid': 'F00', 'content-type': 'application/x-amz-json-1.1', ...headers },
  body: JSON.stringify(body),
});

describe.each(services)('%s', (service) => {
  const operation = operationOf[service];
  const answered = { kms: { KeyMetadata: { KeyState: 'Enabled' } }, dynamodb: { Table: { TableStatus: 'ACTIVE' } } };

  it('is asked once, and replays without it, with its request id and dates', async () => {
    const aws = audit.open();
    const live = await ask(service, aws);
    expect(live.result).toMatchObject({ reply: { kind: 'answer', pages: [answered[service]] } });
    const page = 'reply' in live.result && live.result.reply.kind === 'answer' ? live.result.reply : null;
    const [recorded] = aws.evidence.exchanges();
    expect(page?.pages[0].$metadata).toMatchObject({ requestId: page?.headers['x-amzn-requestid'], attempts: 1 });
    expect(recorded?.answer).toMatchObject({
      status: 200,
      headers: { 'x-amzn-requestid': expect.stringMatching(/./) },
    });
    expect(JSON.stringify(page)).toMatch(/"(?:CreationDate|CreationDateTime)":"\d{4}-/);
    expect(audit.counts()).toEqual({ [operation]: 1 });
    await audit.standIn.close();
    expect(await ask(service, audit.replay(aws.evidence))).toEqual(live);
  });

  it('throttled twice, then answered, is an answer after three requests; throttled for ever, a gap', async () => {
    audit.standIn.faults.add({ operation, fault: 'throttling', times: 2 });
    expect((await ask(service, audit.open())).result).toMatchObject({ reply: { pages: [answered[service]] } });
    expect(audit.counts()).toEqual({ [operation]: 3 });
    audit.standIn.faults.add({ operation, fault: 'throttling' });
    expect((await ask(service, audit.open())).result).toMatchObject({ unread: { cause: 'throttled' } });
    expect(audit.counts()).toEqual({ [operation]: 6 });
  });

  it('is taken by its body, whatever a checksum of it says, which a replay does not have', async () => {
    audit.standIn.faults.add({ operation, fault: answering(200, answered[service], { 'x-amz-crc32': '1' }) });
    const aws = audit.open();
    const live = await ask(service, aws);
    expect(live.result).toMatchObject({ reply: { pages: [answered[service]] } });
    expect(formatEvidence(aws.evidence)).not.toContain('crc32');
    expect(await ask(service, audit.replay(aws.evidence))).toEqual(live);
  });

  it('of nobody knows whose account, and of one without an audit role, is asked as the caller, without asking who that is', async () => {
    const { read, evidence } = audit.open({
      accounts: [{ id: '333333333333', assumeRole: 'arn:aws:iam::333333333333:role/audit' }],
    });
    await ask(service, { read });
    await ask(service, { read }, OTHER);
    expect(audit.counts()).toEqual({ [operation]: 1 });
    expect(evidence.exchanges().map(({ as }) => as)).toEqual(['caller']);
  });

  it('of an account with an audit role is asked as that', async () => {
    const assumeRole = `arn:aws:iam::${OTHER}:role/audit`;
    // The stand-in's session of the auditor, under the name of the role.
    const issued = audit.standIn.account(OWN).roleCredentials('audit');
    const body = `<AssumeRoleResponse><AssumeRoleResult><Credentials><AccessKeyId>${issued.accessKeyId}</AccessKeyId><SecretAccessKey>${issued.secretAccessKey}</SecretAccessKey><SessionToken>${issued.sessionToken}</SessionToken></Credentials></AssumeRoleResult></AssumeRoleResponse>`;
    audit.standIn.faults.add({
      operation: 'sts:AssumeRole',
      fault: { status: 200, headers: { 'x-amzn-requestid': 'F00' }, body },
    });
    const aws = audit.open({ accounts: [{ id: OTHER, assumeRole }] });
    expect((await ask(service, aws, OTHER)).result).toMatchObject({ reply: { pages: [answered[service]] } });
    expect(audit.counts()).toEqual({ 'sts:GetCallerIdentity': 1, 'sts:AssumeRole': 1, [operation]: 1 });
    expect(aws.evidence.exchanges().find(({ op }) => op === operation)?.as).toBe(assumeRole);
  });
});

describe('an error', () => {
  const inBody = (type: string) => answering(400, { __type: type, message: 'no' });
  const inHeader = (type: string) =>
    answering(400, { message: 'no' }, { 'x-amzn-errortype': `${type}:http://internal/` });
  const dynamodb = (name: string) => `com.amazonaws.dynamodb.v20120810#${name}`;

  it.each<[JsonService, Answer, GapCause]>([
    // KMS API reference: DescribeKey, and "Common errors".
    ['kms', inBody('AccessDeniedException'), 'access-denied'],
    ['kms', inHeader('AccessDeniedException'), 'access-denied'],
    ['kms', inBody('NotAuthorized'), 'access-denied'],
    ['kms', inBody('UnrecognizedClientException'), 'credentials-rejected'],
    ['kms', inBody('InvalidSignatureException'), 'credentials-rejected'],
    ['kms', inBody('ExpiredTokenException'), 'credentials-rejected'],
    ['kms', inBody('ThrottlingException'), 'throttled'],
    ['kms', inBody('LimitExceededException'), 'throttled'],
    ['kms', inBody('InvalidArnException'), 'unexpected-answer'],
    ['kms', inBody('KMSInvalidStateException'), 'unexpected-answer'],
    ['kms', inBody('SomethingNewException'), 'unexpected-answer'],
    // It is DynamoDB's, and no answer of KMS.
    ['kms', inBody('ResourceNotFoundException'), 'unexpected-answer'],
    // DynamoDB developer guide, "Error handling with DynamoDB".
    ['dynamodb', inBody(dynamodb('AccessDeniedException')), 'access-denied'],
    ['dynamodb', inBody('com.amazon.coral.service#UnrecognizedClientException'), 'credentials-rejected'],
    ['dynamodb', inBody('com.amazon.coral.service#MissingAuthenticationTokenException'), 'credentials-rejected'],
    ['dynamodb', inBody('com.amazon.coral.service#IncompleteSignatureException'), 'credentials-rejected'],
    ['dynamodb', inBody(dynamodb('ProvisionedThroughputExceededException')), 'throttled'],
    ['dynamodb', inBody(dynamodb('RequestLimitExceeded')), 'throttled'],
    ['dynamodb', inBody(dynamodb('LimitExceededException')), 'throttled'],
    ['dynamodb', inBody('com.amazon.coral.validate#ValidationException'), 'unexpected-answer'],
    ['dynamodb', inBody('com.amazon.coral.service#UnknownOperationException'), 'not-implemented'],
    ['dynamodb', inBody('NotFoundException'), 'unexpected-answer'],
    ['dynamodb', answering(404, { message: 'Not Found' }), 'not-aws-shaped'],
  ])('of %s, %j, is %s, live and in replay', async (service, fault, cause) => {
    audit.standIn.faults.add({ operation: operationOf[service], fault });
    const aws = audit.open();
    const live = await ask(service, aws);
    expect(live.result).toMatchObject({ unread: { cause, call: operationOf[service] } });
    expect(await ask(service, audit.replay(aws.evidence))).toEqual(live);
  });

  it.each(services)('of %s that says that it is not there is an answer', async (service) => {
    const { read } = audit.open();
    const { result } = await (service === 'kms'
      ? read('kms:DescribeKey', { KeyId: arn.replace(/[^/]+$/, '00000000-0000-4000-8000-000000000000') }, homeAt())
      : read('dynamodb:DescribeTable', { TableName: 'nothing' }, homeAt()));
    expect(result).toEqual({
      reply: { kind: 'absent', headers: expect.objectContaining({ 'x-amzn-requestid': expect.any(String) }) },
    });
  });

  it('names the key, and the permission that it takes', async () => {
    audit.standIn.account(OWN).deny('kms:DescribeKey');
    expect((await ask('kms', audit.open())).result).toEqual({
      unread: {
        cause: 'access-denied',
        call: 'kms:DescribeKey',
        permission: 'kms:DescribeKey',
        resource: arn,
        detail: expect.stringMatching(/^HTTP 400 AccessDeniedException: .*kms:DescribeKey/),
      },
    });
  });
});

describe('the host of DynamoDB', () => {
  /** Where a client would send its request. */
  async function hostOf(accountId: string): Promise<string> {
    delete process.env['AWS_ENDPOINT_URL'];
    const client = await makeClient(
      { service: 'dynamodb', region: HOME, endpoint: null, as: 'caller' },
      {
        settings: { attempts: 1, connectionTimeout: 500, requestTimeout: 500, connects: false },
        credentials: async () => ({ accessKeyId: 'AKIA', secretAccessKey: 'x', accountId }),
      },
    );
    const { DescribeTableCommand } = await moduleOf('dynamodb');
    const command = new DescribeTableCommand({ TableName: `arn:aws:dynamodb:${HOME}:${accountId}:table/locks` });
    let host = '';
    command.middlewareStack.add(
      (next) => async (args) => {
        host = (args.request as { hostname: string }).hostname;
        return next(args);
      },
      { step: 'finalizeRequest', priority: 'low' },
    );
    await client.send(command, { abortSignal: new AbortController().signal }).catch(() => null);
    client.destroy();
    return host;
  }

  it('is the region’s, though the credentials know their account', async () => {
    expect(await hostOf(OWN)).toBe(`dynamodb.${HOME}.amazonaws.com`);
  });
});
