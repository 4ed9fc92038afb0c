import { parseArn } from '../iam/arn.ts';
import { type Fact, isKnown, known } from '../model/fact.ts';
import type { Gap } from '../model/gap.ts';
import { gapsOf } from '../model/logic.ts';
import type { Shortfall } from '../model/replication.ts';
import { isRoleArn } from '../s3/replication-configuration.ts';
import type { Attempt } from './arrival.ts';
import { roleAsk, roleShortfall } from './replication-role.ts';
import type { Context } from './resolver.ts';

/** What decides whether a rule that leads to the right place gets there: Object Lock at both ends, and whether S3 is let in. */
export const impedimentsAsk = [...roleAsk, 'bucket.objectLock'] as const;

type ImpedimentContext = Context<(typeof impedimentsAsk)[number], never>;

/** What certainly keeps a rule from copying; and what could not be read or decided, which might. */
export interface Impediments {
  readonly shortfall: Shortfall | null;
  readonly gaps: readonly Gap[];
}

/** Finds what S3 accepts in a configuration and stumbles over when it copies. */
export async function impediments(attempt: Attempt, context: ImpedimentContext): Promise<Impediments> {
  const found = await Promise.all([
    lockMismatch(attempt, context),
    destinationShut(attempt, context),
    roleShortfall(attempt, context),
  ]);
  const [shortfall = null] = found.flatMap((fact) => (isKnown(fact) && fact.known ? [fact.known] : []));
  return { shortfall, gaps: gapsOf(found) };
}

/**
 * A bucket with Object Lock replicates only into one that has it, too: `DstBucketObjectLockConfigMissing`
 * (https://docs.aws.amazon.com/AmazonS3/latest/userguide/replication-failure-codes.html).
 */
async function lockMismatch({ replica, rule }: Attempt, { ask }: ImpedimentContext): Promise<Fact<Shortfall | null>> {
  const source = await ask('bucket.objectLock', replica.state.bucket);
  if (!isKnown(source)) return source;
  if (source.known.kind === 'off') return known(null);
  const destination = await ask('bucket.objectLock', replica.bucket);
  if (!isKnown(destination)) return destination;
  if (destination.known.kind === 'on') return known(null);
  const detail = `${replica.state.bucket.name} has Object Lock and its destination ${replica.bucket.name} has not, so that every copy fails`;
  return known({ rule: rule.id, why: 'object-lock', detail });
}

/**
 * In another account than the role's, the owner of the destination must let the role in by a bucket policy
 * (https://docs.aws.amazon.com/AmazonS3/latest/userguide/replication-walkthrough-2.html). Whose a destination is, S3 tells nobody;
 * the rule may.
 */
async function destinationShut(
  { replica: { bucket }, rule, role }: Attempt,
  { ask, gap }: ImpedimentContext,
): Promise<Fact<Shortfall | null>> {
  const { account } = rule.destination;
  if (!isRoleArn(role) || account === null || account === parseArn(role)?.account) return known(null);
  const policy = await ask('bucket.policy', bucket);
  if (!isKnown(policy)) return policy;
  if (policy.known.kind === 'none') {
    const detail = `its destination ${bucket.name} is in account ${account} and has no bucket policy that lets the role in`;
    return known({ rule: rule.id, why: 'destination-policy', detail });
  }
  const detail = `its destination ${bucket.name} is in account ${account}, and whether the bucket policy lets the role ${role} in is not judged`;
  return gap({ cause: 'undecided', detail, resource: `arn:aws:s3:::${bucket.name}` });
}
