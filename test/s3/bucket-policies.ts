export const HOME = '111111111111';
export const ADMIN = `arn:aws:iam::${HOME}:role/admin`;
export const BREAKGLASS = `arn:aws:iam::${HOME}:role/breakglass`;
export const BUCKET = 'arn:aws:s3:::state';
export const policy = (...statements: readonly object[]) => ({ Version: '2012-10-17', Statement: statements });
export const deny = (more: object = {}) => ({
  Effect: 'Deny',
  Principal: '*',
  Action: 's3:DeleteObjectVersion',
  Resource: `${BUCKET}/*`,
  ...more,
});
export const when = (operator: string, key: string, value: unknown) => ({
  Condition: { [operator]: { [key]: value } },
});
