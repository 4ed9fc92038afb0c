import { type Fact, isKnown, known } from '../model/fact.ts';
import type { ReplicationRule } from '../model/replication.ts';
import type { Replica } from '../model/subject.ts';
import type { Context } from './resolver.ts';

/** One rule that should copy one state, and what S3 says of the state. */
export interface Attempt {
  readonly replica: Replica;
  readonly rule: ReplicationRule;
  /** The ARN of the role with which S3 copies; null where the configuration names none, as on stores that need none. */
  readonly role: string | null;
  /** As in `Coverage`. */
  readonly reported: string;
  /** No other rule may copy the state elsewhere: then what S3 reports is about this one. */
  readonly isOnly: boolean;
}

// REPLICA is what came from elsewhere, perhaps from this very bucket.
const tried = ['PENDING', 'COMPLETED', 'FAILED'];

/**
 * Whether the bucket of the replica holds the state's current version, which proves that the way is open: a replica keeps the
 * version id of the original, and nothing else gives it that one (https://docs.aws.amazon.com/AmazonS3/latest/userguide/replication.html).
 * COMPLETED alone proves nothing: it may be about an earlier destination, since S3 copies nothing again when the configuration
 * changes (https://docs.aws.amazon.com/AmazonS3/latest/userguide/replication-what-is-isnot-replicated.html).
 */
export async function hasArrived(
  { replica, reported }: Attempt,
  { ask }: Pick<Context<'object.status' | 'object.history', never>, 'ask'>,
): Promise<Fact<boolean>> {
  const status = await ask('object.status', replica.state.object);
  if (!isKnown(status) || status.known.kind !== 'present' || !tried.includes(reported)) return known(false);
  const { versionId } = status.known;
  // What was written to a bucket that was not versioned has the id `null` everywhere.
  if (versionId === null || versionId === 'null') return known(false);
  const there = await ask('object.history', replica.object);
  if (!isKnown(there)) return there;
  return known(
    there.known.kind === 'listed' && there.known.versions.some((version) => version.versionId === versionId),
  );
}
