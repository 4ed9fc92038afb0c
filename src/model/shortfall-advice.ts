import type { Shortfall } from './replication.ts';

/** What to do about each way in which a replication rule falls short; the finding itself names buckets, keys and roles. */
const advice: Readonly<Record<Shortfall['why'], string>> = {
  disabled: 'Set the rule that should cover the state to Enabled.',
  'other-prefix':
    'Give the rule a prefix with which the key begins, or none (the keys of named workspaces begin with env:/, or with workspace_key_prefix).',
  'tag-filter':
    'Take the tag filter out of the rule: Terraform cannot write tags on states (OpenTofu 1.11 and later can, with state_tags).',
  outranked: 'Of rules for the same destination the one with the highest priority applies: correct that one.',
  'kms-not-selected':
    'Let the rule select KMS objects (SseKmsEncryptedObjects), with a replica key in the region of the destination.',
  'replica-key': 'Name a replica key in the region of the destination (ReplicaKmsKeyID).',
  'source-unversioned': 'Enable versioning of the bucket that holds the state.',
  'destination-missing': 'Create the destination, versioned and in another region, or name a bucket that is.',
  'destination-unversioned': 'Enable versioning of the destination.',
  'object-lock':
    'Enable Object Lock at the destination, which a versioned bucket allows at any time; at the state’s bucket it cannot be disabled.',
  'destination-policy':
    'Let the owner of the destination add a bucket policy that allows the role s3:ReplicateObject and s3:ReplicateDelete.',
  'replication-role':
    'Name a role that exists, that s3.amazonaws.com may assume, and whose own policies allow what it lacks.',
  'same-region': 'Name a destination in another region.',
};

/** One sentence for each of the ways that occur, in the order in which they do. */
export const adviceFor = (shortfalls: readonly Shortfall[]): string =>
  [...new Set(shortfalls.map(({ why }) => advice[why]))].join(' ');
