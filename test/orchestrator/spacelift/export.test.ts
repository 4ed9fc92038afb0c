import { describe, expect, it } from '@jest/globals';
import { awsAccountsOf, errorsOf, integrationsOf } from '../../../src/orchestrator/spacelift/export.ts';

const asked = {
  id: '01JB',
  name: 'prod',
  roleArn: 'arn:aws:iam::111122223333:role/deploy',
  externalId: '',
  durationSeconds: 3600,
  generateCredentialsInWorker: false,
  labels: ['autoattach:prod', 'team', 'autoattach:*'],
  autoattachEnabled: true,
};
const read = {
  id: '01JB',
  name: 'prod',
  roleArn: 'arn:aws:iam::111122223333:role/deploy',
  externalId: null,
  durationSeconds: 3600,
  inWorker: false,
  autoattach: ['prod', '*'],
};

describe('the integrations of an account', () => {
  it.each<readonly [string, unknown, unknown]>([
    ['are read', [asked], [read]],
    ['may have ids of their own', [{ ...asked, externalId: 'x' }], [{ ...read, externalId: 'x' }]],
    ['may be for workers', [{ ...asked, generateCredentialsInWorker: true }], [{ ...read, inWorker: true }]],
    ['may attach themselves to nothing', [{ ...asked, autoattachEnabled: false }], [{ ...read, autoattach: [] }]],
    ['may have no name', [{ ...asked, name: null }], [{ ...read, name: '01JB' }]],
    ['may be none', [], []],
    ['are left out without a role', [{ ...asked, roleArn: '' }, asked], [read]],
    ['are left out without a word on who assumes the role', [{ ...asked, generateCredentialsInWorker: null }], []],
    ['are left out without an id', [{ ...asked, id: undefined }], []],
    ['are not told', undefined, null],
    ['are refused', null, null],
    ['are no list', {}, null],
  ])('%s', (_, value, expected) => {
    expect(integrationsOf(value)).toEqual(expected);
  });
});

it.each([
  ['324880187172', ['324880187172']],
  ['32488018717', []],
  ['arn:aws:iam::324880187172:root', []],
  [324880187172, []],
  [null, []],
])('the AWS account %j is %j', (value, expected) => {
  expect(awsAccountsOf(value)).toEqual(expected);
});

it.each<readonly [unknown, readonly string[]]>([
  [undefined, []],
  [{}, []],
  [[{ message: 'no' }, { message: 'no' }], ['S refuses a part: no']],
  [[{ message: 'no', path: ['stacks', 3, 'name'] }], ['S refuses a part: no (stacks.name)']],
  [[null, { message: 7 }], ['S refuses a part: an error without a message']],
  [[{ message: 'x'.repeat(201) }], [`S refuses a part: ${'x'.repeat(200)}`]],
])('errors %j are told as %j', (errors, expected) => {
  expect(errorsOf({ errors }, 'S').map(({ message }) => message)).toEqual(expected);
});
