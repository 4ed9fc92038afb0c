import { describe, expect, it } from '@jest/globals';
import { keyFaults } from '../../src/model/key-faults.ts';
import type { KeyUse } from '../../src/model/storage.ts';

const [OWNER, OTHER] = ['111111111111', '222222222222'];
const arn = `arn:aws:kms:eu-west-1:${OWNER}:key/k`;
const roleIn = (account: string) => `arn:aws:iam::${account}:role/break-glass`;

const managed: KeyUse = {
  use: 'object',
  key: arn,
  region: 'eu-west-1',
  account: OWNER,
  description: { kind: 'found', arn, state: 'Enabled', manager: 'AWS', deletionDate: null, multiRegion: false },
};

describe('a key that AWS manages', () => {
  it.each<[string, readonly string[], readonly string[]]>([
    ['somebody of its own account', [roleIn(OWNER)], []],
    ['one of its own account among others', [roleIn(OTHER), roleIn(OWNER)], []],
    ['the same the other way round', [roleIn(OWNER), roleIn(OTHER)], []],
    ['others only', [roleIn(OTHER), roleIn('333333333333')], ['foreign']],
    ['nobody who is named', [], []],
  ])('opened by %s', (_, openers, expected) => {
    expect(keyFaults([managed], 'eu-west-1', openers).map(({ why }) => why)).toEqual(expected);
  });
});
