import { describe, expect, it } from '@jest/globals';
import type { KmsKey } from '../../src/model/subject.ts';
import { kmsKeyArn, kmsKeyName } from '../../src/s3/kms-key-name.ts';
import { AT, AWAY, HOME, OTHER, OWN, useAudit } from '../waist/audit.ts';
import { answersOf, factOf } from './subjects.ts';

const audit = useAudit();
const subject = (id: string, region = HOME, account: string | null = OWN): KmsKey => ({
  kind: 'kmsKey',
  id,
  region,
  account: kmsKeyName(id)?.account ?? account,
});
const description = (id: string, region = HOME, account: string | null = OWN) =>
  factOf(audit, 'kmsKey.description', subject(id, region, account));
const make = (options: Partial<Parameters<typeof audit.standIn.createKey>[0]> = {}) =>
  audit.standIn.createKey({ region: HOME, account: OWN, ...options });

// https://docs.aws.amazon.com/kms/latest/developerguide/concepts.html#key-id
describe('the name of a key', () => {
  it.each([
    [`arn:aws:kms:eu-west-1:${OWN}:key/1b2c`, { region: 'eu-west-1', account: OWN }],
    [`arn:aws:kms:eu-west-1:${OWN}:alias/team/states`, { region: 'eu-west-1', account: OWN }],
    [`arn:aws-us-gov:kms:us-gov-west-1:${OWN}:key/mrk-1`, { region: 'us-gov-west-1', account: OWN }],
    ['1b2c3d4e-0000-4000-8000-000000000001', { region: null, account: null }],
    ['alias/states', { region: null, account: null }],
    ['', null],
    ['arn:aws:s3:::states', null],
    ['arn:aws:kms:eu-west-1:1111:key/1b2c', null],
    [`arn:aws:kms:eu-west-1:${OWN}:key/`, null],
    [`arn:aws:kms:eu-west-1:${OWN}:grant/1b2c`, null],
  ])('%s', (text, name) => {
    expect(kmsKeyName(text)).toEqual(name);
  });
});

// https://docs.aws.amazon.com/kms/latest/developerguide/concepts.html#key-id-key-ARN, "#key-id-alias-ARN"
describe('the ARN of a key', () => {
  const arn = `arn:aws:kms:eu-west-1:${OTHER}:key/1b2c`;
  it.each([
    [arn, HOME, arn],
    ['1b2c', 'eu-central-1', `arn:aws:kms:eu-central-1:${OWN}:key/1b2c`],
    ['mrk-1b2c', 'cn-north-1', `arn:aws-cn:kms:cn-north-1:${OWN}:key/mrk-1b2c`],
    ['alias/team/states', 'us-gov-west-1', `arn:aws-us-gov:kms:us-gov-west-1:${OWN}:alias/team/states`],
  ])('%s in %s', (key, region, expected) => {
    expect(kmsKeyArn(key, { region, account: OWN })).toBe(expected);
  });
});

describe('kmsKey.description', () => {
  it('of an enabled key', async () => {
    const { arn } = make();
    expect(await description(arn)).toEqual({
      known: { kind: 'found', arn, state: 'Enabled', manager: 'CUSTOMER', deletionDate: null, multiRegion: false },
    });
  });

  it.each(['Disabled', 'PendingImport', 'PendingReplicaDeletion', 'Unavailable', 'Updating'] as const)(
    'carries the state %s as it is',
    async (state) => {
      const { arn } = make({ state });
      expect(await description(arn)).toMatchObject({ known: { state, deletionDate: null } });
    },
  );

  it('says when a key will be gone', async () => {
    const deletionDate = new Date(AT.getTime() + 7 * 86_400_000);
    const { arn } = make({ state: 'PendingDeletion', deletionDate });
    expect(await description(arn)).toMatchObject({
      known: { state: 'PendingDeletion', deletionDate: '2026-11-30T12:00:00.000Z' },
    });
  });

  it('says that AWS manages it, and that it is one of several Regions', async () => {
    expect(await description(make({ manager: 'AWS' }).arn)).toMatchObject({ known: { manager: 'AWS' } });
    expect(await description(make({ multiRegion: true }).arn)).toMatchObject({ known: { multiRegion: true } });
  });

  it('is found by id and by alias in the region that is asked', async () => {
    const here = make({ alias: 'alias/states' });
    const away = make({ alias: 'alias/states', region: AWAY });
    expect(await description('alias/states')).toMatchObject({ known: { arn: here.arn } });
    expect(await description('alias/states', AWAY)).toMatchObject({ known: { arn: away.arn } });
    expect(await description(here.id)).toMatchObject({ known: { arn: here.arn } });
  });

  it('asks in the key’s region, once', async () => {
    const { arn } = make({ region: AWAY });
    const { answer } = answersOf(audit.open());
    const [first, second] = await Promise.all([
      answer('kmsKey.description', subject(arn, AWAY)),
      answer('kmsKey.description', subject(arn, AWAY)),
    ]);
    expect(first.fact).toMatchObject({ known: { arn } });
    expect(second).toEqual(first);
    expect(audit.counts()).toMatchObject({ 'kms:DescribeKey': 1 });
    expect([...first.observed.values()].map(({ region, answer: told }) => [region, told])).toContainEqual([
      AWAY,
      'Enabled, managed by CUSTOMER',
    ]);
  });

  it('is absent where no such key is in the account that the ARN names', async () => {
    const missing = make().arn.replace(/[^/]+$/, '00000000-0000-4000-8000-000000000000');
    expect(await description(missing)).toEqual({ known: { kind: 'absent' } });
  });

  it('is asked by bare name in the account that is given, and not in the auditor’s', async () => {
    make({ alias: 'alias/states' });
    const theirs = make({ account: OTHER, alias: 'alias/states' });
    expect(await description('alias/states', HOME, OTHER)).toMatchObject({ gaps: [{ cause: 'access-denied' }] });
    audit.standIn.grant({ account: OWN, resource: theirs.arn, actions: ['kms:DescribeKey'] });
    expect(await description('alias/states', HOME, OTHER)).toMatchObject({ known: { arn: theirs.arn } });
    expect(await description(theirs.id, HOME, OTHER)).toMatchObject({ known: { arn: theirs.arn } });
  });

  it.each(['alias/gone', '00000000-0000-4000-8000-000000000000'])(
    'is absent where the account has no %s',
    async (id) => {
      make();
      expect(await description(id)).toEqual({ known: { kind: 'absent' } });
    },
  );

  it('is not known, and not asked, where nothing says the account of a bare name', async () => {
    make({ alias: 'alias/states' });
    expect(await description('alias/states', HOME, null)).toMatchObject({
      gaps: [{ fact: 'kmsKey.description', cause: 'undecided', resource: 'alias/states' }],
    });
    expect(audit.counts()).toEqual({});
  });

  it('is not known where it is denied, and says what would allow it', async () => {
    const { arn } = make();
    audit.standIn.deny('kms:DescribeKey', arn);
    expect(await description(arn)).toMatchObject({
      gaps: [{ cause: 'access-denied', call: 'kms:DescribeKey', permission: 'kms:DescribeKey', resource: arn }],
    });
  });

  it('is not known in another account that does not let the auditor in, whether there is a key or not', async () => {
    const { arn } = make({ account: OTHER });
    for (const id of [arn, arn.replace(/[^/]+$/, '00000000-0000-4000-8000-000000000000')]) {
      expect(await description(id)).toMatchObject({ gaps: [{ cause: 'access-denied', resource: id }] });
    }
    audit.standIn.grant({ account: OWN, resource: arn, actions: ['kms:DescribeKey'] });
    expect(await description(arn)).toMatchObject({ known: { arn } });
  });

  it('is not known where the answer names no state', async () => {
    const { arn } = make();
    const body = JSON.stringify({ KeyMetadata: { Arn: arn, KeyManager: 'CUSTOMER' } });
    const headers = { 'x-amzn-requestid': 'F00', 'content-type': 'application/x-amz-json-1.1' };
    audit.standIn.faults.add({ operation: 'kms:DescribeKey', fault: { status: 200, headers, body } });
    expect(await description(arn)).toMatchObject({ gaps: [{ cause: 'unexpected-answer' }] });
  });

  it('replays as it was', async () => {
    const keys = [make({ state: 'PendingDeletion' }).arn, make().arn.replace(/[^/]+$/, 'gone')];
    const live = audit.open();
    const told = await Promise.all(keys.map((id) => answersOf(live).answer('kmsKey.description', subject(id))));
    const again = audit.replay(live.evidence);
    const retold = await Promise.all(keys.map((id) => answersOf(again).answer('kmsKey.description', subject(id))));
    expect(retold.map(({ fact }) => fact)).toEqual(told.map(({ fact }) => fact));
    expect(told.map(({ fact }) => 'known' in fact && fact.known.kind)).toEqual(['found', 'absent']);
  });
});

describe('kmsKey.policy', () => {
  const policy = (id: string, account: string | null = OWN) =>
    factOf(audit, 'kmsKey.policy', subject(id, HOME, account));
  const document = {
    Version: '2012-10-17',
    Statement: [{ Sid: 'Own', Effect: 'Allow', Principal: { AWS: OWN }, Action: 'kms:*', Resource: '*' }],
  };
  const missing = (arn: string) => arn.replace(/[^/]+$/, '00000000-0000-4000-8000-000000000000');

  it('is the document, by ARN and by id', async () => {
    const { arn, id } = make({ policy: JSON.stringify(document) });
    expect(await policy(arn)).toEqual({ known: { kind: 'policy', document } });
    expect(await policy(id)).toEqual({ known: { kind: 'policy', document } });
    expect(audit.counts()).toMatchObject({ 'kms:GetKeyPolicy': 2 });
  });

  it('is absent where no such key is in the account', async () => {
    expect(await policy(missing(make().arn))).toEqual({ known: { kind: 'absent' } });
  });

  it('is not known, and not asked, where nothing says the account of a bare name', async () => {
    expect(await policy(make().id, null)).toMatchObject({ gaps: [{ fact: 'kmsKey.policy', cause: 'undecided' }] });
    expect(audit.counts()).toEqual({});
  });

  it('is not known where it is denied, and in another account that does not let the auditor in', async () => {
    const theirs = make({ account: OTHER });
    expect(await policy(theirs.arn)).toMatchObject({ gaps: [{ cause: 'access-denied', resource: theirs.arn }] });
    const { arn } = make();
    audit.standIn.deny('kms:GetKeyPolicy', arn);
    expect(await policy(arn)).toMatchObject({
      gaps: [{ cause: 'access-denied', call: 'kms:GetKeyPolicy', permission: 'kms:GetKeyPolicy', resource: arn }],
    });
  });

  it('is not known where it is not JSON', async () => {
    const { arn } = make({ policy: '{' });
    expect(await policy(arn)).toMatchObject({ gaps: [{ cause: 'unexpected-answer', resource: arn }] });
  });

  it('replays as it was', async () => {
    const keys = [make({ policy: JSON.stringify(document) }).arn, missing(make().arn)];
    const live = audit.open();
    const ask = async (opened: typeof live) => {
      const { answer } = answersOf(opened);
      return (await Promise.all(keys.map((id) => answer('kmsKey.policy', subject(id))))).map(({ fact }) => fact);
    };
    const told = await ask(live);
    expect(await ask(audit.replay(live.evidence))).toEqual(told);
    expect(told).toEqual([{ known: { kind: 'policy', document } }, { known: { kind: 'absent' } }]);
  });
});
