import { describe, expect, it } from '@jest/globals';
import { isKnown, known } from '../../src/model/fact.ts';
import type { InventoryRole } from '../../src/model/inventory.ts';
import { placesOf } from '../../src/orchestrator/places.ts';
import { inventoryOf, inventoryRoles } from '../../src/stacks/listing.ts';
import { API, inventory, stackOf } from '../orchestrator/inventories.ts';

const place = { name: 'github.com/acme/infra', prefix: '' };
const found = (
  stacks: readonly ReturnType<typeof stackOf>[],
  asked: { path: string; workspace?: string; variant?: string },
) => {
  const fact = inventoryOf({ workspace: 'default', variant: null, ...asked }, placesOf(inventory(stacks), place));
  return isKnown(fact) ? (fact.known?.id ?? null) : fact.gaps[0].detail;
};
const app = (id: string, values: Parameters<typeof stackOf>[1] = {}) =>
  stackOf(id, { projectRoot: 'stacks/app', ...values });
const terragrunt = { kind: 'terragrunt', terragruntVersion: null, tool: null, toolVersion: null } as const;

describe('the inventory’s stack for a root module', () => {
  it.each([
    ['is at its path', [app('a')], { path: 'stacks/app' }, 'a'],
    ['is none at another path', [app('a')], { path: 'stacks/other' }, null],
    ['is none below its path', [app('a')], { path: 'stacks/app/modules/x' }, null],
    [
      'runs in its workspace',
      [app('a', { workspace: 'dev' }), app('b', { workspace: 'prod' })],
      { path: 'stacks/app', workspace: 'prod' },
      'b',
    ],
    [
      'is none where it runs in another',
      [app('a', { workspace: 'dev' })],
      { path: 'stacks/app', workspace: 'prod' },
      null,
    ],
    [
      'is the only one where the workspace is not told',
      [app('a', { workspace: undefined })],
      { path: 'stacks/app', workspace: 'prod' },
      'a',
    ],
    ['is named by the variant', [app('a'), app('b')], { path: 'stacks/app', variant: 'b' }, 'b'],
    [
      'is open where two run it',
      [app('a'), app('b')],
      { path: 'stacks/app' },
      'the stacks a and b run it in the same workspace',
    ],
    [
      'is the Terragrunt stack above',
      [stackOf('live', { projectRoot: 'live', vendor: terragrunt })],
      { path: 'live/prod/app' },
      'live',
    ],
    [
      'is the nearest Terragrunt stack above',
      [
        stackOf('live', { projectRoot: '.', vendor: terragrunt }),
        stackOf('prod', { projectRoot: 'live/prod', vendor: terragrunt }),
      ],
      { path: 'live/prod/app' },
      'prod',
    ],
  ])('%s', (_, stacks, asked, expected) => {
    expect(found(stacks, asked)).toBe(expected);
  });
});

describe('the roles of an inventory’s stack', () => {
  const role = (name: string, phase: InventoryRole['phase']): InventoryRole => ({
    arn: `arn:aws:iam::111111111111:role/${name}`,
    phase,
    mechanism: 'orchestrator',
    externalId: null,
    durationSeconds: 3600,
    via: `integration ${name}`,
  });
  const rolesOf = (roles: readonly InventoryRole[] | undefined) => inventoryRoles(stackOf('app', { roles }));

  it('come with phase and source, each once', () => {
    expect(rolesOf([role('plan', 'plan'), role('apply', 'apply'), role('all', 'plan'), role('all', 'apply')])).toEqual(
      known(
        [
          ['plan', 'plan'],
          ['apply', 'apply'],
          ['all', 'both'],
        ].map(([name, phase]) => ({
          arn: `arn:aws:iam::111111111111:role/${name}`,
          phase,
          use: 'deploy',
          declaredBy: 'inventory',
          source: `${API}, integration ${name}`,
        })),
      ),
    );
  });

  it('are unknown where the inventory does not tell them', () => {
    expect(rolesOf(undefined)).toMatchObject({ gaps: [{ cause: 'not-in-inventory' }] });
  });
});
