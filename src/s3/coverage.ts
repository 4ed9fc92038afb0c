import type { Setting } from '../model/backend.ts';
import type { ReplicationConfiguration, ReplicationRule, Shortfall } from '../model/replication.ts';

/** Which rules copy a key, one per destination, and why the others do not. */
export interface Selection {
  readonly rules: readonly ReplicationRule[];
  readonly shortfalls: readonly Shortfall[];
  /** Rules of which it hangs on tags that are not known whether they match. One that they might outrank is not among `rules`. */
  readonly open: readonly ReplicationRule[];
}

/** The tags with which a state is written. */
type Tags = Setting<Readonly<Record<string, string>>>;

/**
 * Chooses as S3 does: among the Enabled rules that match the key, the highest priority per destination wins, and every
 * distinct destination gets a copy (https://docs.aws.amazon.com/AmazonS3/latest/userguide/replication-add-config.html). Terraform
 * writes states without object tags (internal/backend/remote-state/s3/client.go), so a rule that filters by tag never matches;
 * OpenTofu 1.11 and later can be told to write some (`state_tags`).
 */
export function selectRules(
  { rules }: Pick<ReplicationConfiguration, 'rules'>,
  key: string,
  tags: Tags = { known: {} },
): Selection {
  const matching: ReplicationRule[] = [];
  const shortfalls: Shortfall[] = [];
  const tagged: ReplicationRule[] = [];
  for (const rule of rules) {
    const reason = mismatch(rule, key, tags);
    if (reason) shortfalls.push(reason);
    else if (rule.tags.length > 0 && 'open' in tags) tagged.push(rule);
    else matching.push(rule);
  }
  const winners = new Map<string, ReplicationRule>();
  for (const rule of matching) {
    const rival = winners.get(rule.destination.bucket);
    if (!rival || rule.priority > rival.priority) winners.set(rule.destination.bucket, rule);
  }
  const winnerOver = (rule: ReplicationRule) => winners.get(rule.destination.bucket);
  const open = tagged.filter((rule) => (winnerOver(rule)?.priority ?? -1) <= rule.priority);
  const isContested = ({ destination: { bucket }, priority }: ReplicationRule): boolean =>
    open.some((other) => other.destination.bucket === bucket && other.priority > priority);
  const outranked = [...matching, ...tagged].flatMap((rule) => {
    const winner = winnerOver(rule);
    if (!winner || winner === rule || open.includes(rule)) return [];
    const detail = `rule ${winner.id} has a higher priority for the same destination`;
    return [{ rule: rule.id, why: 'outranked', detail } as const];
  });
  return {
    rules: matching.filter((rule) => winnerOver(rule) === rule && !isContested(rule)),
    shortfalls: [...shortfalls, ...outranked],
    open,
  };
}

function mismatch(rule: ReplicationRule, key: string, tags: Tags): Shortfall | null {
  if (!rule.enabled) return { rule: rule.id, why: 'disabled', detail: 'the rule is Disabled' };
  if (!key.startsWith(rule.prefix)) {
    return { rule: rule.id, why: 'other-prefix', detail: `prefix "${rule.prefix}" does not match this key` };
  }
  const written = 'known' in tags ? tags.known : null;
  const lacking = written && rule.tags.find(({ key: name, value }) => written[name] !== value);
  if (!lacking) return null;
  const without =
    Object.keys(written).length === 0 ? 'without tags' : `without the tag ${lacking.key}=${lacking.value}`;
  return {
    rule: rule.id,
    why: 'tag-filter',
    detail: `it filters by object tag, and Terraform writes states ${without}`,
  };
}

/** What is known of a chosen rule's source object and destination; null where it could not be read. */
export interface Surroundings {
  /** `x-amz-server-side-encryption` of the state, `none` when S3 names none. */
  readonly encryption: string | null;
  readonly sourceRegion: string | null;
  readonly sourceVersioning: string | null;
  readonly destination: { readonly kind: 'found'; readonly region: string | null } | { readonly kind: 'absent' } | null;
  readonly destinationVersioning: string | null;
  /** Whether the team takes a copy in the same region for enough. */
  readonly sameRegionCounts: boolean;
}

/**
 * Why a chosen rule certainly does not bring the state to safety in another region; null when nothing that could be read says so.
 * SSE-KMS objects are skipped unless selected
 * (https://docs.aws.amazon.com/AmazonS3/latest/userguide/replication-config-for-kms-objects.html).
 */
export function shortfallOf(
  rule: ReplicationRule,
  { encryption, sourceRegion, sourceVersioning, ...rest }: Surroundings,
): Shortfall | null {
  const { destination, destinationVersioning, sameRegionCounts } = rest;
  const name = rule.destination.bucket;
  if (sourceVersioning !== null && sourceVersioning !== 'Enabled') {
    return {
      rule: rule.id,
      why: 'source-unversioned',
      detail: `the bucket it copies from is not versioned (${sourceVersioning})`,
    };
  }
  if (destination?.kind === 'absent') {
    return { rule: rule.id, why: 'destination-missing', detail: `its destination ${name} does not exist` };
  }
  if (!sameRegionCounts && destination && destination.region !== null && destination.region === sourceRegion) {
    return { rule: rule.id, why: 'same-region', detail: `its destination ${name} is in ${sourceRegion} too` };
  }
  if (destinationVersioning !== null && destinationVersioning !== 'Enabled') {
    return {
      rule: rule.id,
      why: 'destination-unversioned',
      detail: `its destination ${name} is not versioned (${destinationVersioning})`,
    };
  }
  if (!encryption?.startsWith('aws:kms')) return null;
  return kmsShortfall(rule, destination?.kind === 'found' ? destination.region : null);
}

function kmsShortfall(rule: ReplicationRule, destinationRegion: string | null): Shortfall | null {
  const { id, selectsKms, replicaKey } = rule;
  const encrypted = 'the state is encrypted with KMS, and the rule';
  if (!selectsKms) return { rule: id, why: 'kms-not-selected', detail: `${encrypted} does not select KMS objects` };
  if (replicaKey === null) return { rule: id, why: 'replica-key', detail: `${encrypted} names no key for the replica` };
  const keyRegion = regionOfKey(replicaKey);
  if (keyRegion === null || destinationRegion === null || keyRegion === destinationRegion) return null;
  return {
    rule: id,
    why: 'replica-key',
    detail: `${encrypted} names a replica key in ${keyRegion} for a bucket in ${destinationRegion}`,
  };
}

/** The region of a KMS key given by ARN; null for an id or alias without one. A key works only in its own region. */
const regionOfKey = (key: string): string | null => /^arn:[^:]+:kms:([^:]+):/.exec(key)?.[1] ?? null;

/** Whether a rule copies KMS objects as well as others, so that the state's encryption does not matter. */
export const copiesKms = ({ selectsKms, replicaKey }: ReplicationRule, destinationRegion: string | null): boolean =>
  selectsKms && replicaKey !== null && destinationRegion !== null && regionOfKey(replicaKey) === destinationRegion;
