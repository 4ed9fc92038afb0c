import { expect, it } from '@jest/globals';
import { HOME, useAudit } from '../waist/audit.ts';
import { bucketAt, factOf, stateAt } from './subjects.ts';

const audit = useAudit();

it.each([
  ['the block says it', 'us-west-2', { known: { kind: 'other-region', actual: HOME, declared: 'us-west-2' } }],
  ['only the environment of the auditor says it', null, { gaps: [{ cause: 'never-applied' }] }],
])('a wrong region is the backend’s when %s', async (_, declaredRegion, expected) => {
  audit.standIn.createBucket({ name: 'state', region: HOME, account: '111111111111', versioning: 'Enabled' });
  const state = { ...stateAt(bucketAt(audit, 'state', 'us-west-2')), declaredRegion };
  expect(await factOf(audit, 'state.object', state)).toMatchObject(expected);
});
