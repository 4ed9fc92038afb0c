import { randomUUID } from 'node:crypto';
import { type Answer, AwsError } from '../http.ts';
import { element, find, findAll, textAt, type XmlElement } from '../xml.ts';
import { emptyAnswer, invalidRequest, malformedXml, type S3Call, xmlAnswer } from './answers.ts';
import { isEnabled, readBody } from './buckets.ts';
import type { Bucket } from './store.ts';

/** A replication rule as S3 acts on it. */
export interface ReplicationRule {
  /** The schema decides about delete markers: V1 has a `Prefix` of its own, V2 a `Filter`. */
  readonly schema: 'v1' | 'v2';
  readonly enabled: boolean;
  readonly prefix: string;
  readonly tags: readonly (readonly [key: string, value: string])[];
  readonly priority: number;
  readonly copiesKms: boolean;
  readonly copiesDeleteMarkers: boolean;
  /** Name of the destination bucket. */
  readonly destination: string;
  readonly destinationAccount: string | undefined;
  readonly replicaKmsKeyId: string | undefined;
  readonly storageClass: string | undefined;
}

/** S3 `GetBucketReplication`. */
export function getReplication({ bucket }: S3Call): Answer {
  if (bucket.replication !== undefined) return xmlAnswer(bucket.replication);
  const message = 'The replication configuration was not found';
  throw new AwsError({ status: 404, code: 'ReplicationConfigurationNotFoundError', message });
}

/** S3 `DeleteBucketReplication`. */
export function deleteReplication({ bucket }: S3Call): Answer {
  delete bucket.replication;
  return emptyAnswer(204);
}

/** S3 `PutBucketReplication`; what is stored comes back word by word, with an `ID` where none was given. */
export function putReplication(call: S3Call): Answer {
  const { bucket, world } = call;
  const body = readBody(call, 'ReplicationConfiguration');
  const rules = findAll(body, 'Rule');
  if (!textAt(body, 'Role') || rules.length === 0) throw malformedXml();
  if (bucket.versioning !== 'Enabled') {
    throw invalidRequest("Versioning must be 'Enabled' on the bucket to apply a replication configuration");
  }
  for (const rule of rules) validate(rule, world.buckets);
  refuseSamePriority(rules);
  const children = body.children.map((child) => (child.name === 'Rule' ? withId(child) : child));
  bucket.replication = element('ReplicationConfiguration', children);
  return emptyAnswer(200);
}

function withId(rule: XmlElement): XmlElement {
  if (textAt(rule, 'ID')) return rule;
  return element(
    'Rule',
    element('ID', randomUUID()),
    rule.children.filter((child) => child.name !== 'ID'),
  );
}

/** The checks that S3 makes when a configuration is put; the KMS key and the role are not among them. */
function validate(rule: XmlElement, buckets: ReadonlyMap<string, Bucket>): void {
  const status = textAt(rule, 'Status');
  if (status !== 'Enabled' && status !== 'Disabled') throw malformedXml();
  const filter = find(rule, 'Filter');
  if (filter !== undefined) validateV2(rule, filter);
  else if (find(rule, 'Prefix') === undefined) throw malformedXml();
  if (isEnabled(rule, 'SourceSelectionCriteria', 'SseKmsEncryptedObjects')) {
    if (!textAt(rule, 'Destination', 'EncryptionConfiguration', 'ReplicaKmsKeyID')) {
      throw invalidRequest('EncryptionConfiguration must be specified if SseKmsEncryptedObjects tag is present.');
    }
  }
  const destination = buckets.get(destinationOf(rule));
  if (destination === undefined) throw invalidRequest('Destination bucket must exist.');
  if (destination.versioning !== 'Enabled') {
    throw invalidRequest('Destination bucket must have versioning enabled.');
  }
}

function validateV2(rule: XmlElement, filter: XmlElement): void {
  if (find(rule, 'Prefix') !== undefined || filter.children.length > 1) throw malformedXml();
  const schema = 'must be specified for this version of Cross Region Replication configuration schema.';
  if (find(rule, 'DeleteMarkerReplication') === undefined) throw invalidRequest(`DeleteMarkerReplication ${schema}`);
  if (find(rule, 'Priority') === undefined) throw invalidRequest(`Priority ${schema}`);
  if (tagsOf(filter).length > 0 && isEnabled(rule, 'DeleteMarkerReplication')) {
    throw invalidRequest('Delete marker replication is not supported if any Tag filter is specified.');
  }
}

function refuseSamePriority(rules: readonly XmlElement[]): void {
  const seen = new Set<string>();
  for (const rule of rules) {
    const priority = textAt(rule, 'Priority');
    if (priority === undefined) continue;
    if (seen.has(priority)) throw invalidRequest('Found rules with the same priority.');
    seen.add(priority);
  }
}

function destinationOf(rule: XmlElement): string {
  const arn = textAt(rule, 'Destination', 'Bucket') ?? '';
  const [, name] = /^arn:aws(?:-[a-z-]+)?:s3:::([a-z0-9][a-z0-9.-]{1,61}[a-z0-9])$/.exec(arn) ?? [];
  if (name !== undefined) return name;
  throw new AwsError({ status: 400, code: 'InvalidArgument', message: 'Invalid bucket ARN.' });
}

function tagsOf(filter: XmlElement | undefined): readonly (readonly [string, string])[] {
  const tags = [...findAll(filter, 'Tag'), ...findAll(find(filter, 'And'), 'Tag')];
  return tags.map((tag) => [textAt(tag, 'Key') ?? '', textAt(tag, 'Value') ?? '']);
}

/** The role that S3 takes on to copy from a bucket; empty where nothing is configured. */
export function roleArnOf(bucket: Bucket): string {
  return textAt(bucket.replication, 'Role') ?? '';
}

/** The rules of a bucket, as S3 "Replication configuration file elements" explains them. */
export function rulesOf(bucket: Bucket): readonly ReplicationRule[] {
  return findAll(bucket.replication, 'Rule').map((rule) => {
    const filter = find(rule, 'Filter');
    const prefix = textAt(rule, 'Prefix') ?? textAt(filter, 'Prefix') ?? textAt(filter, 'And', 'Prefix') ?? '';
    return {
      schema: filter === undefined ? 'v1' : 'v2',
      enabled: isEnabled(rule),
      prefix,
      tags: tagsOf(filter),
      priority: Number(textAt(rule, 'Priority') ?? 0),
      copiesKms: isEnabled(rule, 'SourceSelectionCriteria', 'SseKmsEncryptedObjects'),
      copiesDeleteMarkers: filter === undefined || isEnabled(rule, 'DeleteMarkerReplication'),
      destination: destinationOf(rule),
      destinationAccount: textAt(rule, 'Destination', 'Account'),
      replicaKmsKeyId: textAt(rule, 'Destination', 'EncryptionConfiguration', 'ReplicaKmsKeyID'),
      storageClass: textAt(rule, 'Destination', 'StorageClass'),
    };
  });
}
