import type { Bucket, StateObject, Subject } from './subject.ts';

const objectId = (object: StateObject) => `s3://${object.bucket.name}/${object.key}`;

/** A short id that people recognise; it is the subject's id in the report. */
export function subjectId(subject: Subject): string {
  switch (subject.kind) {
    case 'stack':
      return subject.id;
    case 'bucket':
      return subject.name;
    case 'object':
      return objectId(subject);
    case 'prefix':
      return `s3://${subject.bucket.name}/${subject.prefix}`;
    case 'state':
    case 'replica':
    case 'copy':
      return objectId(subject.object);
    case 'role':
    case 'principal':
      return subject.arn;
    case 'account':
    case 'kmsKey':
      return subject.id;
    case 'table':
      return `${subject.name} in ${subject.region}`;
  }
}

const bucketKey = ({ name, region, account, endpoint }: Bucket): readonly unknown[] => [
  name,
  region,
  account,
  endpoint.url,
  endpoint.pathStyle,
];

/** The identity under which facts are memoised: equal for two subjects exactly when every question about them is the same. */
export function subjectKey(subject: Subject): string {
  switch (subject.kind) {
    case 'stack':
      return JSON.stringify([subject.kind, subject.repository, subject.id]);
    case 'bucket':
      return JSON.stringify([subject.kind, ...bucketKey(subject)]);
    case 'object':
      return JSON.stringify([subject.kind, ...bucketKey(subject.bucket), subject.key]);
    case 'prefix':
      return JSON.stringify([subject.kind, ...bucketKey(subject.bucket), subject.prefix]);
    case 'state':
      return JSON.stringify([subject.kind, subject.stack.repository, subject.stack.id]);
    case 'replica':
    case 'copy':
      return JSON.stringify([
        subject.kind,
        subject.state.stack.repository,
        subject.state.stack.id,
        ...bucketKey(subject.bucket),
        subject.object.key,
      ]);
    case 'role':
    case 'principal':
      return JSON.stringify([subject.kind, subject.arn]);
    case 'account':
      return JSON.stringify([subject.kind, subject.partition, subject.id]);
    case 'kmsKey':
      return JSON.stringify([subject.kind, subject.id, subject.region, subject.account]);
    case 'table':
      return JSON.stringify([subject.kind, subject.name, subject.region]);
  }
}
