import { type Answer, AwsError, header } from '../http.ts';
import type { Call } from '../world.ts';
import { element, find, optional, parse, textAt, type XmlElement } from '../xml.ts';
import { accessDenied, emptyAnswer, malformedXml, type S3Call, xmlAnswer } from './answers.ts';
import { newBucket } from './store.ts';

/** Reads a configuration from a request (S3 `MalformedXML` when it is none). */
export function readBody({ request }: Call, root: string): XmlElement {
  let body: XmlElement;
  try {
    body = parse(request.body.toString('utf8'));
  } catch {
    throw malformedXml();
  }
  if (body.name !== root) throw malformedXml();
  return body;
}

/** S3 `CreateBucket`: in the region of `LocationConstraint`, else of the endpoint. */
export function createBucket(call: Call, name: string): Answer {
  const { world, caller, request } = call;
  const body = request.body.length === 0 ? undefined : readBody(call, 'CreateBucketConfiguration');
  const constraint = textAt(body, 'LocationConstraint');
  // Only the endpoint of us-east-1 makes buckets elsewhere.
  if (constraint !== undefined && request.region !== 'us-east-1' && constraint !== request.region) {
    const message = `The ${constraint} location constraint is incompatible for the region specific endpoint this request was sent to.`;
    throw new AwsError({ status: 400, code: 'IllegalLocationConstraintException', message });
  }
  const existing = world.buckets.get(name);
  if (existing !== undefined) throw taken(existing.owner === caller.account);
  const bucket = newBucket(name, constraint ?? request.region, caller.account);
  if (header(request, 'x-amz-bucket-object-lock-enabled') === 'true') {
    bucket.versioning = 'Enabled';
    bucket.documents.set('object-lock', OBJECT_LOCK_ENABLED);
  }
  world.buckets.set(name, bucket);
  return emptyAnswer(200, { location: `/${name}` });
}

const OBJECT_LOCK_ENABLED =
  '<ObjectLockConfiguration xmlns="http://s3.amazonaws.com/doc/2006-03-01/"><ObjectLockEnabled>Enabled</ObjectLockEnabled></ObjectLockConfiguration>';

function taken(isOwn: boolean): AwsError {
  const message = isOwn
    ? 'Your previous request to create the named bucket succeeded and you already own it.'
    : 'The requested bucket name is not available.';
  return new AwsError({ status: 409, code: isOwn ? 'BucketAlreadyOwnedByYou' : 'BucketAlreadyExists', message });
}

/** S3 `DeleteBucket`. */
export function deleteBucket({ world, bucket }: S3Call): Answer {
  if (bucket.keys.size > 0) {
    const message = 'The bucket you tried to delete is not empty';
    throw new AwsError({ status: 409, code: 'BucketNotEmpty', message });
  }
  world.buckets.delete(bucket.name);
  return emptyAnswer(204);
}

/** S3 `HeadBucket`: the region is in a header. */
export function headBucket({ bucket }: S3Call): Answer {
  return emptyAnswer(200, { 'x-amz-bucket-region': bucket.region, 'x-amz-access-point-alias': 'false' });
}

/** S3 `GetBucketLocation`: empty for us-east-1. */
export function getLocation({ bucket }: S3Call): Answer {
  return xmlAnswer(element('LocationConstraint', bucket.region === 'us-east-1' ? '' : bucket.region));
}

/** S3 `GetBucketVersioning`: no element for what was never set. */
export function getVersioning({ bucket }: S3Call): Answer {
  const { versioning, mfaDelete } = bucket;
  return xmlAnswer(
    element('VersioningConfiguration', optional('Status', versioning), optional('MfaDelete', mfaDelete)),
  );
}

/** S3 `PutBucketVersioning`, with the two locks on it: MFA delete and a replication configuration. */
export function putVersioning(call: S3Call): Answer {
  const { bucket } = call;
  const body = readBody(call, 'VersioningConfiguration');
  const status = textAt(body, 'Status');
  const mfaDelete = textAt(body, 'MfaDelete');
  if (status !== undefined && status !== 'Enabled' && status !== 'Suspended') throw malformedXml();
  if (mfaDelete !== undefined && mfaDelete !== 'Enabled' && mfaDelete !== 'Disabled') throw malformedXml();
  if (mfaDelete !== undefined || bucket.mfaDelete === 'Enabled') requireMfa(call);
  if (status === 'Suspended' && bucket.replication !== undefined) {
    throw invalidState(
      'A replication configuration is present on this bucket, so you cannot change the versioning state. To change the versioning state, first delete the replication configuration.',
    );
  }
  if (status === 'Suspended' && bucket.documents.has('object-lock')) {
    throw invalidState(
      'An Object Lock configuration is present on this bucket, so the versioning state cannot be changed.',
    );
  }
  if (status !== undefined) bucket.versioning = status;
  if (mfaDelete !== undefined) bucket.mfaDelete = mfaDelete;
  return emptyAnswer(200);
}

function invalidState(message: string): AwsError {
  return new AwsError({ status: 409, code: 'InvalidBucketState', message });
}

/** S3 "Configuring MFA delete": the owner's root user with `x-amz-mfa: SERIAL CODE`; the code is not verified. */
export function requireMfa({ caller, bucket, request }: S3Call): void {
  const isRoot = caller.arn === `arn:aws:iam::${bucket.owner}:root`;
  if (isRoot && /^\S+ \d{6}$/.test(header(request, 'x-amz-mfa') ?? '')) return;
  throw accessDenied('Mfa Authentication must be used for this request');
}

/** Whether the element is there and says `Enabled`, as S3's many `Status` elements do. */
export function isEnabled(node: XmlElement | undefined, ...path: readonly string[]): boolean {
  return find(node, ...path, 'Status')?.text === 'Enabled';
}
