/**
 * Directory buckets (`base--zone--x-s3`) have no versions, replication, delete markers or Object Lock
 * (https://docs.aws.amazon.com/AmazonS3/latest/userguide/s3-express-differences.html).
 */
export const isDirectoryBucket = (bucket: string): boolean => bucket.endsWith('--x-s3');

/**
 * Names of general purpose buckets, old ones included; access points are ARNs or aliases
 * (https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucketnamingrules.html).
 */
export const isGeneralPurpose = (bucket: string): boolean =>
  /^[A-Za-z0-9][A-Za-z0-9._-]{1,254}$/.test(bucket) && !/--(?:x-s3|ol-s3|table-s3)$|-s3alias$/.test(bucket);
