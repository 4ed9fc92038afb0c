import { isKnown, known } from '../model/fact.ts';
import { bucketWhere } from './bucket.ts';
import { resolve } from './resolver.ts';

/** Every key under a prefix; none where the bucket does not exist. */
const keys = resolve({
  fact: 'prefix.keys',
  asks: ['bucket.location'],
  calls: ['s3:ListObjectsV2'],
  async run({ bucket, prefix }, { ask, read, gap }) {
    const location = await ask('bucket.location', bucket);
    if (isKnown(location) && location.known.kind === 'absent') return known([]);
    const where = bucketWhere(bucket, location, gap);
    if (!isKnown(where)) return where;
    const listed = await read('s3:ListObjectsV2', { Bucket: bucket.name, Prefix: prefix }, where.known);
    if (!isKnown(listed)) return listed;
    if (listed.known.kind !== 'answer') {
      return gap({ cause: 'unexpected-answer', detail: `${bucket.name} was found, and its keys could not be listed` });
    }
    return known(listed.known.pages.flatMap(({ Contents = [] }) => Contents.flatMap(({ Key }) => Key ?? [])));
  },
});

/** Facts about all keys that start alike. */
export const prefixResolvers = [keys];
