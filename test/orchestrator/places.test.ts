import { describe, expect, it } from '@jest/globals';
import { placesOf, sameRepository } from '../../src/orchestrator/places.ts';
import { inventory, stackOf } from './inventories.ts';

const here = { name: 'github.com/acme/infra', prefix: '' };
const ids = (map: ReadonlyMap<string, readonly { readonly id: string }[]>) =>
  Object.fromEntries([...map].map(([path, stacks]) => [path, stacks.map(({ id }) => id)]));
const at = (name: string) => ({ name, hostedByOrchestrator: false });

describe('one repository by two names', () => {
  it.each([
    ['github.com/acme/infra', 'github.com/acme/infra', true],
    ['github.com/acme/infra', 'acme/infra', true],
    ['infra', 'github.com/acme/infra', true],
    ['GitHub.com/Acme/Infra.git', 'github.com/acme/infra', true],
    ['github.com/acme/infra', 'gitlab.com/acme/infra', false],
    ['other/infra', 'github.com/acme/infra', false],
    ['fra', 'github.com/acme/infra', false],
    ['', 'github.com/acme/infra', false],
  ])('%s and %s: %s', (one, other, same) => {
    expect(sameRepository(one, other)).toBe(same);
    expect(sameRepository(other, one)).toBe(same);
  });
});

describe('where the code of a stack is', () => {
  it('is by project root in this repository, and elsewhere in others', () => {
    const places = placesOf(
      inventory([
        stackOf('network', { projectRoot: 'stacks/network' }),
        stackOf('network-eu', { projectRoot: 'stacks/network', workspace: 'eu' }),
        stackOf('root', { projectRoot: '.' }),
        stackOf('dns', { repository: at('github.com/acme/dns') }),
      ]),
      here,
    );
    expect(ids(places.here)).toEqual({ 'stacks/network': ['network', 'network-eu'], '.': ['root'] });
    expect(places.elsewhere.map(({ id }) => id)).toEqual(['dns']);
    expect(places.problems).toEqual([]);
  });

  it('is relative to what is audited, which may be a part of the repository', () => {
    const places = placesOf(
      inventory([
        stackOf('inside', { projectRoot: 'live/prod/app' }),
        stackOf('itself', { projectRoot: 'live/prod' }),
        stackOf('beside', { projectRoot: 'live/production' }),
        stackOf('above', { projectRoot: '.' }),
      ]),
      { ...here, prefix: 'live/prod' },
    );
    expect(ids(places.here)).toEqual({ app: ['inside'], '.': ['itself'] });
    expect(places.elsewhere.map(({ id }) => id)).toEqual(['beside', 'above']);
  });

  it('is by project root alone in a tree that names no repository', () => {
    const listed = inventory([stackOf('dns', { repository: at('dns'), projectRoot: 'dns' })]);
    expect(ids(placesOf(listed, { name: null, prefix: '' }).here)).toEqual({ dns: ['dns'] });
  });

  it('is not known where the inventory does not tell the repository, or the project root', () => {
    const listed = inventory([stackOf('a', { repository: undefined }), stackOf('b', { projectRoot: undefined })]);
    const places = placesOf(listed, here);
    expect(ids(places.here)).toEqual({});
    expect(places.elsewhere.map(({ id }) => id)).toEqual(['a', 'b']);
  });

  it('is of no interest for what runs no Terraform, which is said', () => {
    const listed = inventory([
      stackOf('base', { vendor: { kind: 'cloudformation' } }),
      stackOf('hosts', { vendor: { kind: 'ansible' } }),
      stackOf('odd', { vendor: { kind: 'other', name: 'Bicep' } }),
      stackOf('site', { vendor: { kind: 'pulumi', loginUrl: null } }),
      stackOf('unsaid', { vendor: undefined }),
    ]);
    const places = placesOf(listed, here);
    expect(ids(places.here)).toEqual({ 'stacks/network': ['unsaid'] });
    expect(places.problems).toEqual([
      {
        kind: 'not-audited',
        message: 'no Terraform, so not judged: base (cloudformation), hosts (ansible), odd (Bicep) and 1 more',
      },
    ]);
  });
});
