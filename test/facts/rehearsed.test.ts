import { beforeEach, describe, expect, it } from '@jest/globals';
import { known } from '../../src/model/fact.ts';
import { HOME, OWN, useAudit } from '../waist/audit.ts';
import { userArn } from './fabricated.ts';
import { makeRole, makeUser, trust } from './people.ts';
import { factOf, stackOf } from './subjects.ts';

const audit = useAudit();
const ann = userArn('ann');
const deploy = `arn:aws:iam::${OWN}:role/deploy`;
const at = '2026-11-16T12:00:00.000Z';

const stack = stackOf({
  namedRoles: known([{ arn: deploy, phase: 'both', use: 'deploy', declaredBy: 'config', source: 'config' }]),
  emergencyPrincipals: [{ arn: ann }],
});
const rehearsal = () => factOf(audit, 'stack.rehearsal', stack);
const session = () => factOf(audit, 'stack.session', stack);

const use = () => audit.standIn.account(OWN).setLastUsed('deploy', { at: new Date(at), region: HOME });

describe('the break-glass of a stack, as IAM tells it', () => {
  beforeEach(async () => {
    await makeUser(audit.connect().iam, 'ann');
  });

  it('was tried where a role that people alone can assume was used', async () => {
    await makeRole(audit.connect().iam, 'deploy', { trusts: trust({ AWS: ann }) });
    expect(await rehearsal()).toMatchObject({ known: { kind: 'untested' } });
    use();
    expect(await rehearsal()).toEqual(known({ kind: 'used', role: deploy, at, ageDays: 7 }));
  });

  it.each([
    ['Spacelift’s account', { AWS: [ann, 'arn:aws:iam::324880187172:root'] }],
    ['its own account', { AWS: [ann, `arn:aws:iam::${OWN}:root`] }],
    ['a service', { AWS: ann, Service: 'ec2.amazonaws.com' }],
  ])('is untested where the role that was used admits %s, too', async (_, principal) => {
    await makeRole(audit.connect().iam, 'deploy', { trusts: trust(principal) });
    use();
    expect(await rehearsal()).toMatchObject({
      known: { kind: 'untested', seen: expect.stringContaining('2026-11-16') },
    });
  });

  it('is untested where the orchestrator’s worker is the role that the role names', async () => {
    const { iam } = audit.connect();
    const worker = await makeRole(iam, 'worker', { trusts: trust({ Service: 'ec2.amazonaws.com' }) });
    await makeRole(iam, 'deploy', { trusts: trust({ AWS: [ann, worker] }) });
    use();
    expect(await rehearsal()).toMatchObject({ known: { kind: 'untested' } });
  });

  it('is open for as long as a session of the role lasts', async () => {
    await makeRole(audit.connect().iam, 'deploy', { trusts: trust({ AWS: ann }) });
    expect(await session()).toEqual(known({ kind: 'session', seconds: 3600, role: deploy, chained: false }));
  });

  it('is nobody’s to try where nobody gets in', async () => {
    await makeRole(audit.connect().iam, 'deploy', { trusts: trust({ AWS: 'arn:aws:iam::324880187172:root' }) });
    use();
    expect(await rehearsal()).toEqual(known({ kind: 'nobody' }));
    expect(await session()).toEqual(known({ kind: 'nobody' }));
  });
});
