import { type Answer, AwsError, type AwsRequest, header } from '../http.ts';
import { type S3Operation, s3Action } from '../operations.ts';
import { deniedMessage } from '../permissions.ts';
import type { Call, World } from '../world.ts';
import { accessDenied, commonHeaders, errorAnswer, type S3Call } from './answers.ts';
import { createBucket, deleteBucket, getLocation, getVersioning, headBucket, putVersioning } from './buckets.ts';
import { deleteDocument, getDocument, putDocument, putObjectLock } from './documents.ts';
import { listObjects, listVersions } from './listing.ts';
import { deleteObject, getObject, getTagging, headObject, putObject } from './objects.ts';
import { deleteReplication, getReplication, putReplication } from './replication-configuration.ts';
import { type Route, routeOf } from './route.ts';
import { type Bucket, bucketArn } from './store.ts';

type Handler = (call: S3Call) => Answer;

const HANDLERS: Record<Exclude<S3Operation, 'CreateBucket'>, Handler> = {
  DeleteBucket: deleteBucket,
  HeadBucket: headBucket,
  GetBucketLocation: getLocation,
  GetBucketVersioning: getVersioning,
  PutBucketVersioning: putVersioning,
  GetBucketReplication: getReplication,
  PutBucketReplication: putReplication,
  DeleteBucketReplication: deleteReplication,
  GetBucketLifecycleConfiguration: (call) => getDocument(call, 'lifecycle'),
  PutBucketLifecycleConfiguration: (call) => putDocument(call, 'lifecycle'),
  DeleteBucketLifecycle: (call) => deleteDocument(call, 'lifecycle'),
  GetObjectLockConfiguration: (call) => getDocument(call, 'object-lock'),
  PutObjectLockConfiguration: putObjectLock,
  GetBucketPolicy: (call) => getDocument(call, 'policy'),
  PutBucketPolicy: (call) => putDocument(call, 'policy'),
  DeleteBucketPolicy: (call) => deleteDocument(call, 'policy'),
  GetBucketEncryption: (call) => getDocument(call, 'encryption'),
  PutBucketEncryption: (call) => putDocument(call, 'encryption'),
  DeleteBucketEncryption: (call) => deleteDocument(call, 'encryption'),
  GetPublicAccessBlock: (call) => getDocument(call, 'publicAccessBlock'),
  PutPublicAccessBlock: (call) => putDocument(call, 'publicAccessBlock'),
  DeletePublicAccessBlock: (call) => deleteDocument(call, 'publicAccessBlock'),
  ListObjectsV2: listObjects,
  ListObjectVersions: listVersions,
  PutObject: putObject,
  GetObject: getObject,
  HeadObject: headObject,
  DeleteObject: deleteObject,
  GetObjectTagging: getTagging,
};

/** A request understood, not yet carried out. */
export interface PreparedS3 {
  readonly operation: string;
  readonly resource: string;
  readonly answer: () => Answer;
}

/** Understands an S3 request; checks and effects happen in `answer`. */
export function prepareS3(world: World, request: AwsRequest, authenticate: () => Call): PreparedS3 {
  const answer = (run: () => Answer): Answer => {
    try {
      const { status, headers, body } = run();
      return { status, headers: { ...commonHeaders(), ...headers }, body };
    } catch (error) {
      if (error instanceof AwsError) return errorAnswer(request, error);
      throw error;
    }
  };
  try {
    const route = routeOf(request);
    const resource = route.key === '' ? bucketArn(route.bucket) : `${bucketArn(route.bucket)}/${route.key}`;
    const run = (): Answer => carryOut(world, { route, resource }, authenticate());
    return { operation: `s3:${route.operation}`, resource, answer: () => answer(run) };
  } catch (error) {
    if (!(error instanceof AwsError)) throw error;
    return { operation: 'unknown', resource: '*', answer: () => errorAnswer(request, error) };
  }
}

interface Target {
  readonly route: Route;
  readonly resource: string;
}

/** The order of S3's own checks: credentials, existence, region, permission. */
function carryOut(world: World, target: Target, call: Call): Answer {
  const { route } = target;
  if (route.operation === 'CreateBucket') {
    authorize(undefined, target, call);
    return createBucket(call, route.bucket);
  }
  const bucket = world.buckets.get(route.bucket);
  if (bucket === undefined) throw noSuchBucket(call.request);
  if (bucket.region !== call.request.region) throw permanentRedirect(bucket);
  authorize(bucket, target, call);
  return HANDLERS[route.operation]({ ...call, bucket, key: route.key });
}

function noSuchBucket(request: AwsRequest): AwsError {
  const code = request.method === 'HEAD' ? 'NotFound' : 'NoSuchBucket';
  return new AwsError({ status: 404, code, message: 'The specified bucket does not exist' });
}

function permanentRedirect(bucket: Bucket): AwsError {
  const message =
    'The bucket you are attempting to access must be addressed using the specified endpoint. Please send all future requests to this endpoint.';
  const headers = { 'x-amz-bucket-region': bucket.region };
  return new AwsError({ status: 301, code: 'PermanentRedirect', message, headers });
}

function authorize(bucket: Bucket | undefined, { route, resource }: Target, { world, caller, request }: Call): void {
  const action = s3Action(route.operation, request.query.has('versionId'));
  const attempt = { caller, action, resource: `"${resource}"` };
  const refuse = (why: string): AwsError => {
    const { status, code, message } = accessDenied(deniedMessage(attempt, why));
    // S3 tells where the bucket is even to those it keeps out (`HeadBucket`).
    const headers: Record<string, string> = bucket === undefined ? {} : { 'x-amz-bucket-region': bucket.region };
    return new AwsError({ status, code, message, headers });
  };
  const denial = world.permissions.denial({ caller, action, resource });
  if (denial !== undefined) throw refuse(denial);
  if (bucket === undefined) return;
  if (bucket.owner !== caller.account && !world.permissions.isGranted({ bucket: bucket.name }, attempt)) {
    throw refuse(`because no resource-based policy allows the ${action} action`);
  }
  const expectedOwner = header(request, 'x-amz-expected-bucket-owner');
  if (expectedOwner !== undefined && expectedOwner !== bucket.owner)
    throw refuse('because it is not the expected owner');
}
