import { describe, expect, it } from '@jest/globals';
import { type Config, emptyConfig } from '../../src/config/config.ts';
import { isKnown, known } from '../../src/model/fact.ts';
import { unlisted } from '../../src/orchestrator/unlisted.ts';
import { matcher } from '../../src/stacks/matcher.ts';
import { mergeStacks, notListed, unmatched } from '../../src/stacks/merge.ts';
import type { RootModule } from '../../src/terraform/roots.ts';

const at = { file: 'dr-audit.yaml', line: 3, column: 5 };
const deploy = 'arn:aws:iam::111111111111:role/deploy';
const provider = 'arn:aws:iam::111111111111:role/provider';

const local = known({ kind: 'local', path: 'terraform.tfstate', declaredAt: null, arguments: [] } as const);
const unnamedRoles = ['a', 'b'].map((name) => ({
  pattern: `arn:aws:iam::${'${var.account}'}:role/${name}`,
  location: at,
}));

const rootAt = (path: string, change: Partial<RootModule> = {}): RootModule => ({
  path,
  configurations: [{ variant: null, workspace: 'default', backend: local }],
  roles: new Map(),
  otherRoles: { roles: [], unnamed: [] },
  needs: unlisted.needs,
  location: null,
  ...change,
});

const merged = (root: RootModule, config: Config) => {
  const [stack] = mergeStacks([root], { ...notListed, config, repository: 'github.com/acme/infra' });
  if (!stack) throw new Error('no stack');
  return stack;
};

describe('stacks of root modules and config', () => {
  it('have the roles of the provider blocks and of the matching config entries, each with its source', () => {
    const config = { ...emptyConfig, roles: [{ match: 'stacks/**', deploy, phase: 'apply', location: at } as const] };
    const root = rootAt('stacks/app', {
      otherRoles: {
        roles: [
          {
            arn: provider,
            phase: 'both',
            use: 'deploy',
            declaredBy: 'code',
            source: 'provider block stacks/app/main.tf:3',
          },
        ],
        unnamed: [],
      },
    });
    const { namedRoles } = merged(root, config);
    expect(isKnown(namedRoles) && namedRoles.known.map(({ arn, phase, source }) => [arn, phase, source])).toEqual([
      [deploy, 'apply', 'roles in dr-audit.yaml'],
      [provider, 'both', 'provider block stacks/app/main.tf:3'],
    ]);
    const elsewhere = merged(rootAt('other/app'), config).namedRoles;
    expect(isKnown(elsewhere) ? elsewhere.known : elsewhere.gaps[0].cause).toBe('role-not-named');
  });

  it('have the name of a configuration in their id only where there are several', () => {
    const named = (...variants: readonly string[]) =>
      rootAt('app', { configurations: variants.map((variant) => ({ variant, workspace: 'prod', backend: local })) });
    expect(
      mergeStacks([named('eu')], { ...notListed, config: emptyConfig, repository: null }).map(({ id }) => id),
    ).toEqual(['app@prod']);
    expect(
      mergeStacks([named('eu', 'us')], { ...notListed, config: emptyConfig, repository: null }).map(({ id }) => id),
    ).toEqual(['app@prod#eu', 'app@prod#us']);
  });

  it('say when a role is named by an expression only', () => {
    const { namedRoles } = merged(rootAt('.', { otherRoles: { roles: [], unnamed: unnamedRoles } }), emptyConfig);
    expect(isKnown(namedRoles) ? '' : namedRoles.gaps[0].detail).toContain('arn:aws:iam::${var.account}:role/a, arn:');
  });

  it('count the roles that the code names by an expression, unless the config names the stack’s', () => {
    const config = { ...emptyConfig, roles: [{ match: 'stacks/**', deploy, phase: 'both', location: at } as const] };
    expect(
      merged(rootAt('other/app', { otherRoles: { roles: [], unnamed: unnamedRoles } }), config).unnamedRoles,
    ).toEqual(unnamedRoles);
    expect(
      merged(rootAt('stacks/app', { otherRoles: { roles: [], unnamed: unnamedRoles } }), config).unnamedRoles,
    ).toEqual([]);
  });

  it('take what the config says of a role over what the provider block says', () => {
    const config = { ...emptyConfig, roles: [{ match: '**', deploy, phase: 'plan', location: at } as const] };
    const root = rootAt('app', {
      otherRoles: {
        roles: [{ arn: deploy, phase: 'both', use: 'deploy', declaredBy: 'code', source: 'provider block' }],
        unnamed: [],
      },
    });
    const { namedRoles } = merged(root, config);
    expect(isKnown(namedRoles) && namedRoles.known).toEqual([
      {
        arn: deploy,
        phase: 'plan',
        use: 'deploy',
        declaredBy: 'config',
        source: 'roles in dr-audit.yaml',
        location: at,
      },
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
