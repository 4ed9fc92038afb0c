import type { Difference } from './contract/contract.ts';
import { motoAccountDifferences } from './moto-account-differences.ts';
import * as observe from './moto-observations.ts';
import * as protection from './moto-protection-observations.ts';

/** Where moto 5.2.1 in its default mode is not AWS, and what therefore must be tested against the stand-in. */
export const motoDifferences: readonly Difference[] = [
  ...motoAccountDifferences,
  {
    contract: 'a bucket in another region answers 301 and names its region',
    instead: 'the request is served',
    rulesOut: 'state-reachable: "the bucket is where the backend says"',
    observe: observe.servesOtherRegions,
  },
  {
    contract: 'MFA delete set by the root user comes back',
    instead: 'MFADelete is dropped',
    rulesOut: 'mfa-delete: pass',
    observe: observe.dropsMfaDelete,
  },
  {
    contract: 'MFA delete set by anyone but the root user is denied',
    instead: 'it is accepted, and dropped',
    rulesOut: 'mfa-delete: pass',
    observe: observe.dropsMfaDelete,
  },
  {
    contract: 'a bucket without encryption settings encrypts with AES256',
    instead: 'GetBucketEncryption is a 404',
    rulesOut: 'state-key-survives: "SSE-S3 by default"',
    observe: observe.hasNoDefaultEncryption,
  },
  {
    contract: 'a lifecycle rule comes back whole',
    instead: 'NewerNoncurrentVersions is dropped',
    rulesOut: 'state-retention: rules that keep a number of versions',
    observe: observe.dropsNewerVersions,
  },
  {
    contract: 'suspended versioning keeps old versions but overwrites the null version',
    instead: 'a write destroys all older versions of the key',
    rulesOut: 'state-reachable: "an absent object with noncurrent versions" in suspended buckets',
    observe: observe.forgetsVersionsWhenSuspended,
  },
  {
    contract: 'a delete of a key that never existed leaves a marker too',
    instead: 'nothing happens',
    rulesOut: 'state-reachable: a marker without any version',
    observe: observe.leavesNoMarkerForMissingKey,
  },
  {
    contract: 'a delete marker asked for by its id is a 405',
    instead: 'GET is 404 NoSuchVersion, HEAD is right',
    rulesOut: 'none: markers are asked for by HEAD and by listing',
    observe: observe.hidesMarkersFromGet,
  },
  {
    contract: 'deleting the marker brings the object back, deleting the version ends it',
    instead: 'the answer does not say that a marker was deleted',
    rulesOut: 'none: the audit never deletes',
    observe: observe.deletesMarkersUnnamed,
  },
  {
    contract: 'a key named by its id or by its alias is told by its ARN',
    instead: 'it is told as it was named',
    rulesOut: 'state-key-survives: a key that a backend names by its id or alias',
    observe: protection.tellsKeysAsNamed,
  },
  {
    contract: 'a write with a key that is disabled or to be deleted is refused in the words of KMS',
    instead: 'it is accepted',
    rulesOut: 'drills: a state that can no longer be written',
    observe: protection.writesWithAnyKey,
  },
  {
    contract: 'Object Lock can be put on an existing versioned bucket',
    instead: 'it is, and GetObjectLockConfiguration adds 0 years to the days',
    rulesOut: 'none: 0 years are no retention',
    observe: protection.addsYears,
  },
  {
    contract: 'Object Lock is refused where versioning is not Enabled',
    instead: 'it is refused with the status 400',
    rulesOut: 'none: the audit reads configurations only',
    observe: protection.refusesWith400,
  },
  {
    contract: 'a key of one region says that it is none of several',
    instead: 'MultiRegion is left out',
    rulesOut: 'state-key-survives: nothing, an absent MultiRegion is not true',
    observe: protection.leavesMultiRegionOut,
  },
  {
    contract: 'the key of S3 is made by asking for its alias, and is managed by AWS',
    instead: 'it is managed by the customer',
    rulesOut: 'state-key-survives: "the aws/s3 key, which no other account can use"',
    observe: protection.managesKeysOfS3,
  },
  {
    contract: 'a V1 rule comes back with its prefix and no filter',
    instead: 'it becomes a V2 rule for everything',
    rulesOut: 'state-replicated: coverage by prefix, and the V1 schema at all',
    observe: observe.rewritesV1,
  },
  {
    contract: 'a V2 rule comes back with its filter by prefix',
    instead: 'the filter becomes everything',
    rulesOut: 'state-replicated: fail for a key outside the prefix',
    observe: (target) => observe.rewritesRule(target, { Filter: { Prefix: 'state/' } }),
  },
  {
    contract: 'a V2 rule comes back with its filter by tag',
    instead: 'the filter becomes everything',
    rulesOut: 'state-replicated: fail for an object without the tag',
    observe: (target) => observe.rewritesRule(target, { Filter: { Tag: { Key: 'kind', Value: 'state' } } }),
  },
  {
    contract: 'a V2 rule comes back with its delete marker replication',
    instead: 'it is always Disabled',
    rulesOut: 'replica-in-sync: logically deleted replicas',
    observe: (target) => observe.rewritesRule(target, { DeleteMarkerReplication: { Status: 'Enabled' } }),
  },
  {
    contract: 'a V2 rule comes back with And filter, KMS opt-in and destination settings',
    instead: 'SourceSelectionCriteria is dropped and the filter becomes everything',
    rulesOut: 'state-replicated: KMS opt-in',
    observe: (target) =>
      observe.rewritesRule(target, {
        Filter: { And: { Prefix: 'state/', Tags: [{ Key: 'kind', Value: 'state' }] } },
        SourceSelectionCriteria: { SseKmsEncryptedObjects: { Status: 'Enabled' } },
      }),
  },
  {
    contract: 'replication to a missing bucket is refused',
    instead: 'it is accepted',
    rulesOut: 'none: the audit reads configurations only',
    observe: (target) => observe.acceptsRules(target, 'missing'),
  },
  {
    contract: 'replication to an unversioned bucket is refused',
    instead: 'it is accepted',
    rulesOut: 'none: the audit reads configurations only',
    observe: (target) => observe.acceptsRules(target, 'unversioned'),
  },
  {
    contract: 'two rules of the same priority are refused',
    instead: 'they are accepted',
    rulesOut: 'none: the audit reads configurations only',
    observe: (target) => observe.acceptsRules(target, 'same-priority'),
  },
  {
    contract: 'versioning cannot be suspended under a replication configuration',
    instead: 'it is suspended',
    rulesOut: 'none: a source with replication is always versioned in AWS',
    observe: observe.suspendsUnderReplication,
  },
  {
    contract: 'a covered object is PENDING, then COMPLETED, and its copy has the same version id',
    instead: 'nothing is copied and no status is told',
    rulesOut: 'replica-in-sync: every verdict but fail',
    observe: observe.copiesNothing,
  },
  {
    contract: 'a V1 rule copies delete markers',
    instead: 'nothing is copied',
    rulesOut: 'replica-in-sync: logically deleted replicas',
    observe: observe.copiesNothing,
  },
  {
    contract: 'a permissions boundary of a user comes back',
    instead: 'GetUser leaves it out',
    rulesOut: 'emergency-can-deploy: users under a boundary',
    observe: observe.dropsUserBoundary,
  },
  {
    contract: 'inline policies of a role list in pages',
    instead: 'MaxItems is ignored and all come at once',
    rulesOut: 'emergency-can-deploy: policies beyond the first page',
    observe: observe.ignoresMaxItems,
  },
  {
    contract: 'a managed policy names its default version, which has the document URL-encoded',
    instead: 'the document is plain',
    rulesOut: 'emergency-can-deploy: decoding of managed policies',
    observe: observe.answersPlainDocuments,
  },
  {
    contract: 'the caller of GetCallerIdentity is told its account and ARN',
    instead: 'every caller is arn:aws:sts::…:user/moto',
    rulesOut: 'role-assumable: who the auditor is',
    observe: observe.callsEverybodyMoto,
  },
  {
    contract: 'a role whose trust names somebody else cannot be assumed',
    instead: 'it is assumed',
    rulesOut: 'role-assumable and drills: every denial',
    observe: observe.assumesAnything,
  },
  {
    contract: 'a role that does not exist cannot be assumed',
    instead: 'it is assumed',
    rulesOut: 'role-exists and drills: a missing role',
    observe: observe.assumesAnything,
  },
  {
    contract: 'a role that asks for an external id is assumed with that id only',
    instead: 'it is assumed without it',
    rulesOut: 'role-assumable and drills: a missing external id',
    observe: observe.assumesAnything,
  },
];
