import { describe, expect, it } from '@jest/globals';
import type { InventoryField } from '../../../src/model/inventory.ts';
import { inventoryStackOf, projectRootFrom } from '../../../src/orchestrator/spacelift/stack-node.ts';
import { ANSWER, BARE, imported, LIST, oddly, SOURCE, said, silent } from './nodes.ts';

type Row = readonly [InventoryField, Readonly<Record<string, unknown>>, unknown];

const repository = (name: string, hostedByOrchestrator = false) => ({ known: { name, hostedByOrchestrator } });
const config = { __typename: 'StackConfigVendorOpenTofu', version: '1.9.1', workspace: 'prod' };

const rows: readonly Row[] = [
  ['name', { name: 'App' }, { known: 'App' }],
  ['name', { name: null }, oddly('name')],
  ['name', { name: undefined }, silent('name')],
  ['repository', {}, repository('github.com/acme/infra')],
  ['repository', { namespace: null }, repository('infra')],
  ['repository', { provider: 'GITHUB_ENTERPRISE' }, repository('acme/infra')],
  // GitLab is on gitlab.com or anywhere.
  ['repository', { provider: 'GITLAB' }, repository('acme/infra')],
  [
    'repository',
    { provider: 'GITLAB', repositoryURL: 'https://gitlab.com/acme/infra' },
    repository('gitlab.com/acme/infra'),
  ],
  ['repository', { provider: 'BITBUCKET_CLOUD' }, repository('bitbucket.org/acme/infra')],
  [
    'repository',
    { provider: 'GIT', repositoryURL: 'git@git.acme.net:acme/infra.git' },
    repository('git.acme.net/acme/infra'),
  ],
  [
    'repository',
    { provider: 'GIT', repositoryURL: 'https://u:CANARY@git.acme.net/a' },
    repository('git.acme.net/acme/infra'),
  ],
  ['repository', { provider: 'GIT', repositoryURL: 'infra' }, repository('acme/infra')],
  ['repository', { provider: 'SPACELIFT' }, repository('acme/infra', true)],
  ['repository', { provider: 'constructor' }, repository('acme/infra')],
  ['repository', { provider: 7 }, repository('acme/infra')],
  ['repository', { repository: '' }, oddly('repository')],
  ['repository', { repository: {} }, oddly('repository')],
  ['repository', { repository: undefined }, silent('repository')],
  ['branch', { branch: undefined }, silent('branch')],
  ['projectRoot', { projectRoot: undefined }, silent('project root')],
  ['projectRoot', { projectRoot: '../x' }, oddly('projectRoot')],
  ['labels', { labels: ['b', 'a'] }, { known: ['b', 'a'] }],
  ['labels', { labels: ['b', 1] }, oddly('labels')],
  ['labels', { labels: null }, oddly('labels')],
  ['labels', { labels: undefined }, silent('labels')],
  ['administrative', { administrative: true }, { known: true }],
  ['administrative', { administrative: 'true' }, oddly('administrative')],
  ['administrative', { administrative: undefined }, silent('kind of stack')],
  ['workspace', { vendorConfig: config }, { known: 'prod' }],
  ['workspace', { vendorConfig: { ...config, workspace: null } }, { known: 'default' }],
  ['workspace', { vendorConfig: { ...config, workspace: '' } }, { known: 'default' }],
  ['workspace', { vendorConfig: { ...config, workspace: undefined } }, silent('workspace')],
  ['workspace', { vendorConfig: { ...config, workspace: 1 } }, oddly('workspace')],
  ['workspace', { vendorConfig: { ...config, __typename: 1 } }, oddly('workspace')],
  ['workspace', { vendorConfig: [] }, oddly('workspace')],
  ['workspace', { vendorConfig: { vendor: 'StackConfigVendorTerraform' } }, silent('workspace')],
  ['workspace', { vendorConfig: { __typename: 'StackConfigVendorTerragrunt' } }, { known: 'default' }],
  ['workspace', { vendorConfig: undefined }, silent('workspace')],
  ['workerPool', { workerPool: { id: '01J', name: 'eu' } }, { known: 'eu' }],
  ['workerPool', { workerPool: { id: '01J', name: null } }, { known: '01J' }],
  ['workerPool', { workerPool: null }, { known: null }],
  ['workerPool', { workerPool: {} }, oddly('workerPool')],
  ['workerPool', { workerPool: { id: '01J', name: 1 } }, oddly('workerPool')],
  ['workerPool', { workerPool: 'eu' }, oddly('workerPool')],
  ['workerPool', { workerPool: undefined }, silent('workers')],
  ['trackedCommit', { trackedCommit: { hash: 'abc' } }, { known: 'abc' }],
  ['trackedCommit', { trackedCommit: null }, { known: null }],
  ['trackedCommit', { trackedCommit: {} }, oddly('trackedCommit')],
  ['trackedCommit', { trackedCommit: { hash: 1 } }, oddly('trackedCommit')],
  ['lastApplyAt', { lastApplyAt: 1767229200 }, { known: '2026-01-01T01:00:00.000Z' }],
  ['lastApplyAt', { lastApplyAt: null }, { known: null }],
  ['lastApplyAt', { lastApplyAt: undefined }, silent('last apply')],
  ['lastApplyAt', { lastApplyAt: -1 }, oddly('lastApplyAt')],
  ['lastApplyAt', { lastApplyAt: 1.5 }, oddly('lastApplyAt')],
  ['lastApplyAt', { lastApplyAt: '2026' }, oddly('lastApplyAt')],
  ['lastApplyAt', { lastApplyAt: 9e12 }, oddly('lastApplyAt')],
  [
    'dependsOn',
    { dependsOn: ['b', 'a', 'b'].map((dependsOnStackId) => ({ dependsOnStackId })) },
    { known: ['a', 'b'] },
  ],
  ['dependsOn', { dependsOn: [{}] }, oddly('dependsOn')],
  ['dependsOn', { dependsOn: undefined }, silent('dependencies')],
];

describe('a field of a stack in an answer of the API', () => {
  it.each(rows)('%s of %j is %j', (field, changes, expected) => {
    expect(said(imported(changes), field)).toEqual(expected);
  });

  it('has who says it', () => {
    const { name, repository: where, dependsOn, lastApplyAt, hooks } = imported({});
    for (const field of [name, where, dependsOn, lastApplyAt, hooks]) expect(field).toMatchObject({ source: SOURCE });
  });
});

describe('a field that spacectl leaves out', () => {
  it.each<readonly [InventoryField, unknown]>([
    ['projectRoot', { known: '.' }],
    ['labels', { known: [] }],
    ['administrative', { known: false }],
    ['workerPool', { known: null }],
    ['trackedCommit', { known: null }],
    ['repository', silent('repository')],
    ['dependsOn', silent('dependencies')],
    ['lastApplyAt', silent('last apply')],
    ['inputs', silent('inputs')],
    ['roles', silent('roles')],
    ['foreignIdentities', silent('identities of other clouds')],
  ])('%s is %j', (field, expected) => {
    const nothing = Object.fromEntries(Object.keys(BARE).map((key) => [key, key === 'id' ? 'app' : undefined]));
    expect(said(imported(nothing, LIST), field)).toEqual(expected);
  });

  it.each<readonly [InventoryField, Readonly<Record<string, unknown>>]>([
    ['workerPool', { workerPool: {} }],
    ['trackedCommit', { trackedCommit: {} }],
  ])('%s has a struct without fields where there is none', (field, changes) => {
    expect(said(imported(changes, LIST), field)).toEqual({ known: null });
  });
});

it.each([
  [null, '.'],
  ['', '.'],
  ['.', '.'],
  ['/', '.'],
  ['stacks/network', 'stacks/network'],
  ['/stacks/network/', 'stacks/network'],
  ['./stacks//network', 'stacks/network'],
  ['stacks/a/../b', 'stacks/b'],
  ['..', undefined],
  ['a/../../b', undefined],
  ['..a', '..a'],
  [1, undefined],
  [undefined, undefined],
])('the project root %j is %j', (value, expected) => {
  expect(projectRootFrom(value)).toBe(expected);
});

it.each([undefined, null, '', 7, {}])('a stack with the id %j is none', (id) => {
  expect(inventoryStackOf({ ...BARE, id }, ANSWER)).toBeNull();
});
