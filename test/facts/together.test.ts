import { describe, expect, it } from '@jest/globals';
import { createAnswers } from '../../src/facts/answers.ts';
import { resolve } from '../../src/facts/resolver.ts';
import { togetherResolvers } from '../../src/facts/together.ts';
import { defaultExpectations } from '../../src/model/expectations.ts';
import { known } from '../../src/model/fact.ts';
import type { Bucket, Replica } from '../../src/model/subject.ts';
import { stackOf, stateAt } from './subjects.ts';

// Accounts of Spacelift: the first runs in eu-west-1 and fails over to eu-central-1; where the second runs is not published
// (docs.spacelift.io, "AWS"). The third is the team's own.
const [EU, US, OWN] = ['324880187172', '577638371743', '123456789012'];
const RUNS = ['eu-central-1', 'eu-west-1'];

/** Where a bucket is: in a region, `absent`, `denied` to whoever asks, or in a store that has no regions. */
type Place = string | null;

// Every bucket is declared in us-east-1, which is no word on where it is.
const bucketOf = (name: string): Bucket => ({
  kind: 'bucket',
  name,
  region: 'us-east-1',
  account: null,
  endpoint: { url: null, pathStyle: false },
});

interface Case {
  readonly state: Place;
  readonly replicas?: readonly Place[] | 'denied';
  readonly accounts?: readonly string[];
  readonly orchestrator?: string;
}

/** What is known of a state; `asked` are the facts that were needed. */
async function together({ state: at, replicas = [], accounts = [EU], orchestrator = 'spacelift' }: Case) {
  const places = new Map<string, Place>([['state', at]]);
  const stack = stackOf({ orchestrator, orchestratorMarks: { accounts, oidcHosts: [] } });
  const state = stateAt(bucketOf('state'), 'a', stack);
  const location = resolve({
    fact: 'bucket.location',
    asks: [],
    calls: [],
    run: async ({ name }, { gap }) => {
      const place = places.get(name) ?? null;
      if (place === 'denied') return gap({ cause: 'access-denied', detail: name });
      if (place === 'absent') return known({ kind: 'absent' });
      return known({ kind: 'found', region: place, redirected: false, store: 'aws' });
    },
  });
  const listed = resolve({
    fact: 'state.replicas',
    asks: [],
    calls: [],
    run: async (subject, { gap }) => {
      if (replicas === 'denied') return gap({ cause: 'access-denied', detail: 'replicas' });
      return known(
        replicas.map((place, index): Replica => {
          const bucket = bucketOf(`replica${index}`);
          places.set(bucket.name, place);
          const object = { kind: 'object', bucket, key: 'a' } as const;
          return { kind: 'replica', rule: 'r', ruleKey: null, state: subject, bucket, object };
        }),
      );
    },
  });
  const { answer } = createAnswers([...togetherResolvers, location, listed], {
    read: async (name) => {
      throw new Error(`asked ${name}`);
    },
    asOf: '2026-11-20T07:00:00.000Z',
    expected: defaultExpectations,
  });
  return (await answer('state.together', state)).fact;
}

describe('where a state is, beside where the orchestrator runs', () => {
  it.each<readonly [string, Case, string, readonly string[]]>([
    ['without a replica', { state: 'eu-west-1' }, 'eu-west-1', []],
    ['where it fails over', { state: 'eu-central-1' }, 'eu-central-1', []],
    ['with all replicas', { state: 'eu-west-1', replicas: ['eu-central-1'] }, 'eu-west-1', ['eu-central-1']],
    ['with a replica apart', { state: 'eu-west-1', replicas: ['eu-north-1'] }, 'eu-west-1', ['eu-north-1']],
    ['apart itself', { state: 'us-east-1', replicas: ['eu-west-1'] }, 'us-east-1', ['eu-west-1']],
    ['with two replicas in one region', { state: 'us-east-1', replicas: ['a', 'a'] }, 'us-east-1', ['a']],
    // A replica that does not exist is nowhere, wherever its bucket is looked for first.
    ['with a replica that is gone', { state: 'eu-west-1', replicas: ['absent'] }, 'eu-west-1', []],
    // One place apart is enough.
    ['apart, whatever the replicas', { state: 'us-east-1', replicas: 'denied' }, 'us-east-1', []],
    ['with one apart and one unseen', { state: 'eu-west-1', replicas: ['denied', 'b'] }, 'eu-west-1', ['b']],
    // It goes down with the one that is known, wherever the other runs.
    ['with one of two known accounts', { state: 'eu-west-1', accounts: [EU, US] }, 'eu-west-1', []],
  ])('is known %s', async (_, one, state, replicas) => {
    expect(await together(one)).toEqual(known({ orchestrator: RUNS, state, replicas }));
  });

  it.each<readonly [string, Case, string, string]>([
    ['nobody says from which account it works', { state: 'us-east-1', accounts: [] }, 'undecided', 'in which regions'],
    ['its account has no published region', { state: 'us-east-1', accounts: [US] }, 'undecided', 'Spacelift runs'],
    ['the team runs it', { state: 'us-east-1', accounts: [OWN] }, 'undecided', 'Spacelift runs for this team'],
    ['it is another orchestrator', { state: 'eu-west-1', orchestrator: 'scalr' }, 'undecided', 'Scalr runs'],
    ['it is one without a fingerprint', { state: 'eu-west-1', orchestrator: 'x' }, 'undecided', 'regions x runs'],
    [
      'it works from an account more',
      { state: 'us-east-1', accounts: [EU, US] },
      'undecided',
      `Spacelift works from ${US}, too`,
    ],
    // `us-east-1` is declared; there is nothing there.
    ['the bucket is gone', { state: 'absent' }, 'not-found', 'bucket state does not exist'],
    ['nobody may tell where it is', { state: 'denied', replicas: ['us-east-1'] }, 'access-denied', 'state'],
    ['its store has no regions', { state: null }, 'undecided', 'in which region state is'],
    [
      'a replica may be apart',
      { state: 'eu-west-1', replicas: ['denied', 'eu-central-1'] },
      'access-denied',
      'replica0',
    ],
    ['a replica’s store has no regions', { state: 'eu-west-1', replicas: [null] }, 'undecided', 'replica0'],
    ['nobody may list its replicas', { state: 'eu-west-1', replicas: 'denied' }, 'access-denied', 'replicas'],
  ])('is open where %s', async (_, one, cause, detail) => {
    expect(await together(one)).toMatchObject({ gaps: [{ cause, detail: expect.stringContaining(detail) }] });
  });
});
