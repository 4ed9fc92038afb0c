import { isKnown, known } from '../model/fact.ts';
import type { StateHead } from '../model/object.ts';
import { bucketWhere } from './bucket.ts';
import { resolve } from './resolver.ts';

// Terraform's own header ends near byte 118, and the values of outputs follow (internal/states/statefile/version4.go).
const firstBytes = 'bytes=0-127';

/** Serial and lineage are the first things in a state; the waist lets nothing else of it through, whatever a store sends. */
const head = resolve({
  fact: 'object.head',
  asks: ['bucket.location'],
  calls: ['s3:GetObject'],
  async run({ bucket, key }, { ask, read, gap }) {
    const location = await ask('bucket.location', bucket);
    if (isKnown(location) && location.known.kind === 'absent') return known({ kind: 'nothing' });
    const where = bucketWhere(bucket, location, gap);
    if (!isKnown(where)) return where;
    const reply = await read('s3:GetObject', { Bucket: bucket.name, Key: key, Range: firstBytes }, where.known);
    if (!isKnown(reply)) return reply;
    if (reply.known.kind !== 'answer') return known({ kind: 'nothing' });
    const found = headIn((await reply.known.pages[0].Body?.transformToString()) ?? '');
    return found
      ? known(found)
      : gap({ cause: 'unexpected-answer', detail: 'the first 128 bytes name no serial and lineage' });
  },
});

/** What the waist passes on in place of the body, `{"serial":7,"lineage":"…"}`; null unless both are there. */
function headIn(text: string): StateHead | null {
  const { serial, lineage } = objectIn(text);
  if (typeof serial !== 'number' || typeof lineage !== 'string' || lineage === '') return null;
  return { kind: 'read', serial, lineage };
}

function objectIn(text: string): { readonly serial?: unknown; readonly lineage?: unknown } {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? value : {};
  } catch {
    return {};
  }
}

/** What the first bytes of a state say. */
export const objectHeadResolvers = [head];
