import { DeleteObjectCommand } from '@aws-sdk/client-s3';
import { beforeEach } from '@jest/globals';
import type { Expectations } from '../../src/model/expectations.ts';
import type { Fact } from '../../src/model/fact.ts';
import type { Sync } from '../../src/model/replication.ts';
import type { Replica } from '../../src/model/subject.ts';
import { AT, type Audit, AWAY, HOME, OWN, useAudit } from '../waist/audit.ts';
import { bucketAt, factOf, KEY, objectAt, replicateTo, ruleTo, stateAt, writeState } from './subjects.ts';

/** A time before the audit, RFC 3339; what is negative comes after it began. */
export const ago = (seconds: number): string => new Date(AT.getTime() - seconds * 1000).toISOString();

/** The buckets `state` and `replica`, with a rule between them, before each test of the file, and what may happen to them. */
export function useReplica() {
  const audit = useAudit();
  const s3 = () => audit.connect().s3;
  const away = () => audit.connect({ region: AWAY }).s3;
  beforeEach(async () => {
    audit.standIn.createBucket({ name: 'state', region: HOME, account: OWN, versioning: 'Enabled' });
    audit.standIn.createBucket({ name: 'replica', region: AWAY, account: OWN, versioning: 'Enabled' });
    await replicateTo(s3(), ruleTo('replica'));
  });

  /** Lets something happen some seconds before the audit. */
  const at = <T>(seconds: number, happens: () => Promise<T>): Promise<T> => happeningAt(audit, seconds, happens);
  const write = (seconds: number, Body = '{"version":4}') => at(seconds, () => writeState(s3(), { Body }));
  return {
    audit,
    s3,
    /** S3 where the replicas are, and the other primary. */
    away,
    at,
    write,
    /** Writes, and lets S3 copy it. */
    copied: async (seconds: number, Body?: string) => {
      const versionId = await write(seconds, Body);
      audit.standIn.replicate();
      return versionId;
    },
    remove: (Bucket: string, VersionId?: string) =>
      (Bucket === 'state' ? s3() : away()).send(
        new DeleteObjectCommand({ Bucket, Key: KEY, ...(VersionId === undefined ? {} : { VersionId }) }),
      ),
    replicaOf: (name?: string) => replicaIn(audit, name),
    sync: (expected: Partial<Expectations> = {}): Promise<Fact<Sync>> =>
      factOf(audit, 'replica.sync', replicaIn(audit), expected),
  };
}

function replicaIn(audit: Audit, name = 'replica'): Replica {
  const bucket = bucketAt(audit, name);
  const state = stateAt(bucketAt(audit));
  return { kind: 'replica', rule: `to-${name}`, ruleKey: null, state, bucket, object: objectAt(bucket) };
}

async function happeningAt<T>(
  { standIn: { settings } }: Audit,
  seconds: number,
  happens: () => Promise<T>,
): Promise<T> {
  const { now } = settings;
  settings.now = () => new Date(AT.getTime() - seconds * 1000);
  try {
    return await happens();
  } finally {
    settings.now = now;
  }
}
