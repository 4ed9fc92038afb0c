import { beforeEach, describe, expect, it } from '@jest/globals';
import { known } from '../../src/model/fact.ts';
import type { Stack } from '../../src/model/subject.ts';
import { OTHER, OWN, useAudit } from '../waist/audit.ts';
import { accessOf, alice, closed, named, roleArn } from './emergency.ts';
import { allow, makePolicy, makeRole, makeUser, trust } from './people.ts';

const audit = useAudit();
const iam = () => audit.connect().iam;
const toAlice = trust({ AWS: alice });
const toNobody = trust({ AWS: roleArn('pipeline') });
const unnamed = { pattern: 'arn:aws:iam::${var.account}:role/x', location: { file: 'main.tf', line: 1, column: 1 } };
const access = (stack: Partial<Stack> = {}) => accessOf(audit, { stack });
const through = (arn: string) => accessOf(audit, { people: [{ arn }] });

beforeEach(async () => {
  await makeUser(iam(), 'alice');
});

describe('never open on what is not known', () => {
  it('while the code names another role by an expression; a shut one still decides', async () => {
    await makeRole(iam(), 'deploy', { trusts: toAlice });
    expect(await access({ unnamedRoles: [unnamed] })).toMatchObject({ gaps: [{ cause: 'role-not-named' }] });
    await makeRole(iam(), 'shut', { trusts: toNobody });
    const namedRoles = known([named(roleArn('shut'))]);
    expect(await access({ namedRoles, unnamedRoles: [unnamed] })).toMatchObject({ known: { kind: 'closed' } });
  });

  it('through a principal that only the orchestrator can become, or through the role itself', async () => {
    const worker = roleArn('worker');
    await makeRole(iam(), 'worker', { trusts: trust({ AWS: 'arn:aws:iam::324880187172:root' }) });
    await makeRole(iam(), 'deploy', { trusts: trust({ AWS: worker }) });
    expect(await through(worker)).toEqual(closed({ principal: worker }));
    await makeRole(iam(), 'own', { trusts: trust({ AWS: roleArn('own') }) });
    const own = roleArn('own');
    const stack = { namedRoles: known([named(own)]) };
    const because = expect.stringContaining('the role itself') as unknown as string;
    expect(await accessOf(audit, { people: [{ arn: own }], stack })).toEqual(
      closed({ role: own, principal: own, because }),
    );
  });

  it('through a chain that begins with a principal whom only the orchestrator can become, or of whom that is not known', async () => {
    const worker = roleArn('worker');
    await makeRole(iam(), 'worker', { trusts: trust({ AWS: 'arn:aws:iam::324880187172:root' }) });
    await makeRole(iam(), 'oncall', { trusts: trust({ AWS: `arn:aws:iam::${OWN}:root` }) });
    await makeRole(iam(), 'hub', { trusts: trust({ AWS: [worker, roleArn('oncall')] }) });
    await makeRole(iam(), 'deploy', { trusts: trust({ AWS: roleArn('hub') }) });
    expect(await through(worker)).toEqual(closed({ principal: worker }));
    expect(await through(roleArn('oncall'))).toMatchObject({ known: { kind: 'open' } });
    audit.standIn.deny('iam:GetRole', roleArn('oncall'));
    expect(await through(roleArn('oncall'))).toMatchObject({ gaps: [{ cause: 'access-denied' }] });
  });

  it('past a permissions boundary that leaves sts:AssumeRole out', async () => {
    const boundary = await makePolicy(iam(), 'limit', allow('s3:*'));
    const limited = await makeUser(iam(), 'limited', { boundary, inline: { assume: allow('sts:AssumeRole') } });
    await makeRole(iam(), 'deploy', { trusts: trust({ AWS: `arn:aws:iam::${OWN}:root` }) });
    expect(await through(limited)).toMatchObject({ known: { kind: 'closed' } });
  });
});

describe('what could not be read of a principal', () => {
  const stranger = `arn:aws:iam::${OTHER}:role/oncall`;

  it('leaves a certain refusal of the trust policy as it is', async () => {
    await makeRole(iam(), 'deploy', { trusts: toAlice });
    const refused = closed({ principal: stranger });
    expect(await through(stranger)).toEqual(refused);
  });

  it('is the gap where the trust policy lets it in', async () => {
    await makeRole(iam(), 'deploy', { trusts: trust({ AWS: `arn:aws:iam::${OTHER}:root` }) });
    expect(await through(stranger)).toMatchObject({
      gaps: [{ cause: 'account-not-read', resource: OTHER }],
    });
  });
});
