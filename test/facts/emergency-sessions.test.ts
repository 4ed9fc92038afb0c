import { beforeEach, describe, expect, it } from '@jest/globals';
import { OWN, useAudit } from '../waist/audit.ts';
import { accessOf, alice, open, roleArn } from './emergency.ts';
import { makeRole, makeUser } from './people.ts';

const audit = useAudit();
const hub = roleArn('hub');

/** A trust policy that lets one principal make those calls under a condition. */
const letting = (AWS: string, Action: readonly string[], Condition?: object) =>
  JSON.stringify({
    Version: '2012-10-17',
    Statement: [{ Effect: 'Allow', Principal: { AWS }, Action, ...(Condition ? { Condition } : {}) }],
  });
const make = (name: string, trusts: string) => makeRole(audit.connect().iam, name, { trusts });

beforeEach(async () => {
  await makeUser(audit.connect().iam, 'alice');
});

describe('the session of a step', () => {
  const tagged = { StringEquals: { 'aws:RequestTag/team': 'platform' } };

  it('has the tags that the step before passes', async () => {
    await make('hub', letting(alice, ['sts:AssumeRole', 'sts:TagSession'], tagged));
    await make('deploy', letting(hub, ['sts:AssumeRole'], { StringEquals: { 'aws:PrincipalTag/team': 'platform' } }));
    const fact = await accessOf(audit);
    expect(fact).toMatchObject({ known: { kind: 'open', ways: [{ via: [hub] }] } });
    const ways = 'known' in fact && fact.known.kind === 'open' ? fact.known.ways : [];
    expect(ways[0]?.requires).toEqual([
      expect.objectContaining({ type: 'requestTags', tags: { team: 'platform' }, hop: 1 }),
    ]);
  });

  it('cannot be told to have tags that nothing passes', async () => {
    await make('hub', letting(alice, ['sts:AssumeRole']));
    await make('deploy', letting(hub, ['sts:AssumeRole'], { StringEquals: { 'aws:PrincipalTag/team': 'platform' } }));
    expect(await accessOf(audit)).toMatchObject({ gaps: [{ cause: 'undecided' }] });
  });

  const identified = { StringEquals: { 'sts:SourceIdentity': 'alice' } };
  const setting = ['sts:AssumeRole', 'sts:SetSourceIdentity'];

  it('inherits the source identity, which the next role has to allow', async () => {
    await make('hub', letting(alice, setting, identified));
    await make('deploy', letting(hub, setting));
    const requires = [{ type: 'sourceIdentity', equals: 'alice', hop: 1 }] as const;
    expect(await accessOf(audit)).toEqual(open({ via: [hub], requires }));
  });

  it('with a source identity gets into no role that does not allow it', async () => {
    await make('hub', letting(alice, setting, identified));
    await make('deploy', letting(hub, ['sts:AssumeRole']));
    expect(await accessOf(audit)).toMatchObject({ gaps: [{ cause: 'undecided', resource: roleArn('deploy') }] });
  });

  it('has one name, which two steps may ask to be different', async () => {
    const session = `arn:aws:sts::${OWN}:assumed-role/hub/dr`;
    await make('hub', letting(alice, ['sts:AssumeRole'], { StringEquals: { 'sts:RoleSessionName': 'alice' } }));
    await make('deploy', letting(session, ['sts:AssumeRole']));
    const fact = await accessOf(audit);
    expect('known' in fact && fact.known.kind === 'open').toBe(false);
  });
});
