import { DeleteObjectCommand, ListObjectVersionsCommand, PutObjectCommand } from '@aws-sdk/client-s3';
import { beforeEach, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { failure } from './contract/case.ts';
import { pages } from './contract/versions.ts';
import { ACCOUNT, REGION, useAws } from './session.ts';

const session = useAws();

beforeEach(() => {
  session.aws.createBucket({ name: 'state', region: REGION, account: ACCOUNT, versioning: 'Enabled' });
});

it('refuses a version marker without a key marker', async () => {
  const { s3 } = session.connect();
  const refused = await failure(s3.send(new ListObjectVersionsCommand({ Bucket: 'state', VersionIdMarker: 'null' })));
  expect([refused.name, refused.status]).toEqual(['InvalidArgument', 400]);
});

interface Entry {
  readonly key: string;
  readonly id: string;
  readonly deleted: boolean;
}

/** A history as it should list: by key in UTF-8 order, newest first within a key. */
function listed(written: readonly Entry[], deleted: boolean): readonly string[] {
  // Sorting is stable, so within a key the newest stays first.
  const sorted = [...written].sort((a, b) => Buffer.compare(Buffer.from(a.key), Buffer.from(b.key)));
  const latest = new Set(sorted.filter(({ key }, index) => sorted[index - 1]?.key !== key));
  return sorted
    .filter((entry) => entry.deleted === deleted)
    .map((entry) => `${entry.key} ${entry.id}${latest.has(entry) ? ' latest' : ''}`);
}

it('shows every history in pages of any size, each entry once and in order', async () => {
  const { s3 } = session.connect();
  const key = fc.constantFrom('a', 'ab', 'b', 'ü', '\uffee', '😀');
  const steps = fc.array(fc.record({ key, deleted: fc.boolean() }), { maxLength: 8 });
  let runs = 0;
  await fc.assert(
    fc.asyncProperty(steps, fc.integer({ min: 1, max: 4 }), async (writes, MaxKeys) => {
      runs += 1;
      const Bucket = `history-${runs}`;
      session.aws.createBucket({ name: Bucket, region: REGION, account: ACCOUNT, versioning: 'Enabled' });
      const written: Entry[] = [];
      for (const step of writes) {
        const { VersionId: id = '' } = step.deleted
          ? await s3.send(new DeleteObjectCommand({ Bucket, Key: step.key }))
          : await s3.send(new PutObjectCommand({ Bucket, Key: step.key, Body: 'x' }));
        written.unshift({ ...step, id });
      }
      const read = await pages(s3, { Bucket, MaxKeys });
      expect(read).toMatchObject({ versions: listed(written, false), markers: listed(written, true) });
      expect(read.sizes.length).toBe(Math.max(1, Math.ceil(written.length / MaxKeys)));
    }),
    { numRuns: 15 },
  );
});
