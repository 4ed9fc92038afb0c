import type { InventoryHook, InventoryInput, InventoryRole, Stated } from '../../model/inventory.ts';
import { countingIn } from '../phases.ts';

const ROLE = /arn:aws[a-z-]*:iam::\d{12}:role\/[\w+=,.@/-]+/;
const WHOLE_ROLE = new RegExp(`^${ROLE.source}$`);
const OIDC: Pick<InventoryRole, 'mechanism' | 'externalId' | 'durationSeconds'> = {
  mechanism: 'oidc',
  externalId: null,
  durationSeconds: null,
};
const VARIABLE = 'AWS_ROLE_ARN';

/** The variables that name the role of a phase; values that runs compute are not those of anybody. */
const roleVariables = (inputs: readonly InventoryInput[]): readonly Counting[] => {
  const given = inputs.filter(({ computed }) => !computed);
  const [plan, apply] = [countingIn(given, VARIABLE, 'plan'), countingIn(given, VARIABLE, 'apply')];
  return [
    ...plan.map((input): Counting => ({ input, phase: apply.includes(input) ? 'both' : 'plan' })),
    ...apply.filter((input) => !plan.includes(input)).map((input): Counting => ({ input, phase: 'apply' })),
  ].filter(({ input }) => input.value !== '');
};

interface Counting {
  readonly input: InventoryInput;
  readonly phase: InventoryRole['phase'];
}

/** Roles that no integration knows: a run takes them with a token of its own (docs.spacelift.io, "OpenID Connect"). */
export function tokenRoles(
  inputs: readonly InventoryInput[],
  hooks: readonly InventoryHook[],
): readonly InventoryRole[] {
  const variables = roleVariables(inputs).flatMap(({ input: { name, value, from }, phase }): InventoryRole[] =>
    value === null || !WHOLE_ROLE.test(value) ? [] : [{ ...OIDC, arn: value, phase, via: `${name} of ${from}` }],
  );
  const commands = hooks.flatMap(({ point, commands: all, from }) =>
    all.flatMap((command): readonly InventoryRole[] => {
      const [arn] = /assume-role-with-web-identity/.test(command) ? (ROLE.exec(command) ?? []) : [];
      return arn === undefined ? [] : [{ ...OIDC, arn, phase: 'both', via: `hook ${point} of ${from}` }];
    }),
  );
  return [...variables, ...commands];
}

/** The role that a variable names and nobody can read: one that is not shown, or is put together in the run. */
export function hiddenRole(inputs: readonly InventoryInput[], source: string): Stated<never> | null {
  const hidden = roleVariables(inputs).find(({ input: { value } }) => value === null || !WHOLE_ROLE.test(value));
  if (!hidden) return null;
  const { name, from, value } = hidden.input;
  const why = value === null ? 'is not shown' : 'is no ARN of a role as it stands';
  return { gaps: [{ fact: 'stack.roles', cause: 'undecided', detail: `${source}: ${name} of ${from} ${why}` }] };
}
