import type { Role } from '../iam/store.ts';
import { matches } from '../permissions.ts';
import { isObject, list, statements } from '../trust.ts';
import type { World } from '../world.ts';

/** What S3 wants to do as the role of a replication configuration. */
interface ReplicationAttempt {
  readonly role: string;
  readonly action: 's3:ReplicateObject' | 's3:ReplicateDelete';
  /** ARN of the object at the destination. */
  readonly resource: string;
}

/**
 * Whether the role exists, lets S3 take it on, and may write to the destination (S3 "Setting up permissions for live
 * replication"). Only Allow statements are read, of inline and attached policies; what would need more than that is an
 * error, so that no test mistakes a guess for AWS.
 */
export function mayReplicate(world: World, { role: arn, action, resource }: ReplicationAttempt): boolean {
  const [, account, name] = /^arn:aws[a-z-]*:iam::(\d{12}):role\/(?:.*\/)?([^/]+)$/.exec(arn) ?? [];
  if (account === undefined || name === undefined) return false;
  const role = world.iam(account).roles.get(name);
  if (role?.arn !== arn || !trustsS3(role)) return false;
  const applying = documentsOf(world, { role, account })
    .flatMap((document) => statements(JSON.parse(document)))
    .filter(({ Action, Resource }) => fits(Action, action.toLowerCase(), 'any case') && fits(Resource, resource));
  if (applying.some(({ Effect, Condition }) => Effect !== 'Allow' || Condition !== undefined)) {
    throw new Error(`the stand-in does not judge a Deny or a Condition on ${action} of the replication role ${arn}`);
  }
  return applying.length > 0;
}

function trustsS3({ trust }: Role): boolean {
  return statements(JSON.parse(trust)).some(
    ({ Effect, Action, Principal }) =>
      Effect === 'Allow' &&
      fits(Action, 'sts:assumerole', 'any case') &&
      isObject(Principal) &&
      list(Principal['Service']).includes('s3.amazonaws.com'),
  );
}

function documentsOf(world: World, { role, account }: { role: Role; account: string }): readonly string[] {
  const attached = [...role.attached].flatMap((arn) => {
    const policy = world.iam(account).policy(arn);
    const version = policy?.versions.find(({ id }) => id === policy.defaultVersion);
    return version === undefined ? [] : [version.document];
  });
  return [...role.inline.values(), ...attached];
}

function fits(patterns: unknown, value: string, spelling?: 'any case'): boolean {
  return list(patterns).some((pattern) => {
    if (typeof pattern !== 'string') return false;
    return matches(spelling === undefined ? pattern : pattern.toLowerCase(), value);
  });
}
