import { describe, expect, it } from '@jest/globals';
import type { Answers } from '../../src/facts/answers.ts';
import { type Backend, leftOut } from '../../src/model/backend.ts';
import type { FactName } from '../../src/model/catalogue.ts';
import { type Fact, known, unknown } from '../../src/model/fact.ts';
import { stateEntry } from '../../src/report/state-entry.ts';
import { answering, gapFact, gapOf, lists, sample } from '../evaluate/samples.ts';

const given = sample();
const declaredAt = { file: 'main.tf', line: 1, column: 1 };
const at = {
  declaredAt,
  arguments: [
    {
      name: 'prefix',
      value: 'p',
      source: { kind: 'code', text: 'main.tf:2', committed: true, location: null },
    },
  ],
} as const;

/** The facts engine after a run in which some facts were asked; anything else has no answer yet. */
function afterRun(asked: Partial<Record<FactName, Fact<unknown>>>): Answers {
  const answer = answering((fact, subject) => asked[fact] ?? lists(given)(fact, subject));
  const ifAsked = (fact: FactName, subject: Parameters<typeof answer>[1]) =>
    asked[fact] ? answer(fact, subject as never) : null;
  return { answer, asked: ifAsked as Answers['asked'] };
}

const s3 = { backend: 's3', bucket: 'acme-tfstate', key: 'net/terraform.tfstate', region: 'eu-west-1' };
const nowhere = { bucket: null, key: null, region: null, replicas: null };

describe('the state of a stack in the report', () => {
  it.each<[string, Partial<Record<FactName, Fact<unknown>>>, unknown]>([
    ['no rule asked for replicas', {}, null],
    ['the replicas could not be read', { 'state.replicas': gapFact('state.replicas', 'access-denied') }, null],
    ['no rule copies it', { 'state.replicas': known([]) }, []],
    [
      'a replica, whose region nobody asked for',
      { 'state.replicas': known([given.replica]) },
      [{ bucket: 'acme-tfstate-replica', region: null }],
    ],
    [
      'a replica, whose region is known',
      {
        'state.replicas': known([given.replica]),
        'bucket.location': known({ kind: 'found', region: 'eu-central-1' }),
      },
      [{ bucket: 'acme-tfstate-replica', region: 'eu-central-1' }],
    ],
    [
      'a replica that does not exist',
      { 'state.replicas': known([given.replica]), 'bucket.location': known({ kind: 'absent' }) },
      [{ bucket: 'acme-tfstate-replica', region: null }],
    ],
  ])('in s3: %s', async (_, asked, replicas) => {
    expect(await stateEntry(given.stack, afterRun(asked))).toEqual({ ...s3, place: null, arguments: [], replicas });
  });

  it.each<[string, Backend, Fact<unknown>]>([
    [
      's3',
      { ...at, kind: 'partial', type: 's3', missing: [{ name: 'key', why: leftOut, location: null }], candidates: [] },
      gapFact('stack.states', 'backend-incomplete'),
    ],
    ['cloud', { ...at, kind: 'hosted', type: 'cloud', hostname: 'app.terraform.io', place: 'acme/net' }, known([])],
    ['remote', { ...at, kind: 'hosted', type: 'remote', hostname: 'spacelift.io', place: 'acme/net' }, known([])],
    ['local', { kind: 'local', path: 'terraform.tfstate', declaredAt: null, arguments: [] }, known([])],
    [
      'gcs',
      { ...at, kind: 'other', type: 'gcs', place: 'gs://b/p', hostname: null },
      gapFact('stack.states', 'backend-unsupported'),
    ],
  ])('elsewhere names the backend, the place, and where that was found: %s', async (backend, declared, states) => {
    const stack = { ...given.stack, backend: known(declared) };
    expect(await stateEntry(stack, afterRun({ 'stack.states': states }))).toEqual({
      ...nowhere,
      backend,
      place: 'place' in declared ? declared.place : null,
      arguments: declared.arguments.length > 0 ? [{ name: 'prefix', value: 'p', source: 'main.tf:2' }] : [],
    });
  });

  it('is unknown where the code could not be read', async () => {
    const stack = { ...given.stack, backend: unknown(gapOf('stack.backend', 'unparsable')) };
    expect(await stateEntry(stack, afterRun({}))).toEqual({
      ...nowhere,
      backend: 'unknown',
      place: null,
      arguments: [],
    });
  });
});
