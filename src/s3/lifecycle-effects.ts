import type { S3Writes } from '../model/backend.ts';
import type { LifecycleConfiguration, LifecycleEffect, LifecycleRule } from '../model/storage.ts';

/** One object as lifecycle rules see it; `bytes` is null where its size is not known. */
export interface Filtered {
  readonly key: string;
  readonly bytes: number | null;
  readonly tags: S3Writes['tags'];
}

/** What rules do to an object; or what they certainly do, and what has to be known first: its size, or what `open` says for people. */
export type Effects =
  | { readonly known: readonly LifecycleEffect[] }
  | { readonly needs: 'size'; readonly certain: readonly LifecycleEffect[] }
  | { readonly open: string; readonly certain: readonly LifecycleEffect[] };

/**
 * The effects of the Enabled rules that match an object. All predicates of a filter must hold; sizes are exclusive bounds
 * (https://docs.aws.amazon.com/AmazonS3/latest/userguide/intro-lifecycle-filters.html). Of the storage classes, those count
 * from which an object has to be restored before it can be read. Terraform writes states without tags; OpenTofu has
 * `state_tags`.
 */
export function effectsOn({ rules, archivesSmall }: LifecycleConfiguration, object: Filtered): Effects {
  const judged = rules
    .filter(({ enabled, prefix }) => enabled && object.key.startsWith(prefix))
    .flatMap((rule) =>
      effectsOf(rule).map((effect) => ({ effect, applies: applies({ rule, effect, archivesSmall }, object) })),
    );
  const rulesThat = (answer: Answer) =>
    [...new Set(judged.flatMap(({ effect, applies: one }) => (one === answer ? [effect.rule] : [])))].join(', ');
  const certain = judged.flatMap(({ effect, applies: one }) => (one === true ? [effect] : []));
  if (rulesThat('size')) return { needs: 'size', certain };
  if (rulesThat('tags') && 'open' in object.tags) {
    return { open: `lifecycle rule ${rulesThat('tags')} filters by object tag, and ${object.tags.open}`, certain };
  }
  if (rulesThat('small')) {
    const archiving = `lifecycle rule ${rulesThat('small')} archives objects`;
    return { open: `${archiving}, and the store does not say whether that holds for one of less than 128 KB`, certain };
  }
  return { known: certain };
}

const archives = (storageClass: string) => storageClass === 'GLACIER' || storageClass === 'DEEP_ARCHIVE';

/** What a rule does to an object that it matches. */
function effectsOf(rule: LifecycleRule): readonly LifecycleEffect[] {
  const { id, expires, transitions, noncurrentExpires, noncurrentTransitions } = rule;
  const archiving = <T extends { readonly storageClass: string }>(list: readonly T[]) =>
    list.filter(({ storageClass }) => archives(storageClass));
  return [
    ...(expires ? [{ kind: 'expires', rule: id, due: expires } as const] : []),
    ...archiving(transitions).map((transition) => ({ kind: 'archives', rule: id, ...transition }) as const),
    ...(noncurrentExpires ? [{ kind: 'drops-versions', rule: id, ...noncurrentExpires } as const] : []),
    ...archiving(noncurrentTransitions).map(
      (transition) => ({ kind: 'archives-versions', rule: id, ...transition }) as const,
    ),
  ];
}

/** Whether an effect comes to an object; else what is not known, which for `small` is what the store does by default. */
type Answer = boolean | 'size' | 'tags' | 'small';

interface Candidate {
  readonly rule: LifecycleRule;
  readonly effect: LifecycleEffect;
  readonly archivesSmall: boolean | null;
}

function applies({ rule, effect, archivesSmall }: Candidate, { bytes, tags }: Filtered): Answer {
  const isArchiving = effect.kind === 'archives' || effect.kind === 'archives-versions';
  const answers = [
    bySize(rule, bytes),
    isArchiving ? byDefaultSize(rule, archivesSmall, bytes) : true,
    byTags(rule, tags),
  ];
  // What certainly does not match needs no further answer.
  return answers.includes(false) ? false : (answers.find((answer) => answer !== true) ?? true);
}

function bySize({ largerThan, smallerThan }: LifecycleRule, bytes: number | null): Answer {
  if (largerThan === null && smallerThan === null) return true;
  if (bytes === null) return 'size';
  return (largerThan === null || bytes > largerThan) && (smallerThan === null || bytes < smallerThan);
}

const smallest = 128 * 1024;

/**
 * Since September 2024 S3 moves no object below 128 KB unless the configuration says so or the rule has a size filter
 * (`TransitionDefaultMinimumObjectSize`,
 * https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetBucketLifecycleConfiguration.html).
 */
function byDefaultSize(rule: LifecycleRule, archivesSmall: boolean | null, bytes: number | null): Answer {
  if (archivesSmall === true || rule.largerThan !== null || rule.smallerThan !== null) return true;
  if (bytes === null) return 'size';
  if (bytes >= smallest) return true;
  return archivesSmall ?? 'small';
}

function byTags({ tags: wanted }: LifecycleRule, tags: S3Writes['tags']): Answer {
  if (wanted.length === 0) return true;
  if ('open' in tags) return 'tags';
  return wanted.every(({ key, value }) => Object.hasOwn(tags.known, key) && tags.known[key] === value);
}
