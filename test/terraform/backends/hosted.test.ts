import { describe, expect, it } from '@jest/globals';
import type { Environment } from '../../../src/model/effects.ts';
import { at, backendOf, members, open, read, toldOf, type Values } from './blocks.ts';

const tfc = 'app.terraform.io';
const workspaces = (values: Values) => ({ workspaces: members(values) });

describe('which service keeps the state', () => {
  it.each<[type: string, Values, Environment, workspace: string, hostname: string, place: string]>([
    ['cloud', {}, {}, 'default', tfc, ''],
    ['cloud', { organization: 'o' }, {}, 'default', tfc, 'o'],
    ['cloud', { organization: 'o' }, {}, 'prod', tfc, 'o/prod'],
    ['cloud', { organization: 'o', ...workspaces({ name: 'n' }) }, {}, 'default', tfc, 'o/n'],
    ['cloud', { organization: 'o', ...workspaces({ name: 'n' }) }, { TF_WORKSPACE: 'n' }, 'n', tfc, 'o/n'],
    ['cloud', { organization: 'o', workspaces: [members({ name: 'n' })] }, {}, 'default', tfc, 'o/n'],
    ['cloud', { organization: 'o', workspaces: [] }, {}, 'default', tfc, 'o'],
    ['cloud', { organization: 'o', ...workspaces({ tags: ['a', 'b'] }) }, {}, 'default', tfc, 'o'],
    ['cloud', { organization: 'o', ...workspaces({ tags: ['a'] }) }, { TF_WORKSPACE: 'w' }, 'default', tfc, 'o/w'],
    ['cloud', workspaces({ name: 'n' }), {}, 'default', tfc, '*/n'],
    ['cloud', { organization: open('var.o'), ...workspaces({ name: open('var.n') }) }, {}, 'default', tfc, ''],
    [
      'cloud',
      { organization: '', hostname: '' },
      { TF_CLOUD_ORGANIZATION: 'e', TF_CLOUD_HOSTNAME: 'h' },
      'default',
      'h',
      'e',
    ],
    [
      'cloud',
      { organization: 'o', hostname: 'spacelift.io' },
      { TF_CLOUD_ORGANIZATION: 'e', TF_CLOUD_HOSTNAME: 'h' },
      'default',
      'spacelift.io',
      'o',
    ],
    ['remote', { organization: 'o', ...workspaces({ name: 'n' }) }, { TF_CLOUD_HOSTNAME: 'h' }, 'default', tfc, 'o/n'],
    ['remote', { hostname: 'tfe', organization: 'o', ...workspaces({ prefix: 'p-' }) }, {}, 'default', 'tfe', 'o/p-*'],
    ['remote', { organization: 'o', ...workspaces({ prefix: 'p-', name: '' }) }, {}, 'prod', tfc, 'o/p-prod'],
  ])('%s %j with %j in %s', (type, values, environment, workspace, hostname, place) => {
    const backend = backendOf(read(type, values, { environment, workspace }));
    expect(backend).toMatchObject({ kind: 'hosted', type, hostname, place, declaredAt: at(2) });
  });

  it('tells project and tags, never the token', () => {
    const values = { token: 'hidden', organization: 'o', ...workspaces({ tags: ['a', 'b'] }) };
    expect(toldOf(read('cloud', values, { environment: { TF_CLOUD_PROJECT: 'p' } }))).toEqual([
      'hostname=app.terraform.io (default)',
      'organization=o (main.tf:4)',
      'workspaces.project=p (TF_CLOUD_PROJECT)',
      'workspaces.tags=a, b (main.tf:5)',
    ]);
    const tags = workspaces({ tags: members({ team: 'x', n: 1 }) });
    expect(toldOf(read('cloud', tags))).toContain('workspaces.tags=team=x, n=1 (main.tf:3)');
  });
});

describe('a hosted backend that is refused', () => {
  it('when TF_WORKSPACE contradicts a cloud block', () => {
    const message = 'workspaces.name is "n", and TF_WORKSPACE is "w"';
    const refused = read('cloud', workspaces({ name: 'n' }), { environment: { TF_WORKSPACE: 'w' } });
    expect(refused).toEqual({ refusal: { message, location: at(3) } });
  });
});
