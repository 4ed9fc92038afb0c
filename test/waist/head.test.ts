import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { firstBytes, headOf } from '../../src/aws/evidence/head.ts';

const lineage = '0ef2aa1c-5d7b-9f0e-1a2b-3c4d5e6f7081';

/** A state as Terraform and OpenTofu write it: two spaces, this order of keys. */
const state = (version: string, outputs = {}) =>
  JSON.stringify({ version: 4, terraform_version: version, serial: 7, lineage, outputs, resources: [] }, null, 2);

const first = (text: string) => Buffer.from(text).subarray(0, 128);

describe('of the first 128 bytes of a state', () => {
  it.each<[string, string, object]>([
    ['serial and lineage are kept', state('1.11.4'), { serial: 7, lineage }],
    ['the same written on one line', JSON.stringify(JSON.parse(state('1.11.4'))), { serial: 7, lineage }],
    [
      'the same of a state that OpenTofu encrypts',
      JSON.stringify({ serial: 12, lineage, meta: { 'key_provider.pbkdf2.x': 'c2FsdA==' }, encrypted_data: 'eA==' }),
      { serial: 12, lineage },
    ],
    ['a lineage that is cut is left out', state('1.16.0-alpha20261123'), { serial: 7 }],
    ['a serial that is cut is left out', `{${' '.repeat(113)}"serial": 123456}`, {}],
    ['a serial that no double holds is left out', '{"serial":9007199254740993,"lineage":"a"}', { lineage: 'a' }],
    ['a lineage that is none is left out', '{"serial":1,"lineage":"hunter2"}', { serial: 1 }],
    ['an output that is called so is not taken for it', '{"outputs":{"x":{"serial":5,"lineage":"ab"}}}', {}],
    [
      'nor one that comes after a lineage without text',
      '{"serial":1,"lineage":"","x":[{"lineage":"ab"}]}',
      { serial: 1 },
    ],
    ['a negative number is no serial', '{"serial":-1}', {}],
    ['something that is no object has neither', '[{"serial":5}]', {}],
    ['a page has neither', '<html>"serial":5,"lineage":"ab"</html>', {}],
    ['nothing has neither', '', {}],
  ])('%s', (_, text, kept) => {
    expect(JSON.parse(headOf(first(text)))).toEqual(kept);
  });

  it('nothing is kept that is not in them, and nothing else than these two', () => {
    const secret = fc.string({ minLength: 1 });
    fc.assert(
      fc.property(
        fc.nat(),
        fc.uuid(),
        fc.dictionary(fc.string(), secret),
        fc.boolean(),
        (serial, id, outputs, wide) => {
          const text = JSON.stringify(
            { version: 4, terraform_version: '1.9.0', serial, lineage: id, outputs },
            null,
            wide ? 2 : 0,
          );
          const isWhole = text.indexOf(id) + id.length < 128;
          expect(JSON.parse(headOf(first(text)))).toEqual(isWhole ? { serial, lineage: id } : { serial });
        },
      ),
    );
  });
});

/** A body that is sent in pieces, and says how many were asked for and whether it was left. */
function pieces(chunks: readonly Uint8Array[]) {
  const told = { taken: 0, left: false };
  const body = (async function* () {
    try {
      for (const chunk of chunks) {
        told.taken += 1;
        yield chunk;
      }
    } finally {
      told.left = true;
    }
  })();
  return { body, told };
}

describe('the first bytes', () => {
  it('are 128 however the server cuts the body, and no piece is taken after them', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.integer({ min: 1, max: 200 }), { maxLength: 12, size: 'max' }), async (sizes) => {
        const chunks = sizes.map((size, index) => new Uint8Array(size).fill(index + 1));
        const { body, told } = pieces(chunks);
        const whole = Buffer.concat(chunks);
        expect(await firstBytes(body)).toEqual(whole.subarray(0, 128));
        const needed = chunks.findIndex((_, index) => Buffer.concat(chunks.slice(0, index + 1)).length >= 128);
        expect(told).toEqual({ taken: needed < 0 ? chunks.length : needed + 1, left: true });
      }),
    );
  });

  it('do not hold on to what came in the same piece', async () => {
    const chunk = new Uint8Array(4096).fill(65);
    const bytes = await firstBytes(pieces([chunk]).body);
    expect([bytes.length, bytes.buffer === chunk.buffer]).toEqual([128, false]);
    expect(await firstBytes(chunk)).toEqual(bytes);
  });
});
