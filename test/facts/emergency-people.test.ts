import { beforeEach, describe, expect, it } from '@jest/globals';
import { isMeant, permissionSetRole } from '../../src/facts/permission-set.ts';
import type { EmergencyPeople } from '../../src/model/assumability.ts';
import type { Fact } from '../../src/model/fact.ts';
import type { EmergencyPrincipal } from '../../src/model/subject.ts';
import { OTHER, OWN, useAudit } from '../waist/audit.ts';
import { makeRole, trust } from './people.ts';
import { factOf, stackOf } from './subjects.ts';

const audit = useAudit();
const trusts = trust({ Federated: `arn:aws:iam::${OWN}:saml-provider/AWSSSO_0123456789abcdef_DO_NOT_DELETE` });
const SSO = '/aws-reserved/sso.amazonaws.com/';
const DETAILS = 'iam:GetAccountAuthorizationDetails';
const role = (place: string, name: string, account = OWN) => `arn:aws:iam::${account}:role${SSO}${place}${name}`;
const makeSet = (place: string, set: string, suffix: string) =>
  makeRole(audit.connect().iam, `AWSReservedSSO_${set}_${suffix}`, { trusts, path: `${SSO}${place}` });

const peopleOf = (...emergencyPrincipals: readonly EmergencyPrincipal[]): Promise<Fact<EmergencyPeople>> =>
  factOf(audit, 'stack.emergencyPeople', stackOf({ emergencyPrincipals }));
const are = (...arns: readonly string[]) => ({
  principals: arns.map((arn) => expect.objectContaining({ arn })),
  unmatched: [],
});

describe('stack.emergencyPeople named by ARN', () => {
  it('are themselves, without a call', async () => {
    const alice = `arn:aws:iam::${OWN}:user/people/alice`;
    const session = `arn:aws:sts::${OTHER}:assumed-role/oncall/bob`;
    expect(await peopleOf({ arn: alice, via: 'a safe' }, { arn: session })).toEqual({
      known: {
        principals: [
          { arn: alice, via: 'a safe', named: alice },
          { arn: session, via: null, named: session },
        ],
        unmatched: [],
      },
    });
    expect(audit.counts()).toEqual({});
  });

  it('are nobody where the config names nobody', async () => {
    expect(await peopleOf()).toEqual({ known: { principals: [], unmatched: [] } });
  });
});

describe.each(['the details of the account', 'the list of its roles'])('a permission set, by %s', (source) => {
  const any = role('*/', 'AWSReservedSSO_Oncall_*');

  beforeEach(() => {
    if (source === 'the list of its roles') audit.standIn.account(OWN).deny(DETAILS);
  });

  it.each(['eu-west-1/', ''])('is found by a pattern; its path ends in "%s"', async (place) => {
    audit.standIn.settings.iamPageSize = 1;
    const oncall = await makeSet(place, 'Oncall', '0123456789abcdef');
    await makeSet(place, 'Oncall_Readers', '1123456789abcdef');
    await makeSet(place, 'SuperOncall', '2123456789abcdef');
    expect(await peopleOf({ arn: any, via: 'sso' })).toEqual({
      known: { principals: [{ arn: oncall, via: 'sso', named: any }], unmatched: [] },
    });
    const names = ['iam:ListRoles', DETAILS].map((call) => (audit.counts()[call] ?? 0) > 0);
    expect(names).toEqual(source === 'the list of its roles' ? [true, true] : [false, true]);
  });

  it('that is not there is said, with those that are', async () => {
    expect(await peopleOf({ arn: any })).toEqual({
      known: {
        principals: [],
        unmatched: [{ named: any, detail: `the account ${OWN} has no role of a permission set` }],
      },
    });
    await makeSet('', 'Readers', '0123456789abcdef');
    await makeSet('', 'Admins', '1123456789abcdef');
    expect(await peopleOf({ arn: any })).toMatchObject({
      known: {
        unmatched: [
          { detail: `the account ${OWN} has no role of the permission set Oncall; it has roles of Admins and Readers` },
        ],
      },
    });
  });

  it('that was assigned again is said, with its new role', async () => {
    const gone = role('eu-west-1/', 'AWSReservedSSO_Oncall_0123456789abcdef');
    const now = await makeSet('eu-west-1/', 'Oncall', 'fedcba9876543210');
    const detail = `no role has this name; the permission set Oncall has ${now}`;
    expect(await peopleOf({ arn: gone })).toEqual({ known: { principals: [], unmatched: [{ named: gone, detail }] } });
    const session = `arn:aws:sts::${OWN}:assumed-role/AWSReservedSSO_Oncall_0123456789abcdef/alice`;
    expect(await peopleOf({ arn: session })).toEqual({
      known: { principals: [], unmatched: [{ named: session, detail }] },
    });
  });

  it('whose role is named as it is, is that role', async () => {
    const oncall = await makeSet('eu-west-1/', 'Oncall', '0123456789abcdef');
    await makeSet('eu-west-1/', 'Oncall', 'fedcba9876543210');
    const session = `arn:aws:sts::${OWN}:assumed-role/AWSReservedSSO_Oncall_0123456789abcdef/alice`;
    expect(await peopleOf({ arn: oncall }, { arn: session })).toEqual({ known: are(oncall, session) });
  });

  it('whose role is named, and is gone without another, is judged by that name', async () => {
    await makeSet('', 'Readers', '0123456789abcdef');
    const gone = role('', 'AWSReservedSSO_Oncall_0123456789abcdef');
    expect(await peopleOf({ arn: gone })).toEqual({ known: are(gone) });
  });
});

describe('a permission set in an account that tells nothing', () => {
  const exact = role('', 'AWSReservedSSO_Oncall_0123456789abcdef');
  const any = role('*/', 'AWSReservedSSO_Oncall_*');

  it('is a gap with the permission that is missing', async () => {
    for (const call of [DETAILS, 'iam:ListRoles']) audit.standIn.account(OWN).deny(call);
    const permission = 'iam:ListRoles';
    expect(await peopleOf({ arn: `arn:aws:iam::${OWN}:user/alice` }, { arn: any })).toMatchObject({
      gaps: [
        {
          fact: 'stack.emergencyPeople',
          cause: 'access-denied',
          call: permission,
          permission,
          resource: `roles below ${SSO}`,
        },
      ],
    });
    expect(await peopleOf({ arn: role('*/', 'AWSReservedSSO_Oncall_*', OTHER) })).toMatchObject({
      gaps: [{ cause: 'account-not-read', resource: OTHER }],
    });
  });

  it('is what it is named where its role is named', async () => {
    for (const call of [DETAILS, 'iam:ListRoles']) audit.standIn.account(OWN).deny(call);
    const elsewhere = role('', 'AWSReservedSSO_Oncall_0123456789abcdef', OTHER);
    expect(await peopleOf({ arn: exact }, { arn: elsewhere })).toEqual({ known: are(exact, elsewhere) });
  });

  it.each(['', '<Roles><member><RoleName>a</RoleName></member></Roles>'])(
    'is a gap where the list is %p',
    async (list) => {
      audit.standIn.account(OWN).deny(DETAILS);
      const body = `<ListRolesResponse><ListRolesResult>${list}</ListRolesResult></ListRolesResponse>`;
      const fault = { status: 200, headers: { 'x-amzn-requestid': 'F00' }, body };
      audit.standIn.faults.add({ operation: 'iam:ListRoles', fault });
      expect(await peopleOf({ arn: any })).toMatchObject({
        gaps: [{ cause: 'unexpected-answer', call: 'iam:ListRoles' }],
      });
    },
  );
});

describe('a pattern', () => {
  const meant = (pattern: string, arn: string): boolean | null => {
    const [wanted, found] = [permissionSetRole(pattern), permissionSetRole(arn)];
    return wanted && found && isMeant(wanted, found);
  };
  const [here, global] = [role('eu-west-1/', 'AWSReservedSSO_A_x1'), role('', 'AWSReservedSSO_A_x1')];

  // Identity Center leaves the region out where it is in us-east-1.
  it.each([
    [role('*/', 'AWSReservedSSO_A_*'), [true, true]],
    [`arn:aws:iam::${OWN}:role/aws-reserved/sso.amazonaws.com*/AWSReservedSSO_A_*`, [true, true]],
    [role('eu-west-1/', 'AWSReservedSSO_A_*'), [true, false]],
    [role('us-west-2/', 'AWSReservedSSO_A_*'), [false, false]],
    [role('', 'AWSReservedSSO_A_*'), [false, true]],
    [role('*/', 'AWSReservedSSO_B_*'), [false, false]],
    [role('*/', 'AWSReservedSSO_a_*'), [false, false]],
    [role('eu-west-1/', 'AWSReservedSSO_A_x1'), [true, false]],
    [role('eu-west-1/', 'AWSReservedSSO_A_x2'), [false, false]],
  ])('%s means the role with its region and without: %p', (pattern, expected) => {
    expect([here, global].map((arn) => meant(pattern, arn))).toEqual(expected);
  });

  it.each([
    `arn:aws:iam::${OWN}:role/AWSReservedSSO_A_x1`,
    `arn:aws:iam::${OWN}:role${SSO}AWSReservedSSO_A`,
    `arn:aws:iam::${OWN}:role${SSO}Oncall_x1`,
    `arn:aws:iam::${OWN}:user/alice`,
    'AWSReservedSSO_A_x1',
  ])('is not what %s is', (arn) => {
    expect(permissionSetRole(arn)).toBeNull();
  });
});
