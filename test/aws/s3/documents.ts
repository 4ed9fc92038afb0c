import { type Answer, AwsError, header } from '../http.ts';
import { parse, textAt } from '../xml.ts';
import { emptyAnswer, type S3Call } from './answers.ts';
import { readBody } from './buckets.ts';
import type { Bucket } from './store.ts';

/** Sub-resources that come back as they were put; of them the stand-in acts on `encryption` and `object-lock` only. */
export type DocumentName = 'lifecycle' | 'object-lock' | 'policy' | 'encryption' | 'publicAccessBlock';

interface Kind {
  /** The root element; a policy is JSON. */
  readonly root: string | undefined;
  /** The answer where nothing was put: an error code, or a default document. */
  readonly absent: { readonly code: string; readonly message: string } | { readonly body: string };
}

const KINDS: Record<DocumentName, Kind> = {
  lifecycle: {
    root: 'LifecycleConfiguration',
    absent: { code: 'NoSuchLifecycleConfiguration', message: 'The lifecycle configuration does not exist' },
  },
  'object-lock': {
    root: 'ObjectLockConfiguration',
    absent: {
      code: 'ObjectLockConfigurationNotFoundError',
      message: 'Object Lock configuration does not exist for this bucket',
    },
  },
  policy: {
    root: undefined,
    absent: { code: 'NoSuchBucketPolicy', message: 'The bucket policy does not exist' },
  },
  encryption: {
    root: 'ServerSideEncryptionConfiguration',
    // Since January 2023 every bucket has SSE-S3 (S3 "Setting default server-side encryption behavior").
    absent: {
      body: '<?xml version="1.0" encoding="UTF-8"?>\n<ServerSideEncryptionConfiguration xmlns="http://s3.amazonaws.com/doc/2006-03-01/"><Rule><ApplyServerSideEncryptionByDefault><SSEAlgorithm>AES256</SSEAlgorithm></ApplyServerSideEncryptionByDefault><BucketKeyEnabled>false</BucketKeyEnabled></Rule></ServerSideEncryptionConfiguration>',
    },
  },
  publicAccessBlock: {
    root: 'PublicAccessBlockConfiguration',
    absent: {
      code: 'NoSuchPublicAccessBlockConfiguration',
      message: 'The public access block configuration was not found',
    },
  },
};

/** S3 `GetBucketLifecycleConfiguration`, `GetBucketPolicy` and the like. */
export function getDocument({ bucket }: S3Call, name: DocumentName): Answer {
  const { root, absent } = KINDS[name];
  const body = bucket.documents.get(name) ?? ('body' in absent ? absent.body : undefined);
  if (body === undefined && 'code' in absent) throw new AwsError({ status: 404, ...absent });
  const type = root === undefined ? 'application/json' : 'application/xml';
  const smallest =
    name === 'lifecycle' ? { [SMALLEST]: bucket.documents.get(SMALLEST) ?? 'all_storage_classes_128K' } : {};
  return { status: 200, headers: { 'content-type': type, ...smallest }, body: body ?? '' };
}

/** Below it nothing is moved by default (S3 "PutBucketLifecycleConfiguration", since September 2024). */
const SMALLEST = 'x-amz-transition-default-minimum-object-size';

/** S3 `PutBucketLifecycleConfiguration`, `PutBucketPolicy` and the like. */
export function putDocument(call: S3Call, name: DocumentName): Answer {
  const { root } = KINDS[name];
  if (root !== undefined) readBody(call, root);
  call.bucket.documents.set(name, call.request.body.toString('utf8'));
  const smallest = header(call.request, SMALLEST);
  if (smallest !== undefined) call.bucket.documents.set(SMALLEST, smallest);
  return emptyAnswer(root === undefined ? 204 : 200);
}

/** S3 `PutObjectLockConfiguration`, since November 2023 on existing buckets too, but versioned ones only. */
export function putObjectLock(call: S3Call): Answer {
  if (call.bucket.versioning === 'Enabled') return putDocument(call, 'object-lock');
  const message = "Versioning must be 'Enabled' on the bucket to apply a Object Lock configuration";
  throw new AwsError({ status: 409, code: 'InvalidBucketState', message });
}

/** Whether Object Lock is on in a bucket. */
export function hasObjectLock({ documents }: Bucket): boolean {
  const body = documents.get('object-lock');
  return body !== undefined && textAt(parse(body), 'ObjectLockEnabled') === 'Enabled';
}

/** S3 `DeleteBucketLifecycle`, `DeleteBucketPolicy` and the like. */
export function deleteDocument({ bucket }: S3Call, name: DocumentName): Answer {
  bucket.documents.delete(name);
  return emptyAnswer(204);
}
