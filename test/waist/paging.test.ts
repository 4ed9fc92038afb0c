import { AttachRolePolicyCommand, PutRolePolicyCommand } from '@aws-sdk/client-iam';
import { PutObjectCommand } from '@aws-sdk/client-s3';
import { describe, expect, it } from '@jest/globals';
import { makePolicy, makeRole, permissionOf, trustOf } from '../aws/contract/iam.ts';
import type { Answer } from '../aws/http.ts';
import { HOME, iamAt, OWN, useAudit } from './audit.ts';

const audit = useAudit();

const list = (names: readonly string[], end: string): Answer => ({
  status: 200,
  headers: { 'x-amzn-requestid': 'F00', 'content-type': 'text/xml' },
  body: `<ListRolePoliciesResponse><ListRolePoliciesResult><PolicyNames>${names.map((name) => `<member>${name}</member>`).join('')}</PolicyNames>${end}</ListRolePoliciesResult></ListRolePoliciesResponse>`,
});
const listed = () => audit.open().read('iam:ListRolePolicies', { RoleName: 'r' }, iamAt(OWN));

describe('a list in pages', () => {
  it.each([
    [1, 7],
    [3, 3],
    [7, 1],
    [100, 1],
  ])('of %i is joined from %i requests, each observed', async (pageSize, requests) => {
    audit.standIn.settings.iamPageSize = pageSize;
    const { iam } = audit.connect();
    const RoleName = await makeRole(iam, trustOf(OWN));
    const names = ['a', 'b', 'c', 'd', 'e', 'f', 'g'];
    for (const PolicyName of names)
      await iam.send(new PutRolePolicyCommand({ RoleName, PolicyName, PolicyDocument: permissionOf('s3:*') }));
    const aws = audit.open();
    const live = await aws.read('iam:ListRolePolicies', { RoleName }, iamAt(OWN));
    const pages = 'reply' in live.result && live.result.reply.kind === 'answer' ? live.result.reply.pages : [];
    expect(pages.flatMap(({ PolicyNames }) => PolicyNames)).toEqual(names);
    expect(audit.counts()['iam:ListRolePolicies']).toBe(requests);
    expect(new Set(live.observed.map(({ key }) => key)).size).toBe(requests);
    expect(await audit.replay(aws.evidence).read('iam:ListRolePolicies', { RoleName }, iamAt(OWN))).toEqual(live);
  });

  it('is a gap when any page is, whatever the others held', async () => {
    audit.standIn.settings.iamPageSize = 1;
    const { iam } = audit.connect();
    const RoleName = await makeRole(iam, trustOf(OWN));
    for (const _ of [1, 2, 3]) {
      const PolicyArn = await makePolicy(iam, permissionOf('s3:*'));
      await iam.send(new AttachRolePolicyCommand({ RoleName, PolicyArn }));
    }
    const aws = audit.open();
    audit.standIn.faults.add({ operation: 'iam:ListAttachedRolePolicies', fault: 'html-200' });
    const page = (name: string, end: string): Answer => ({
      ...list([], ''),
      body: `<ListAttachedRolePoliciesResponse><ListAttachedRolePoliciesResult><AttachedPolicies><member><PolicyArn>${name}</PolicyArn></member></AttachedPolicies>${end}</ListAttachedRolePoliciesResult></ListAttachedRolePoliciesResponse>`,
    });
    const fault = page('first', '<IsTruncated>true</IsTruncated><Marker>m</Marker>');
    audit.standIn.faults.add({ operation: 'iam:ListAttachedRolePolicies', times: 1, fault });
    const { result, observed } = await aws.read('iam:ListAttachedRolePolicies', { RoleName }, iamAt(OWN));
    expect(result).toMatchObject({ unread: { cause: 'not-aws-shaped', call: 'iam:ListAttachedRolePolicies' } });
    expect(observed).toHaveLength(2);
  });
});

describe('a list that does not end', () => {
  const endless = 'the list does not end after';

  it('because the same marker comes again', async () => {
    const fault = list(['a'], '<IsTruncated>true</IsTruncated><Marker>again</Marker>');
    audit.standIn.faults.add({ operation: 'iam:ListRolePolicies', fault });
    const { result } = await listed();
    expect(result).toEqual({
      unread: { cause: 'unexpected-answer', call: 'iam:ListRolePolicies', detail: `${endless} 2 pages` },
    });
    expect(audit.counts()['iam:ListRolePolicies']).toBe(2);
  });

  it('because it is truncated and has no marker', async () => {
    audit.standIn.faults.add({
      operation: 'iam:ListRolePolicies',
      fault: list(['a'], '<IsTruncated>true</IsTruncated>'),
    });
    const { result } = await listed();
    expect(result).toMatchObject({ unread: { cause: 'unexpected-answer', detail: `${endless} 1 pages` } });
    expect(audit.counts()['iam:ListRolePolicies']).toBe(1);
  });

  it('because two markers take turns', async () => {
    const marked = (marker: string) => list(['a'], `<IsTruncated>true</IsTruncated><Marker>${marker}</Marker>`);
    audit.standIn.faults.add({ operation: 'iam:ListRolePolicies', fault: marked('one') });
    audit.standIn.faults.add({ operation: 'iam:ListRolePolicies', times: 2, fault: marked('two') });
    audit.standIn.faults.add({ operation: 'iam:ListRolePolicies', times: 1, fault: marked('one') });
    const { result } = await listed();
    expect(result).toMatchObject({ unread: { cause: 'unexpected-answer', call: 'iam:ListRolePolicies' } });
    expect(audit.counts()['iam:ListRolePolicies']).toBeLessThan(5);
  });

  it('is not one that says that it ends, though it gives a marker', async () => {
    const fault = list(['a'], '<IsTruncated>false</IsTruncated><Marker>unused</Marker>');
    audit.standIn.faults.add({ operation: 'iam:ListRolePolicies', fault });
    expect((await listed()).result).toMatchObject({ reply: { pages: [{ PolicyNames: ['a'] }] } });
  });
});

it('of the versions of a key, only the first page is asked for, however many there are', async () => {
  audit.standIn.createBucket({ name: 'state', region: HOME, account: OWN, versioning: 'Enabled' });
  const { s3 } = audit.connect();
  for (const Body of ['1', '2', '3', '4', '5'])
    await s3.send(new PutObjectCommand({ Bucket: 'state', Key: 'k', Body }));
  const { result } = await audit
    .open()
    .read('s3:ListObjectVersions', { Bucket: 'state', Prefix: 'k', MaxKeys: 2 }, audit.at());
  expect(result).toMatchObject({ reply: { pages: [{ IsTruncated: true, Versions: [{ Key: 'k' }, { Key: 'k' }] }] } });
  expect(audit.counts()['s3:ListObjectVersions']).toBe(1);
});
