import { type AwsCredentials, type Caller, uniqueId } from './accounts.ts';
import { addDevice, type NewMfaDevice } from './iam/devices.ts';
import type { Role } from './iam/store.ts';
import type { Undo } from './permissions.ts';
import type { World } from './world.ts';

/** What a test may ask of one account. */
export interface AwsAccount {
  readonly id: string;
  /** An IAM user named `operator`, allowed everything in its account that is not denied. */
  readonly credentials: AwsCredentials;
  /** The root user, the only one that may set MFA delete. */
  readonly rootCredentials: AwsCredentials;
  /** Access keys of an IAM user; the user need not have been created. */
  userCredentials(name: string): AwsCredentials;
  /** A session of a role without asking its trust policy; `AssumeRole` over the wire does ask it. */
  roleCredentials(name: string, session?: string): AwsCredentials;
  /** Denies an IAM action to this account's callers. `resource` is an ARN and may hold `*`. */
  deny(action: string, resource?: string): Undo;
  /** Denies this account's callers every IAM action that is not in the list; of several lists an action must be in each. */
  allowOnly(actions: readonly string[]): Undo;
  /** Gives an MFA device to a user that was created; gives its serial number. */
  addMfaDevice(user: string, device: NewMfaDevice): string;
  /** Sets when and where a role that was created was last used; never, when left out. Its sessions do so by themselves. */
  setLastUsed(role: string, lastUsed?: NonNullable<Role['lastUsed']>): void;
}

/** The identities of one account. */
export function accountControls(world: World, id: string): AwsAccount {
  if (!/^\d{12}$/.test(id)) throw new Error(`${id} is not an account id of twelve digits`);
  const issue = (arn: string, userId: string): AwsCredentials => world.accounts.issue({ account: id, arn, userId });
  const user = (name: string): AwsCredentials => {
    const arn = world.iam(id).users.get(name)?.arn ?? `arn:aws:iam::${id}:user/${name}`;
    return issue(arn, uniqueId('AIDA', `${id}/${name}`));
  };
  return {
    id,
    get credentials() {
      return user('operator');
    },
    get rootCredentials() {
      return issue(`arn:aws:iam::${id}:root`, id);
    },
    userCredentials: user,
    roleCredentials: (name, session = 'test') => world.accounts.issueSession(roleSession(world, { id, name, session })),
    deny: (action, resource) =>
      world.permissions.deny({ action, account: id, ...(resource === undefined ? {} : { resource }) }),
    allowOnly: (actions) => world.permissions.allowOnly(id, actions),
    addMfaDevice: (name, device) => addDevice(world.iam(id), name, { ...device, enabled: world.settings.now() }),
    setLastUsed: (name, lastUsed) => {
      const role = world.iam(id).roles.get(name);
      if (role === undefined) throw new Error(`there is no role ${name}`);
      if (lastUsed === undefined) delete role.lastUsed;
      else role.lastUsed = lastUsed;
    },
  };
}

function roleSession(world: World, { id, name, session }: { id: string; name: string; session: string }): Caller {
  const role = world.iam(id).roles.get(name);
  const arn = `arn:aws:sts::${id}:assumed-role/${name}/${session}`;
  const roleArn = role?.arn ?? `arn:aws:iam::${id}:role/${name}`;
  return { account: id, arn, userId: `${role?.id ?? uniqueId('AROA', `${id}/${name}`)}:${session}`, roleArn };
}
