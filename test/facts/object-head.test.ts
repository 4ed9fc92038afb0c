import { DeleteObjectCommand } from '@aws-sdk/client-s3';
import { beforeEach, describe, expect, it } from '@jest/globals';
import { formatEvidence } from '../../src/aws/evidence/file.ts';
import { HOME, OWN, useAudit } from '../waist/audit.ts';
import { answersOf, bucketAt, factOf, KEY, objectAt, writeState } from './subjects.ts';

const audit = useAudit();
const object = () => objectAt(bucketAt(audit));
const head = () => factOf(audit, 'object.head', object());
const write = (Body: string) => writeState(audit.connect().s3, { Body });

const lineage = 'b2a1f0c4-7d3e-4c51-9a80-000000000001';
// As Terraform and OpenTofu write them (internal/states/statefile/version4.go, internal/encryption/state.go).
const plain = (serial: number, outputs = '{}') =>
  `{\n  "version": 4,\n  "terraform_version": "1.11.4",\n  "serial": ${serial},\n  "lineage": "${lineage}",\n  "outputs": ${outputs},\n  "resources": []\n}\n`;
const encrypted = `{"serial":12,"lineage":"${lineage}","meta":{"key_provider.pbkdf2.x":"e30="},"encrypted_data":"AAAA","encryption_version":"v0"}`;

beforeEach(() => {
  audit.standIn.createBucket({ name: 'state', region: HOME, account: OWN, versioning: 'Enabled' });
});

describe('object.head', () => {
  it.each([
    ['a state', plain(7), 7],
    ['an encrypted state of OpenTofu', encrypted, 12],
    ['a state with outputs', plain(7, '{"serial": {"value": 9}}'), 7],
  ])('of %s is its serial and lineage', async (_, body, serial) => {
    await write(body);
    expect(await head()).toEqual({ known: { kind: 'read', serial, lineage } });
  });

  it('asks for the first 128 bytes', async () => {
    await write(plain(7));
    const live = audit.open();
    await answersOf(live).answer('object.head', object());
    const [asked] = live.evidence.exchanges().filter(({ op }) => op === 's3:GetObject');
    expect(asked?.input).toEqual({ Bucket: 'state', Key: KEY, Range: 'bytes=0-127' });
  });

  it('leaves nothing of the state in the evidence, and replays from what it leaves', async () => {
    const secret = 'correct-horse-battery-staple';
    const body = plain(7, `{ "db_password": { "value": "${'x'.repeat(50)}${secret}", "type": "string" } }`);
    expect(body.indexOf(secret)).toBeGreaterThan(190);
    await write(body);
    const live = audit.open();
    const { fact } = await answersOf(live).answer('object.head', object());
    expect(fact).toEqual({ known: { kind: 'read', serial: 7, lineage } });
    const saved = formatEvidence(live.evidence);
    for (const part of [secret, 'xxx', 'db_password', 'outputs']) expect(saved).not.toContain(part);
    audit.standIn.clearRequests();
    const again = await answersOf(audit.replay(live.evidence)).answer('object.head', object());
    expect(again.fact).toEqual(fact);
    expect(audit.counts()).toEqual({});
  });

  // The stand-in and S3 answer 416 InvalidRange to a range of an empty object.
  it.each(['a key that was never written', 'a deleted state', 'an empty object', 'a bucket that is not there'])(
    'of %s is nothing',
    async (what) => {
      if (what === 'an empty object') await writeState(audit.connect().s3, { Body: '', ContentLength: 0 });
      if (what === 'a deleted state') {
        await write(plain(7));
        await audit.connect().s3.send(new DeleteObjectCommand({ Bucket: 'state', Key: KEY }));
      }
      if (what === 'a bucket that is not there') audit.standIn.bucket('state').destroy();
      expect(await head()).toEqual({ known: { kind: 'nothing' } });
    },
  );
});

describe('object.head that is not known', () => {
  it.each([
    ['no JSON', 'hello'],
    ['no serial', `{"version": 4, "lineage": "${lineage}"}`],
    ['no lineage', '{"version": 4, "serial": 7}'],
    ['a lineage beyond the first 128 bytes', `{"pad": "${'x'.repeat(120)}", "serial": 7, "lineage": "${lineage}"}`],
  ])('because the object has %s', async (_, body) => {
    await write(body);
    expect(await head()).toMatchObject({
      gaps: [
        {
          fact: 'object.head',
          cause: 'unexpected-answer',
          detail: 'the first 128 bytes name no serial and lineage',
        },
      ],
    });
  });

  it('because it is denied', async () => {
    await write(plain(7));
    audit.standIn.deny('s3:GetObject');
    expect(await head()).toMatchObject({
      gaps: [{ fact: 'object.head', cause: 'access-denied', call: 's3:GetObject', permission: 's3:GetObject' }],
    });
  });
});
