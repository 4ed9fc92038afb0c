import { beforeEach, describe, expect, it } from '@jest/globals';
import type { EmergencyAccess, StateReach } from '../../src/model/assumability.ts';
import type { S3Writes } from '../../src/model/backend.ts';
import { type Fact, known, unknown } from '../../src/model/fact.ts';
import type { Copy, NamedRole, Stack } from '../../src/model/subject.ts';
import { AWAY, HOME, OTHER, OWN, useAudit } from '../waist/audit.ts';
import { allow, makePolicy, makeRole, makeUser, trust } from './people.ts';
import {
  arnOf,
  BUCKET,
  everything,
  glass,
  LOCK,
  makeGlass,
  nobody,
  OBJECT,
  onState,
  open,
  opening,
  putPolicy,
  reached,
  reachIn,
  type Stage,
  statements,
  stop,
  stopped,
  way,
} from './reaching.ts';
import { bucketAt, factOf, KEY, plainWrites, stackOf, stateAt, writeState } from './subjects.ts';

const audit = useAudit();
const iam = () => audit.connect().iam;
const s3 = () => audit.connect().s3;
const reach = (stage: Stage = {}) => reachIn(audit, stage);

beforeEach(async () => {
  audit.standIn.createBucket({ name: 'state', region: HOME, account: OWN, versioning: 'Enabled' });
  await writeState(s3());
});

describe('what has to be allowed', () => {
  // https://developer.hashicorp.com/terraform/language/backend/s3, "S3 bucket permissions", "DynamoDB table permissions"
  const least = {
    plain: [
      ['s3:ListBucket', BUCKET],
      ['s3:GetObject', OBJECT],
      ['s3:PutObject', OBJECT],
    ],
    file: [
      ['s3:GetObject', LOCK],
      ['s3:PutObject', LOCK],
      ['s3:DeleteObject', LOCK],
    ],
    table: ['GetItem', 'PutItem', 'DeleteItem'].map((name) => [
      `dynamodb:${name}`,
      `arn:aws:dynamodb:${HOME}:${OWN}:table/locks`,
    ]),
  };
  const grant = (pairs: readonly (readonly string[])[]) =>
    pairs.map(([Action, Resource]) => ({ Effect: 'Allow', Action, Resource }));
  const kinds: readonly (readonly [string, readonly (readonly string[])[], Partial<S3Writes>])[] = [
    ['without a lock', least.plain, {}],
    ['with a lock file', [...least.plain, ...least.file], { lockfile: { known: true } }],
    ['with a table', [...least.plain, ...least.table], { table: { known: 'locks' } }],
  ];

  it.each(kinds)('%s: what Terraform documents is enough', async (_, pairs, writes) => {
    await makeGlass(audit, ...grant(pairs));
    expect(await reach({ writes })).toEqual({
      known: {
        kind: 'reached',
        by: glass,
        because: `it may call ${[...new Set(pairs.map(([one]) => one))].join(', ')}`,
      },
    });
  });

  it.each(kinds)('%s: and nothing less is', async (_, pairs, writes) => {
    for (const [index, [action = '', resource = '']] of pairs.entries()) {
      await makeRole(iam(), `less-${index}`, {
        trusts: nobody,
        inline: { state: statements(...grant(pairs.filter((__, at) => at !== index))) },
      });
      const arn = arnOf(`less-${index}`);
      const lack = `no statement of the identity-based policies allows ${action}`;
      const found = await reach({ writes, access: opening(way(arn)) });
      // A table may have a policy of its own.
      expect(found).toMatchObject(
        action.startsWith('dynamodb:')
          ? open(`whether ${arn} may call ${action} on ${resource} .*${lack}`)
          : stopped(stop(action, resource, lack, arn)),
      );
    }
  });

  it.each<[string, Partial<S3Writes>]>([
    ['a lock file', { lockfile: { open: 'var.lock is not known' } }],
    ['a table', { table: { open: 'var.lock is not known' } }],
    ['the endpoint of a table', { table: { known: 'locks' }, tableEndpoint: { open: 'var.lock is not known' } }],
  ])('is not known where the code does not say %s', async (_, writes) => {
    await makeGlass(audit, ...everything);
    expect(await reach({ writes })).toMatchObject({
      gaps: [{ cause: 'backend-incomplete', detail: 'var.lock is not known' }],
    });
    await makeRole(iam(), 'poor', { trusts: nobody });
    expect(await reach({ writes, access: opening(way(arnOf('poor'))) })).toMatchObject({ known: { kind: 'stopped' } });
  });

  it.each<[string, Partial<S3Writes>]>([
    ['at an endpoint of its own', { table: { known: 'locks' }, tableEndpoint: { known: 'https://ddb.example' } }],
    ['that is named by its ARN', { table: { known: `arn:aws:dynamodb:${HOME}:${OTHER}:table/locks` } }],
  ])('is not judged for a table %s', async (_, writes) => {
    await makeGlass(audit, ...everything);
    expect(await reach({ writes })).toMatchObject(open(/table .*locks/));
  });
});

describe('the list of workspaces', () => {
  const backendOf = (prefix: string | null): Partial<Stack> => ({
    backend: known({
      kind: 's3',
      location: {
        bucket: 'state',
        key: KEY,
        region: HOME,
        regionInCode: true,
        endpoint: { url: null, pathStyle: false },
        workspaces: prefix === null ? null : { prefix, defaultKey: KEY },
        writes: plainWrites,
      },
      declaredAt: null,
      arguments: [],
    }),
  });
  const below = (prefix: string) => [
    onState('s3:ListBucket', { Condition: { StringLike: { 's3:prefix': prefix } } }),
    onState(['s3:GetObject', 's3:PutObject']),
  ];

  it('may be all that somebody may list', async () => {
    await makeGlass(audit, ...below('teams/*'));
    expect(await reach({ stack: backendOf('teams') })).toEqual(reached());
    expect(await reach({ stack: backendOf('env:') })).toMatchObject(stopped({ action: 's3:ListBucket' }));
    expect(await reach({ stack: backendOf(null) })).toMatchObject(open('s3:prefix'));
  });
});

describe('who opens the state', () => {
  const named = (name: string, use: NamedRole['use'], source = 'roles in dr-audit.yaml'): NamedRole => ({
    arn: arnOf(name),
    phase: 'both',
    use,
    declaredBy: 'config',
    source,
  });
  const alice = `arn:aws:iam::${OWN}:user/alice`;
  const byGlass = stop('s3:ListBucket', BUCKET, expect.any(String));

  beforeEach(async () => {
    await makeRole(iam(), 'glass', { trusts: nobody });
    await makeRole(iam(), 'state', { trusts: nobody, inline: { state: statements(...everything) } });
    await makeUser(iam(), 'alice', { inline: { state: statements(...everything) } });
  });

  it('is the role that opens', async () => {
    expect(await reach()).toEqual(stopped(byGlass));
    expect(await reach({ access: opening(way(arnOf('state'))) })).toEqual(reached(arnOf('state')));
  });

  it('is any of several', async () => {
    expect(await reach({ access: opening(way(glass), way(arnOf('state'))) })).toEqual(reached(arnOf('state')));
  });

  it('is the backend’s own role, and no other', async () => {
    const stack = { namedRoles: known([named('state', 'state'), named('glass', 'deploy')]) };
    const access = opening(way(glass), way(arnOf('state')));
    expect(await reach({ stack, access })).toEqual(reached(arnOf('state')));
    const poor = { namedRoles: known([named('glass', 'state'), named('state', 'deploy')]) };
    expect(await reach({ stack: poor, access })).toEqual(stopped(byGlass));
  });

  it('is not known of the backend’s own role into which nobody was shown to get', async () => {
    const stack = { namedRoles: known([named('state', 'state')]) };
    expect(await reach({ stack })).toMatchObject(open(`with ${arnOf('state')}, .*: from ${glass}, no statement`));
    const poor = { namedRoles: known([named('glass', 'state')]) };
    expect(await reach({ stack: poor, access: opening(way(arnOf('state'))) })).toEqual(stopped(byGlass));
  });

  it('is the backend’s own role where the one that opens gets into it', async () => {
    await makeRole(iam(), 'inner', {
      trusts: trust({ AWS: glass }),
      inline: { state: statements(...everything) },
    });
    const stack = { namedRoles: known([named('inner', 'state')]) };
    expect(await reach({ stack })).toEqual(reached(arnOf('inner')));
    const access = opening(way(arnOf('state')));
    expect(await reach({ stack, access })).toMatchObject(open(`from ${arnOf('state')}, no statement`));
  });

  it('is not known of a backend’s role that asks for more', async () => {
    const id = { StringEquals: { 'sts:ExternalId': 'states' } };
    await makeRole(iam(), 'inner', { trusts: trust({ AWS: glass }, id), inline: { state: statements(...everything) } });
    expect(await reach({ stack: { namedRoles: known([named('inner', 'state')]) } })).toMatchObject({ gaps: [{}] });
  });

  it('is also whoever gets into a role that a provider block assumes', async () => {
    const stack = { namedRoles: known([named('glass', 'deploy', 'provider block main.tf:7')]) };
    expect(await reach({ stack })).toEqual(reached(alice));
    await makeUser(iam(), 'bob');
    const access = opening(way(glass, `arn:aws:iam::${OWN}:user/bob`));
    const byBob = { ...byGlass, identity: `arn:aws:iam::${OWN}:user/bob` };
    expect(await reach({ stack, access })).toEqual(stopped(byGlass, byBob));
  });

  it('is not whoever gets into a role that others name', async () => {
    expect(await reach({ stack: { namedRoles: known([named('glass', 'deploy')]) } })).toEqual(stopped(byGlass));
  });

  it('is nobody who does not exist', async () => {
    const gone = arnOf('gone');
    const expected = stop('sts:AssumeRole', gone, 'it does not exist', gone);
    expect(await reach({ access: opening(way(gone)) })).toEqual(stopped(expected));
  });

  it.each<[string, EmergencyAccess]>([
    ['closed', { kind: 'closed', attempts: [{ role: glass, principal: alice, because: 'no', mayRepair: false }] }],
    ['shut', { kind: 'shut', role: glass, class: 'nobody', admits: [] }],
    ['gone', { kind: 'role-missing', role: glass }],
    ['planned', { kind: 'planned', plan: 'docs/plan.md', accepted: true }],
  ])('is nobody where the way in is %s, and nothing is asked', async (_, access) => {
    audit.standIn.clearRequests();
    expect(await reach({ access: known(access) })).toEqual({ known: { kind: 'nobody' } });
    expect(audit.counts()).toEqual({});
  });

  it('is not known where the way in is not', async () => {
    const access = unknown({ fact: 'stack.roles', cause: 'role-not-named', detail: 'no role' });
    expect(await reach({ access })).toEqual(access);
  });
});

describe('the identity’s own policies', () => {
  it('are limited by a boundary', async () => {
    const boundary = await makePolicy(iam(), 'limit', allow('ec2:*'));
    await makeRole(iam(), 'glass', { trusts: nobody, boundary, inline: { state: statements(...everything) } });
    expect(await reach()).toEqual(
      stopped(stop('s3:ListBucket', BUCKET, 'no statement of the permissions boundary allows s3:ListBucket')),
    );
  });

  it('may deny', async () => {
    await makeGlass(audit, ...everything, onState('s3:PutObject', { Effect: 'Deny', Sid: 'Frozen' }));
    const because = 'statement Frozen of the identity-based policy 1 explicitly denies s3:PutObject to role glass';
    expect(await reach()).toEqual(stopped(stop('s3:PutObject', OBJECT, because)));
  });

  it('are not known where they are denied, unless the bucket policy decides', async () => {
    await makeGlass(audit, ...everything);
    for (const operation of ['iam:GetAccountAuthorizationDetails', 'iam:ListRolePolicies'])
      audit.standIn.deny(operation);
    expect(await reach()).toMatchObject({ gaps: [{ fact: 'principal.policies', cause: 'access-denied' }] });
    await putPolicy(audit, onState('s3:GetObject', { Effect: 'Deny', Principal: '*', Sid: 'Shut' }));
    expect(await reach()).toMatchObject({
      known: { kind: 'stopped', stops: [{ action: 's3:GetObject', because: expect.stringContaining('Shut') }] },
    });
  });
});

describe('the organization', () => {
  const MANAGEMENT = '999999999999';
  const asMember = async () => {
    await makeRole(audit.connect({ account: MANAGEMENT }).iam, 'audit', { trusts: trust({ AWS: '*' }) });
    const organization = audit.standIn.createOrganization({ management: MANAGEMENT });
    organization.addAccount(OWN);
    const accounts = [{ id: MANAGEMENT, assumeRole: arnOf('audit', MANAGEMENT) }];
    return { organization, opened: () => audit.open({ accounts }) };
  };

  it('may deny, and is told as an SCP', async () => {
    await makeGlass(audit, ...everything);
    const { organization, opened } = await asMember();
    const elsewhere = { StringNotEquals: { 'aws:RequestedRegion': AWAY } };
    const Statement = [{ Sid: 'Region', Effect: 'Deny', Action: 's3:*', Resource: '*', Condition: elsewhere }];
    organization.addPolicy({ name: 'region', content: { Version: '2012-10-17', Statement }, targets: [OWN] });
    expect(await reach({ opened: opened() })).toMatchObject(
      stopped({ action: 's3:ListBucket', because: expect.stringMatching(/^statement Region of the SCP/) }),
    );
  });

  it('does not bind its management account, which it tells from strangers', async () => {
    await makeGlass(audit, ...everything);
    const { id } = audit.standIn.createOrganization({ management: OWN });
    const Condition = { StringNotEquals: { 'aws:PrincipalOrgID': id } };
    await putPolicy(audit, onState('s3:*', { Effect: 'Deny', Principal: '*', Condition }));
    expect(await reach()).toEqual(reached());
  });

  it('may not be there', async () => {
    await makeGlass(audit, ...everything);
    const Condition = { Null: { 'aws:PrincipalOrgID': 'true' } };
    await putPolicy(audit, onState('s3:*', { Effect: 'Deny', Principal: '*', Condition }));
    expect(await reach()).toMatchObject(stopped({ action: 's3:ListBucket' }));
  });

  it('may deny what belongs to the account, as an RCP', async () => {
    await makeGlass(audit, ...everything);
    const { organization, opened } = await asMember();
    const Statement = [{ Sid: 'Data', Effect: 'Deny', Principal: '*', Action: 's3:PutObject', Resource: '*' }];
    const content = { Version: '2012-10-17', Statement };
    organization.addPolicy({ name: 'data', type: 'RESOURCE_CONTROL_POLICY', content, targets: [OWN] });
    expect(await reach({ opened: opened() })).toMatchObject(
      stopped({ action: 's3:PutObject', because: expect.stringMatching(/^statement Data of the RCP/) }),
    );
  });

  it('lets a bucket policy tell its own from strangers', async () => {
    await makeGlass(audit, ...everything);
    const { organization, opened } = await asMember();
    const unless = (id: string) =>
      onState('s3:*', { Effect: 'Deny', Principal: '*', Condition: { StringNotEquals: { 'aws:PrincipalOrgID': id } } });
    await putPolicy(audit, unless(organization.id));
    expect(await reach({ opened: opened() })).toEqual(reached());
    await putPolicy(audit, unless('o-0000000000'));
    expect(await reach({ opened: opened() })).toMatchObject({ known: { kind: 'stopped' } });
  });
});

it.each([
  ['somebody gets in', 'alice', reached()],
  ['nobody does', 'bob', { known: { kind: 'nobody' } }],
])('from the config to the bucket: %s', async (_, name, expected) => {
  const alice = await makeUser(iam(), 'alice');
  await makeUser(iam(), 'bob');
  await makeRole(iam(), 'glass', { trusts: trust({ AWS: alice }), inline: { state: statements(...everything) } });
  const stack = stackOf({
    breakGlass: [{ kind: 'role', arn: glass }],
    namedRoles: known([{ arn: arnOf('gone'), phase: 'both', use: 'deploy', declaredBy: 'config', source: 'config' }]),
    emergencyPrincipals: [{ arn: `arn:aws:iam::${OWN}:user/${name}` }],
  });
  const state = stateAt(bucketAt(audit), KEY, stack);
  const copy: Copy = { kind: 'copy', replica: null, state, bucket: state.bucket, object: state.object };
  expect(await factOf(audit, 'copy.reach', copy)).toEqual(expected);
});

it('replays as it was', async () => {
  await makeGlass(audit, ...everything);
  const live = audit.open();
  const told: Fact<StateReach> = await reach({ opened: live });
  expect(told).toEqual(reached());
  expect(await reach({ opened: audit.replay(live.evidence) })).toEqual(told);
});
