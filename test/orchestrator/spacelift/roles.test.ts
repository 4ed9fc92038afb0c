import { describe, expect, it } from '@jest/globals';
import type { Node, Origin } from '../../../src/orchestrator/spacelift/node.ts';
import { ANSWER, imported, NO_HOOKS, NO_INTEGRATIONS, oddly, said, silent } from './nodes.ts';

const arn = (name: string) => `arn:aws:iam::111122223333:role/${name}`;
const attachment = (changes: Node = {}): Node => ({
  id: '01JATT',
  name: 'prod',
  read: true,
  write: true,
  roleArn: arn('deploy'),
  durationSeconds: 3600,
  externalId: '',
  generateCredentialsInWorker: false,
  legacy: false,
  ...changes,
});
const legacy = (changes: Node = {}): Node => ({
  assumedRoleArn: arn('dns'),
  externalID: null,
  generateCredentialsInWorker: false,
  durationSeconds: 3600,
  ...changes,
});
const role = (changes: Node = {}): Node => ({
  arn: arn('deploy'),
  phase: 'both',
  mechanism: 'orchestrator',
  externalId: null,
  durationSeconds: 3600,
  via: 'integration prod',
  ...changes,
});
const variable = (id: string, value: string | null, changes: Node = {}): Node => ({
  id,
  type: 'ENVIRONMENT_VARIABLE',
  value,
  writeOnly: false,
  checksum: '',
  runtime: false,
  ...changes,
});
const token = (name: string, phase: string, via: string): Node =>
  role({ arn: arn(name), phase, via, mechanism: 'oidc', durationSeconds: null });
const context = (contextName: string, ...config: readonly Node[]): Node => ({ contextName, config });
const rolesOf = (integrations: Node, rest: Node = {}, origin: Origin = ANSWER) =>
  said(imported({ integrations: { ...NO_INTEGRATIONS, ...integrations }, ...rest }, origin), 'roles');

describe('roles of attachments', () => {
  const split = [attachment({ read: false }), attachment({ write: false, roleArn: arn('plan'), name: 'plan' })];
  const applied = role({ phase: 'apply' });
  const planned = role({ arn: arn('plan'), phase: 'plan', via: 'integration plan' });
  const inWorker = attachment({ generateCredentialsInWorker: true, externalId: 'x-1' });
  it.each<readonly [string, Node, unknown]>([
    ['none', {}, { known: [] }],
    ['one for reading and writing', { awsV2: [attachment()] }, { known: [role()] }],
    ['one for each', { awsV2: split }, { known: [applied, planned] }],
    ['one that is for neither', { awsV2: [attachment({ read: false, write: false })] }, oddly('roles')],
    ['one that does not say what it is for', { awsV2: [attachment({ read: undefined })] }, oddly('roles')],
    ['one that workers assume', { awsV2: [inWorker] }, { known: [role({ mechanism: 'worker', externalId: 'x-1' })] }],
    [
      'one that does not say who assumes it',
      { awsV2: [attachment({ generateCredentialsInWorker: null })] },
      oddly('roles'),
    ],
    ['one without a role', { awsV2: [attachment({ roleArn: null })] }, oddly('roles')],
    ['one without a name', { awsV2: [attachment({ name: null })] }, { known: [role({ via: 'integration' })] }],
    [
      'one of a strange duration',
      { awsV2: [attachment({ durationSeconds: -1 })] },
      { known: [role({ durationSeconds: null })] },
    ],
    ['a list of another form', { awsV2: {} }, oddly('roles')],
    ['none that are told', { awsV2: undefined }, silent('roles')],
    ['the legacy one', { aws: legacy() }, { known: [role({ arn: arn('dns'), via: 'legacy integration' })] }],
    [
      'the legacy one in both places',
      { aws: legacy(), awsV2: [attachment({ roleArn: arn('dns'), legacy: true })] },
      { known: [role({ arn: arn('dns'), via: 'legacy integration' })] },
    ],
    [
      'the legacy one with an external id, in a worker',
      { aws: legacy({ externalID: 'y', generateCredentialsInWorker: true }) },
      { known: [role({ arn: arn('dns'), via: 'legacy integration', mechanism: 'worker', externalId: 'y' })] },
    ],
    ['no legacy one', { aws: legacy({ assumedRoleArn: null }) }, { known: [] }],
    ['a legacy one that is not told', { aws: undefined, awsV2: [attachment()] }, silent('roles')],
    ['a legacy one whose role is not told', { aws: legacy({ assumedRoleArn: undefined }) }, silent('roles')],
    ['a legacy one of another form', { aws: legacy({ assumedRoleArn: 7 }) }, oddly('roles')],
    [
      'a legacy one that does not say who assumes it',
      { aws: legacy({ generateCredentialsInWorker: 1 }) },
      oddly('roles'),
    ],
  ])('%s', (_name, integrations, expected) => {
    expect(rolesOf(integrations)).toEqual(expected);
  });

  it.each<readonly [unknown, unknown]>([
    [undefined, silent('roles')],
    [null, silent('roles')],
    [[], oddly('roles')],
  ])('integrations that are %j', (integrations, expected) => {
    expect(said(imported({ integrations }), 'roles')).toEqual(expected);
  });
});

describe('attachments that name an integration of the account', () => {
  const account = (...autoattach: readonly string[]) => ({
    id: '01JB',
    name: 'prod',
    roleArn: arn('deploy'),
    externalId: null,
    durationSeconds: 900,
    inWorker: false,
    autoattach,
  });
  const attached = (integrationId: string, read: boolean, write: boolean) => [{ integrationId, read, write }];
  const given = role({ durationSeconds: 900 });
  const joined = (rest: Node, integrations: Origin['integrations']) =>
    rolesOf({ awsV2: undefined }, rest, { ...ANSWER, integrations });
  it.each<readonly [string, Node, Origin['integrations'], unknown]>([
    [
      'have its role',
      { attachedAwsIntegrations: attached('01JB', false, true) },
      [account()],
      { known: [{ ...given, phase: 'apply' }] },
    ],
    ['may name an unknown one', { attachedAwsIntegrations: attached('01JX', true, true) }, [account()], oddly('roles')],
    ['are none', { attachedAwsIntegrations: [] }, [account()], { known: [] }],
    [
      'are joined by what attaches itself',
      { attachedAwsIntegrations: [], labels: ['prod'] },
      [account('prod')],
      { known: [given] },
    ],
    ['are joined by what attaches itself to all', { attachedAwsIntegrations: [] }, [account('*')], { known: [given] }],
    [
      'are not joined by what attaches itself to others',
      { attachedAwsIntegrations: [] },
      [account('dev')],
      { known: [] },
    ],
    [
      'without labels may not be all',
      { attachedAwsIntegrations: [], labels: undefined },
      [account('prod')],
      silent('roles'),
    ],
    ['without the account’s integrations may not be all', { attachedAwsIntegrations: [] }, null, silent('roles')],
  ])('%s', (_name, rest, integrations, expected) => {
    expect(joined(rest, integrations)).toEqual(expected);
  });
});

describe('roles that runs take with a token', () => {
  const config = (...elements: readonly Node[]): Node => ({ config: elements });
  const inContexts = (...attachedContexts: readonly Node[]): Node => ({ attachedContexts });
  const [NAME, A, B] = ['AWS_ROLE_ARN', arn('a'), arn('b')];
  const undecided = (why: string) => ({ undecided: `S: ${why}` });
  it.each<readonly [string, Node, unknown]>([
    ['of a variable', config(variable(NAME, A)), { known: [token('a', 'both', 'AWS_ROLE_ARN of stack')] }],
    [
      'for one phase each',
      config(variable(`ro_${NAME}`, A), variable(`wo_${NAME}`, B)),
      { known: [token('a', 'plan', 'ro_AWS_ROLE_ARN of stack'), token('b', 'apply', 'wo_AWS_ROLE_ARN of stack')] },
    ],
    [
      'for an apply, so that the other one is for plans',
      config(variable(NAME, A), variable(`wo_${NAME}`, B)),
      { known: [token('a', 'plan', 'AWS_ROLE_ARN of stack'), token('b', 'apply', 'wo_AWS_ROLE_ARN of stack')] },
    ],
    [
      'of the stack, before that of a context',
      { ...config(variable(NAME, A)), ...inContexts(context('c', variable(NAME, B))) },
      { known: [token('a', 'both', 'AWS_ROLE_ARN of stack')] },
    ],
    [
      'of two contexts, either of which may win',
      inContexts(context('c', variable(NAME, A)), context('d', variable(NAME, B))),
      { known: [token('a', 'both', 'AWS_ROLE_ARN of context c'), token('b', 'both', 'AWS_ROLE_ARN of context d')] },
    ],
    [
      'that is secret',
      config(variable(NAME, null, { writeOnly: true })),
      undecided('AWS_ROLE_ARN of stack is not shown'),
    ],
    [
      'that is put together',
      config(variable(NAME, 'arn:aws:iam::${ACCOUNT}:role/a')),
      undecided('AWS_ROLE_ARN of stack is no ARN of a role as it stands'),
    ],
    ['that is none', config(variable(NAME, '')), { known: [] }],
    ['that a run computes', config(variable(NAME, null, { runtime: true })), { known: [] }],
    ['in a file of that name', config(variable(NAME, A, { type: 'FILE_MOUNT' })), { known: [] }],
    ['in variables that are not told', { config: undefined }, silent('inputs')],
    [
      'in hooks of a context that are not told',
      inContexts(context('c')),
      { 'not-in-inventory': 'S does not tell the hooks of the context c' },
    ],
  ])('%s', (_name, rest, expected) => {
    expect(rolesOf({}, rest)).toEqual(expected);
  });

  it('of a hook, whatever the hooks of contexts say', () => {
    const beforeInit = [`aws sts assume-role-with-web-identity --role-arn ${A} > c.json`, `aws sts assume-role ${B}`];
    const stack = { hooks: { ...NO_HOOKS, beforeInit }, attachedContexts: [context('c')] };
    expect(rolesOf({}, stack)).toEqual({ known: [token('a', 'both', 'hook beforeInit of stack')] });
  });

  it('do not hide that one of an integration is there, nor the other way round', () => {
    const both = [token('a', 'both', 'AWS_ROLE_ARN of stack'), role()];
    expect(rolesOf({ awsV2: [attachment()] }, config(variable(NAME, A)))).toEqual({ known: both });
    expect(rolesOf({ awsV2: [attachment()] }, { config: undefined })).toEqual({ known: [role()] });
  });
});

describe('identities of other clouds', () => {
  const azure = { cloud: 'azure', name: 'acme' };
  const gcp = { cloud: 'gcp', name: 'sa@acme.iam.gserviceaccount.com' };
  const both = { azure: [{ integrationName: 'acme' }], gcp: { serviceAccountEmail: gcp.name } };
  it.each<readonly [Node, unknown]>([
    [{}, { known: [] }],
    [both, { known: [azure, gcp] }],
    [{ ...both, gcp: { serviceAccountEmail: null } }, { known: [azure] }],
    [{ ...both, gcp: undefined }, silent('identities of other clouds')],
    [{ ...both, azure: undefined }, silent('identities of other clouds')],
    [{ ...both, gcp: 'x' }, oddly('foreignIdentities')],
    [{ ...both, gcp: {} }, oddly('foreignIdentities')],
    [{ ...both, azure: [{}] }, oddly('foreignIdentities')],
  ])('of %j are %j', (integrations, expected) => {
    expect(said(imported({ integrations: { ...NO_INTEGRATIONS, ...integrations } }), 'foreignIdentities')).toEqual(
      expected,
    );
  });
});
