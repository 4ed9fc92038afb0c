import { beforeEach, expect, it } from '@jest/globals';
import { type OperationName, operations } from '../../src/aws/operations.ts';
import type { GapCause } from '../../src/model/gap.ts';
import type { Fault } from '../aws/faults.ts';
import { HOME, hasty, OWN, settings, useAudit } from './audit.ts';
import { askQuestion, type Questions, stage } from './questions.ts';

const audit = useAudit();
let questions: Questions;

beforeEach(async () => {
  questions = await stage(audit);
});

const names = Object.keys(operations) as readonly OperationName[];
const isHead = (name: OperationName) => name.startsWith('s3:Head');
const withBody = names.filter((name) => !isHead(name));
// What is at a key may be anything: whether it is a state is for the fact to say that reads its head.
const withDocument = withBody.filter((name) => name !== 's3:GetObject');

const error = (status: number, code: string): Fault => ({
  status,
  headers: { 'x-amz-request-id': 'F00', 'x-amzn-requestid': 'F00', 'content-type': 'application/xml' },
  // The Query services read the inner element, S3 the outer one.
  body: `<ErrorResponse><Error><Code>${code}</Code><Message>no</Message></Error><Code>${code}</Code></ErrorResponse>`,
});
const s3Error = (status: number, code: string): Fault => ({
  status,
  headers: { 'x-amz-request-id': 'F00', 'content-type': 'application/xml' },
  body: `<Error><Code>${code}</Code><Message>no</Message></Error>`,
});
const jsonError = (status: number, code: string): Fault => ({
  status,
  headers: { 'x-amzn-requestid': 'F00', 'content-type': 'application/x-amz-json-1.1' },
  body: JSON.stringify({ __type: code, message: 'no' }),
});
const speaksJson = (name: OperationName) => /^(kms|dynamodb|organizations):/.test(name);
const errorOf = (name: OperationName, status: number, code: string): Fault => {
  if (speaksJson(name)) return jsonError(status, code);
  return name.startsWith('s3:') ? s3Error(status, code) : error(status, code);
};

interface Row {
  readonly fault: (name: OperationName) => Fault;
  readonly asked: readonly OperationName[];
  readonly cause: (name: OperationName) => GapCause;
  readonly attempts: number;
}
const row = (
  fault: Fault | Row['fault'],
  cause: GapCause | Row['cause'],
  { asked = names, attempts = 1 }: Partial<Row> = {},
): Row => ({
  fault: typeof fault === 'function' ? fault : () => fault,
  asked,
  cause: typeof cause === 'function' ? cause : () => cause,
  attempts,
});
const answering = (status: number, code: string) => (name: OperationName) => errorOf(name, status, code);
// A HEAD has no body, so no error name: a 400 says nothing at all.
const hidden = (cause: GapCause) => (name: OperationName) => (isHead(name) ? 'unexpected-answer' : cause);

/** Every fault that does not pass, struck at every operation. "Unknown" is never a value. */
const matrix: Readonly<Record<string, Row>> = {
  'throttled for ever': row('throttling', 'throttled', { attempts: 3, asked: withBody }),
  'throttled for ever, without a body': row('throttling', 'throttled', { attempts: 3, asked: names.filter(isHead) }),
  'connection reset': row('connection-reset', 'unreachable', { attempts: 3 }),
  'no answer at all': row('hang', 'unreachable', {
    asked: ['sts:AssumeRole', 's3:HeadBucket', 's3:GetBucketVersioning', 'iam:GetRole'],
  }),
  'connection cut inside the body': row('truncated-body', 'unreachable', { asked: withBody, attempts: 3 }),
  '403 without a body': row('forbidden-without-body', 'access-denied', { asked: names.filter(isHead) }),
  '403 AccessDenied': row(answering(403, 'AccessDenied'), 'access-denied'),
  '501 NotImplemented': row('not-implemented', 'not-implemented', { asked: names, attempts: 3 }),
  ExpiredToken: row('expired-token', hidden('credentials-rejected')),
  InvalidClientTokenId: row(answering(400, 'InvalidClientTokenId'), hidden('credentials-rejected')),
  InvalidAccessKeyId: row(answering(400, 'InvalidAccessKeyId'), hidden('credentials-rejected')),
  SignatureDoesNotMatch: row(answering(400, 'SignatureDoesNotMatch'), hidden('credentials-rejected')),
  '500 InternalError': row('internal-error', 'unexpected-answer', { attempts: 3 }),
  'an error that nobody knows': row(answering(400, 'SomethingNew'), 'unexpected-answer'),
  'an error that nobody knows, with the status of "absent"': row(answering(404, 'SomethingNew'), 'unexpected-answer', {
    asked: withBody,
  }),
  '200 HTML': row('html-200', 'not-aws-shaped'),
  '404 HTML': row('html-404', 'not-aws-shaped'),
  '503 HTML': row({ status: 503, headers: {}, body: '<html>down</html>' }, 'not-aws-shaped'),
  '302 to a sign-in page': row({ status: 302, headers: { location: 'http://x/' }, body: '' }, 'not-aws-shaped'),
  '200 with another root element': row('foreign-xml-200', 'not-aws-shaped'),
  '200 without a body or request id': row('empty-200', 'not-aws-shaped'),
  '200 without a body, with a request id': row(
    { status: 200, headers: { 'x-amz-request-id': 'F00', 'x-amzn-requestid': 'F00' }, body: '' },
    'not-aws-shaped',
    { asked: withDocument },
  ),
  '200 with an error document': row((name) => ({ ...Object(errorOf(name, 200, 'InternalError')) }), 'not-aws-shaped', {
    asked: withDocument,
  }),
  '200 cut off in the middle': row('half-xml', 'not-aws-shaped', { asked: withDocument }),
};

it.each(Object.entries(matrix))('%s: a gap, whatever is asked', async (_, { fault, asked, cause, attempts }) => {
  const isSilent = asked.some((name) => fault(name) === 'hang');
  const aws = audit.open({ settings: isSilent ? hasty : settings });
  // IAM is asked as whoever the auditor is; that question came first, and was answered.
  expect(await aws.caller()).toMatchObject({ account: OWN });
  audit.standIn.clearRequests();
  for (const name of asked) audit.standIn.faults.add({ operation: name, fault: fault(name) });
  const results = await Promise.all(
    asked.map(async (name) => [name, (await askQuestion(aws, questions, name)).result] as const),
  );
  expect(Object.fromEntries(results)).toEqual(
    Object.fromEntries(asked.map((name) => [name, { unread: expect.objectContaining(told(name, cause(name))) }])),
  );
  // How often a server that says nothing was asked before the time was up is a matter of time.
  if (!isSilent) expect(audit.counts()).toEqual(Object.fromEntries(asked.map((name) => [name, attempts])));
});

/** What a gap says besides its cause: the call, the permission that it takes, the resource. */
const told = (name: OperationName, cause: GapCause) => ({
  cause,
  call: name,
  ...(operations[name].permission ? { permission: operations[name].permission } : {}),
  resource: operations[name].resource(questions[name].input as never),
});

it('says who was refused what, with the text that AWS gave', async () => {
  audit.standIn.account(OWN).deny('s3:GetReplicationConfiguration', 'arn:aws:s3:::state');
  const { result } = await askQuestion(audit.open(), questions, 's3:GetBucketReplication');
  expect(result).toEqual({
    unread: {
      cause: 'access-denied',
      call: 's3:GetBucketReplication',
      permission: 's3:GetReplicationConfiguration',
      resource: 'arn:aws:s3:::state',
      detail: `HTTP 403 AccessDenied: User: arn:aws:iam::${OWN}:user/operator is not authorized to perform: s3:GetReplicationConfiguration on resource: "arn:aws:s3:::state" with an explicit deny in an identity-based policy`,
    },
  });
});

it('throttled twice, then answered, is an answer after three requests', async () => {
  audit.standIn.faults.add({ operation: 's3:GetBucketVersioning', fault: 'throttling', times: 2 });
  const { result } = await audit.open().read('s3:GetBucketVersioning', { Bucket: 'state' }, audit.at());
  expect(result).toMatchObject({ reply: { kind: 'answer', pages: [{ Status: 'Enabled', MFADelete: 'Enabled' }] } });
  expect(audit.counts()).toEqual({ 's3:GetBucketVersioning': 3 });
});

it('a HEAD that is refused with the region tells where the bucket is; an object hides behind the same 403', async () => {
  audit.standIn.account(OWN).deny('s3:ListBucket');
  audit.standIn.account(OWN).deny('s3:GetObject');
  const aws = audit.open();
  const bucket = await aws.read('s3:HeadBucket', { Bucket: 'state' }, audit.at());
  expect(bucket.result).toEqual({
    reply: { kind: 'refused', region: HOME, redirected: false, headers: expect.anything() },
  });
  const object = await aws.read('s3:HeadObject', { Bucket: 'state', Key: 'net.tfstate' }, audit.at());
  expect(object.result).toEqual({
    unread: expect.objectContaining({ cause: 'access-denied', permission: 's3:GetObject' }),
  });
});

it.each([
  ['s3:HeadBucket', { Bucket: 'nowhere' }],
  ['s3:HeadObject', { Bucket: 'state', Key: 'nothing' }],
  ['s3:GetBucketReplication', { Bucket: 'replica' }],
] as const)('%s of what is not there is an answer', async (name, input) => {
  const where = audit.at('Bucket' in input && input.Bucket === 'replica' ? 'eu-central-1' : HOME);
  const { result } = await audit.open().read(name, input as never, where);
  expect(result).toEqual({
    reply: { kind: 'absent', headers: expect.objectContaining({ 'x-amz-id-2': expect.any(String) }) },
  });
});

it.each([500, 503])('a HEAD that fails with %i tells nothing, whatever region its header names', async (status) => {
  audit.standIn.faults.add({
    operation: 's3:HeadBucket',
    fault: { status, headers: { 'x-amz-request-id': 'F00', 'x-amz-bucket-region': HOME }, body: '' },
  });
  const { result } = await audit.open().read('s3:HeadBucket', { Bucket: 'state' }, audit.at());
  expect(result).toHaveProperty('unread');
});
