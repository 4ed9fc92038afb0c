import { beforeEach, describe, expect, it } from '@jest/globals';
import { noAws } from '../../src/aws/aws.ts';
import type { AnswerFact } from '../../src/facts/answers.ts';
import { createAnswers } from '../../src/facts/answers.ts';
import { resolvers } from '../../src/facts/index.ts';
import type { Backend } from '../../src/model/backend.ts';
import type { BucketLocation } from '../../src/model/catalogue.ts';
import { defaultExpectations } from '../../src/model/expectations.ts';
import { type Fact, known, unknown } from '../../src/model/fact.ts';
import type { Lost } from '../../src/model/report.ts';
import type { Stack } from '../../src/model/subject.ts';
import { touched } from '../../src/stacks/blast-radius.ts';
import { answering, gapFact, gapOf, lists, sample } from '../evaluate/samples.ts';
import { answersOf, plainWrites, stackOf } from '../facts/subjects.ts';
import { AT, AWAY, HOME, OWN, useAudit } from '../waist/audit.ts';

const audit = useAudit();
beforeEach(() => {
  for (const [name, region] of Object.entries({ home: HOME, away: AWAY })) {
    audit.standIn.createBucket({ name, region, account: OWN, versioning: 'Enabled' });
  }
});

const inBucket = (bucket: string, region: string | null = HOME): Stack => {
  const backend: Backend = {
    kind: 's3',
    location: {
      bucket,
      key: 'k',
      region,
      regionInCode: true,
      endpoint: { url: audit.standIn.url, pathStyle: true },
      workspaces: null,
      writes: plainWrites,
    },
    declaredAt: null,
    arguments: [],
  };
  return stackOf({ id: bucket, path: bucket, backend: known(backend) });
};

const elsewhere = (id: string, backend: Fact<Backend>): Stack => stackOf({ id, path: id, backend });

async function idsOf(stacks: readonly Stack[], lost: Lost | null, answer?: AnswerFact) {
  const radius = await touched(stacks, lost, answer ?? answersOf(audit.open()).answer);
  return { touched: radius.stacks.map(({ id }) => id), spared: radius.spared };
}

const inHome: Lost = `region:${HOME}`;

describe('a lost region touches', () => {
  it('the stacks whose state is there, and not those whose state is in another region', async () => {
    const stacks = [inBucket('home'), inBucket('away', AWAY)];
    expect(await idsOf(stacks, inHome)).toEqual({ touched: ['home'], spared: 1 });
    expect(await idsOf(stacks, `region:${AWAY}`)).toEqual({ touched: ['away'], spared: 1 });
    expect(await idsOf(stacks, 'region:sa-east-1')).toEqual({ touched: [], spared: 2 });
  });

  it('none of the others, and says where those are', async () => {
    const stacks = [inBucket('home'), inBucket('away', AWAY), inBucket('away', AWAY)];
    const radius = await touched(stacks, 'region:sa-east-1', answersOf(audit.open()).answer);
    expect(radius).toEqual({ stacks: [], spared: 3, regions: [AWAY, HOME].sort() });
  });

  it('a stack by where its bucket is, whatever region the code says', async () => {
    expect(await idsOf([inBucket('away', HOME), inBucket('home', AWAY)], inHome)).toEqual({
      touched: ['home'],
      spared: 1,
    });
  });

  it('what nobody can look into, for it cannot be ruled out', async () => {
    const stacks = [
      inBucket('absent'),
      elsewhere('local', known({ kind: 'local', path: 'terraform.tfstate', declaredAt: null, arguments: [] })),
      elsewhere(
        'hosted',
        known({
          kind: 'hosted',
          type: 'cloud',
          hostname: 'app.terraform.io',
          place: 'acme/net',
          declaredAt: null,
          arguments: [],
        }),
      ),
      elsewhere(
        'gcs',
        known({ kind: 'other', type: 'gcs', place: 'gs://b/p', hostname: null, declaredAt: null, arguments: [] }),
      ),
      elsewhere('unparsable', unknown(gapOf('stack.backend', 'unparsable'))),
      inBucket('away', AWAY),
    ];
    expect(await idsOf(stacks, inHome)).toEqual({
      touched: ['absent', 'local', 'hosted', 'gcs', 'unparsable'],
      spared: 1,
    });
  });

  it('every stack where nobody is asked, whatever region the code says', async () => {
    const { answer } = createAnswers(resolvers, {
      read: noAws.read,
      asOf: AT.toISOString(),
      expected: defaultExpectations,
    });
    expect(await idsOf([inBucket('home'), inBucket('away', AWAY)], inHome, answer)).toEqual({
      touched: ['home', 'away'],
      spared: 0,
    });
    expect(audit.counts()).toEqual({});
  });

  it('no stack of which S3 says the region while it denies all else', async () => {
    audit.standIn.deny('s3:ListBucket');
    expect(await idsOf([inBucket('home'), inBucket('away', AWAY)], inHome)).toEqual({ touched: ['home'], spared: 1 });
  });
});

describe('by what S3 says of the bucket', () => {
  const found = (region: string | null, store: 'aws' | 'other' = 'aws') =>
    known<BucketLocation>({ kind: 'found', region, redirected: false, store });

  it.each<readonly [string, Fact<BucketLocation>, number]>([
    ['it is there', found('eu-west-1'), 0],
    ['it is in another region', found('eu-west-2'), 1],
    ['it is in a region of a longer name', found('eu-west-11'), 1],
    ['it names no region', found(null), 0],
    ['it is another store, whose regions have names of its own', found('eu-west-2', 'other'), 0],
    ['there is no such bucket', known({ kind: 'absent' }), 0],
    ['nobody may know', gapFact('bucket.location', 'access-denied'), 0],
    ['the deadline passed', gapFact('bucket.location', 'deadline'), 0],
  ])('%s: %j', async (_, location, spared) => {
    const given = sample();
    const answer = answering((fact, subject) => (fact === 'bucket.location' ? location : lists(given)(fact, subject)));
    expect((await touched([given.stack], 'region:eu-west-1', answer)).spared).toBe(spared);
  });
});

describe('nobody is asked, and every stack stays', () => {
  it.each<Lost | null>([null, 'orchestrator'])('with --lost %s', async (lost) => {
    const stacks = [inBucket('home'), inBucket('away', AWAY)];
    expect(await touched(stacks, lost, answersOf(audit.open()).answer)).toEqual({ stacks, spared: 0, regions: [] });
    expect(audit.counts()).toEqual({});
  });
});

it('50 stacks in one bucket: it is asked once', async () => {
  const stacks = Array.from({ length: 50 }, (_, index) => ({ ...inBucket('away', AWAY), id: `s${index}` }));
  expect(await idsOf(stacks, inHome)).toEqual({ touched: [], spared: 50 });
  expect(audit.counts()).toEqual({ 's3:HeadBucket': 1 });
});
