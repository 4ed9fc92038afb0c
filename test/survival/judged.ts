import { type Damage, sound, type Verdicts } from './damages.ts';

/** The stacks of a damage by workspace. */
export const stacksOf = ({ name, workspaces = ['default'] }: Damage): ReadonlyMap<string, string> =>
  new Map(
    workspaces.map((workspace) => [
      workspace,
      workspace === 'default' ? `stacks/${name}` : `stacks/${name}@${workspace}`,
    ]),
  );

/** What must be found: everything as in a sound pair, but for what the damage changes; `none` where there is nothing to judge. */
export function expectedOf(damage: Damage, workspace: string): Verdicts {
  const changed = { ...sound, ...(damage.inWorkspace?.[workspace] ?? damage.expect) };
  return Object.fromEntries(Object.entries(changed).filter(([, verdict]) => verdict !== 'none'));
}
