import type { Due, LifecycleConfiguration, LifecycleRule } from '../model/storage.ts';

interface RawTag {
  readonly Key?: string | undefined;
  readonly Value?: string | undefined;
}

interface RawPredicates {
  readonly Prefix?: string | undefined;
  readonly ObjectSizeGreaterThan?: number | undefined;
  readonly ObjectSizeLessThan?: number | undefined;
}

interface RawFilter extends RawPredicates {
  readonly Tag?: RawTag | undefined;
  readonly And?: (RawPredicates & { readonly Tags?: readonly RawTag[] | undefined }) | undefined;
}

interface RawDue {
  readonly Days?: number | undefined;
  readonly Date?: Date | undefined;
}

interface RawNoncurrent {
  readonly NoncurrentDays?: number | undefined;
  readonly NewerNoncurrentVersions?: number | undefined;
}

/** One rule as `GetBucketLifecycleConfiguration` returns it; the parts that can take a state away. */
export interface RawLifecycleRule {
  readonly ID?: string | undefined;
  readonly Status?: string | undefined;
  readonly Prefix?: string | undefined;
  readonly Filter?: RawFilter | undefined;
  readonly Expiration?: (RawDue & { readonly ExpiredObjectDeleteMarker?: boolean | undefined }) | undefined;
  readonly Transitions?: readonly (RawDue & { readonly StorageClass?: string | undefined })[] | undefined;
  readonly NoncurrentVersionExpiration?: RawNoncurrent | undefined;
  readonly NoncurrentVersionTransitions?:
    | readonly (RawNoncurrent & { readonly StorageClass?: string | undefined })[]
    | undefined;
}

/**
 * Reads `Rules`, in the form with `Filter` and in the old one with a `Prefix` of its own; an empty filter is every object
 * (https://docs.aws.amazon.com/AmazonS3/latest/API/API_LifecycleRule.html). A rule with an undocumented status, or an action
 * without a time, is not interpreted, and then none is: it may be the one that takes the state away.
 */
export function lifecycleRules(
  raw: readonly RawLifecycleRule[],
): Pick<LifecycleConfiguration, 'rules'> | { readonly damaged: string } {
  const read = raw.map(readRule);
  const damaged = read.flatMap((rule) => ('damaged' in rule ? [rule.damaged] : []));
  if (damaged.length > 0) return { damaged: damaged.join('; ') };
  return { rules: read.flatMap((rule) => ('damaged' in rule ? [] : [rule])) };
}

function readRule(raw: RawLifecycleRule, index: number): LifecycleRule | { readonly damaged: string } {
  const id = raw.ID || `#${index + 1}`;
  const unreadable = (what: string) => ({ damaged: `lifecycle rule ${id} has ${what}` });
  if (raw.Status !== 'Enabled' && raw.Status !== 'Disabled') return unreadable(`status ${raw.Status}`);
  const expires = expiryOf(raw.Expiration);
  if (expires === undefined) return unreadable('an expiration without a time');
  const transitions = (raw.Transitions ?? []).flatMap(transitionOf);
  if (transitions.length !== (raw.Transitions ?? []).length)
    return unreadable('a transition without a time or a storage class');
  const noncurrentExpires = raw.NoncurrentVersionExpiration ? noncurrentOf(raw.NoncurrentVersionExpiration, 1) : null;
  if (noncurrentExpires === undefined) return unreadable('an expiration of noncurrent versions without days');
  const noncurrentTransitions = (raw.NoncurrentVersionTransitions ?? []).flatMap(noncurrentTransitionOf);
  if (noncurrentTransitions.length !== (raw.NoncurrentVersionTransitions ?? []).length)
    return unreadable('a transition of noncurrent versions without days or a storage class');
  return {
    id,
    enabled: raw.Status === 'Enabled',
    ...filterOf(raw),
    expires,
    transitions,
    noncurrentExpires,
    noncurrentTransitions,
  };
}

type Filter = Pick<LifecycleRule, 'prefix' | 'tags' | 'largerThan' | 'smallerThan'>;

function filterOf({ Filter: filter, Prefix: own }: RawLifecycleRule): Filter {
  const predicates: RawPredicates = filter?.And ?? filter ?? {};
  return {
    prefix: (filter ? predicates.Prefix : own) ?? '',
    // A tag without a value is one whose value is empty.
    tags: [...(filter?.Tag ? [filter.Tag] : []), ...(filter?.And?.Tags ?? [])].map(({ Key, Value }) => ({
      key: Key ?? '',
      value: Value ?? '',
    })),
    largerThan: predicates.ObjectSizeGreaterThan ?? null,
    smallerThan: predicates.ObjectSizeLessThan ?? null,
  };
}

const isCount = (days: number | undefined, least: number): days is number =>
  days !== undefined && Number.isSafeInteger(days) && days >= least;

/** Undefined where neither days nor a day of the calendar can be read. */
function dueOf({ Days: days, Date: date }: RawDue, least: number): Due | undefined {
  if (isCount(days, least)) return { days };
  return date === undefined || Number.isNaN(date.getTime()) ? undefined : { date: date.toISOString() };
}

/** `ExpiredObjectDeleteMarker` removes a marker above which and below which there is nothing: no state is lost by it. */
function expiryOf(expiration: RawLifecycleRule['Expiration']): Due | null | undefined {
  if (!expiration) return null;
  return dueOf(expiration, 1) ?? (expiration.ExpiredObjectDeleteMarker === undefined ? undefined : null);
}

// An object may be archived on day 0; it expires, and a version is removed, after a day at the earliest.
function transitionOf(raw: NonNullable<RawLifecycleRule['Transitions']>[number]): LifecycleRule['transitions'] {
  const due = dueOf(raw, 0);
  return due && raw.StorageClass ? [{ storageClass: raw.StorageClass, due }] : [];
}

function noncurrentOf(raw: RawNoncurrent, least: number): NonNullable<LifecycleRule['noncurrentExpires']> | undefined {
  const { NoncurrentDays: days, NewerNoncurrentVersions: keep = 0 } = raw;
  return isCount(days, least) && isCount(keep, 0) ? { days, keep } : undefined;
}

function noncurrentTransitionOf(
  raw: NonNullable<RawLifecycleRule['NoncurrentVersionTransitions']>[number],
): LifecycleRule['noncurrentTransitions'] {
  const noncurrent = noncurrentOf(raw, 0);
  return noncurrent && raw.StorageClass ? [{ storageClass: raw.StorageClass, ...noncurrent }] : [];
}
