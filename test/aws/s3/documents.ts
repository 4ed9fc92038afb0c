import { type Answer, AwsError } from '../http.ts';
import { emptyAnswer, type S3Call } from './answers.ts';
import { readBody } from './buckets.ts';

/** Sub-resources that come back as they were put; nothing in the stand-in acts on them. */
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
  return { status: 200, headers: { 'content-type': type }, body: body ?? '' };
}

/** S3 `PutBucketLifecycleConfiguration`, `PutBucketPolicy` and the like. */
export function putDocument(call: S3Call, name: DocumentName): Answer {
  const { root } = KINDS[name];
  if (root !== undefined) readBody(call, root);
  call.bucket.documents.set(name, call.request.body.toString('utf8'));
  return emptyAnswer(root === undefined ? 204 : 200);
}

/** S3 `DeleteBucketLifecycle`, `DeleteBucketPolicy` and the like. */
export function deleteDocument({ bucket }: S3Call, name: DocumentName): Answer {
  bucket.documents.delete(name);
  return emptyAnswer(204);
}
