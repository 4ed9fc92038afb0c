import { describe, expect, it } from '@jest/globals';
import { type Config, emptyConfig } from '../../src/config/config.ts';
import { isKnown, known } from '../../src/model/fact.ts';
import { matcher, mergeStacks, unmatched } from '../../src/stacks/merge.ts';
import type { RootModule } from '../../src/terraform/roots.ts';

const at = { file: 'dr-audit.yaml', line: 3, column: 5 };
const deploy = 'arn:aws:iam::111111111111:role/deploy';
const provider = 'arn:aws:iam::111111111111:role/provider';

const rootAt = (path: string, change: Partial<RootModule> = {}): RootModule => ({
  path,
  backend: known({ kind: 'local', declaredAt: null }),
  workspaceKeyPrefix: null,
  providerRoles: [],
  unreadRoles: 0,
  location: null,
  ...change,
});

const merged = (root: RootModule, config: Config) => {
  const [stack] = mergeStacks([root], config, 'github.com/acme/infra');
  if (!stack) throw new Error('no stack');
  return stack;
};

describe('stacks of root modules and config', () => {
  it('have the roles of the provider blocks and of the matching config entries, each with its source', () => {
    const config = { ...emptyConfig, roles: [{ match: 'stacks/**', deploy, phase: 'apply', location: at } as const] };
    const root = rootAt('stacks/app', {
      providerRoles: [{ arn: provider, phase: 'both', source: 'provider block stacks/app/main.tf:3' }],
    });
    const { namedRoles } = merged(root, config);
    expect(isKnown(namedRoles) && namedRoles.known.map(({ arn, phase, source }) => [arn, phase, source])).toEqual([
      [deploy, 'apply', 'roles in dr-audit.yaml'],
      [provider, 'both', 'provider block stacks/app/main.tf:3'],
    ]);
    const elsewhere = merged(rootAt('other/app'), config).namedRoles;
    expect(isKnown(elsewhere) ? elsewhere.known : elsewhere.gaps[0].cause).toBe('role-not-named');
  });

  it('say when a role is named by an expression only', () => {
    const { namedRoles } = merged(rootAt('.', { unreadRoles: 2 }), emptyConfig);
    expect(isKnown(namedRoles) ? '' : namedRoles.gaps[0].detail).toContain('expression');
  });

  it('count the roles that the code names by an expression, unless the config names the stack’s', () => {
    const config = { ...emptyConfig, roles: [{ match: 'stacks/**', deploy, phase: 'both', location: at } as const] };
    expect(merged(rootAt('other/app', { unreadRoles: 2 }), config).unnamedRoles).toBe(2);
    expect(merged(rootAt('stacks/app', { unreadRoles: 2 }), config).unnamedRoles).toBe(0);
  });

  it('take what the config says of a role over what the provider block says', () => {
    const config = { ...emptyConfig, roles: [{ match: '**', deploy, phase: 'plan', location: at } as const] };
    const root = rootAt('app', { providerRoles: [{ arn: deploy, phase: 'both', source: 'provider block' }] });
    const { namedRoles } = merged(root, config);
    expect(isKnown(namedRoles) && namedRoles.known).toEqual([
      { arn: deploy, phase: 'plan', source: 'roles in dr-audit.yaml', location: at },
    ]);
  });

  it('have the break-glass roles and plans of the matching entries', () => {
    const config: Config = {
      ...emptyConfig,
      emergency: {
        principals: [{ arn: 'arn:aws:iam::111111111111:role/oncall' }],
        roles: [
          { kind: 'role', match: 'prod/**', role: deploy },
          { kind: 'plan', match: '**', plan: 'docs/break-glass.md', accepted: false },
        ],
      },
    };
    expect(merged(rootAt('prod/app'), config).breakGlass).toEqual([
      { kind: 'role', arn: deploy },
      { kind: 'planned', plan: 'docs/break-glass.md', accepted: false },
    ]);
    expect(merged(rootAt('test/app'), config).breakGlass).toEqual([
      { kind: 'planned', plan: 'docs/break-glass.md', accepted: false },
    ]);
  });
});

describe('a stack pattern', () => {
  it.each([
    ['**', 'stacks/app', true],
    ['**', '.', true],
    ['**', 'a\nb', true],
    ['*', '.', false],
    ['stacks/*', 'stacks/app', true],
    ['stacks/*', 'stacks/app/eu', false],
    ['stacks/**', 'stacks/app/eu', true],
    ['**/examples/**', 'modules/x/examples/complete', true],
    ['stacks/app', 'stacks/app2', false],
  ])('%s on %s: %s', (glob, path, expected) => {
    expect(matcher([glob])(path)).toBe(expected);
  });

  it('of an empty list matches nothing', () => {
    expect(matcher([])('stacks/app')).toBe(false);
  });
});

describe('a config', () => {
  it('is told which of its patterns speak of no stack', () => {
    const waiver = { rule: 'mfa-delete', reason: 'r', owner: 'o', expires: '2027-01-31', location: at };
    const config: Config = {
      ...emptyConfig,
      roles: [{ match: 'stacks/**', deploy, phase: 'both', location: at }],
      emergency: { principals: [], roles: [{ kind: 'role', match: 'prod/**', role: deploy }] },
      waivers: [
        { ...waiver, stack: 'stacks/app' },
        { ...waiver, stack: 'stacks/old' },
      ],
    };
    expect(unmatched(config, ['stacks/app', 'other']).map(({ message }) => message)).toEqual([
      'the pattern "prod/**" under emergency.roles matches no stack',
      'the pattern "stacks/old" under waivers matches no stack',
    ]);
  });
});
