import type { Observed } from '../../src/aws/reply.ts';
import type { Answered, AnswerFact } from '../../src/facts/answers.ts';
import type { FactName } from '../../src/model/catalogue.ts';
import { defaultExpectations } from '../../src/model/expectations.ts';
import { type Fact, known, unknown } from '../../src/model/fact.ts';
import type { Gap, GapCause } from '../../src/model/gap.ts';
import type { Rule } from '../../src/model/rule.ts';
import type { Bucket, Copy, JudgedKind, Replica, Role, Stack, State, Subject } from '../../src/model/subject.ts';
import { unlisted } from '../../src/orchestrator/unlisted.ts';

/** One of each kind, tied to each other as the resolvers would tie them. */
export interface Sample {
  readonly stack: Stack;
  readonly state: State;
  readonly replica: Replica;
  readonly copy: Copy;
  readonly role: Role;
}

const aws = { url: null, pathStyle: false };
const location = {
  bucket: 'acme-tfstate',
  key: 'net/terraform.tfstate',
  region: 'eu-west-1',
  regionInCode: true,
  endpoint: aws,
  workspaces: { prefix: 'env:', defaultKey: 'net/terraform.tfstate' },
  writes: {
    lockfile: { known: true },
    table: { known: null },
    tableEndpoint: { known: null },
    kmsKeyId: { known: null },
    tags: { known: {} },
  },
};

const stackBase: Stack = {
  kind: 'stack',
  id: 'stacks/net',
  repository: 'github.com/acme/infra',
  path: 'stacks/net',
  workspace: 'default',
  variant: null,
  workspacesNamed: false,
  backend: known({
    kind: 's3',
    location,
    declaredAt: { file: 'stacks/net/main.tf', line: 2, column: 3 },
    arguments: [],
  }),
  unnamedRoles: [],
  namedRoles: known([]),
  inOtherWorkspaces: { namedRoles: known([]), unnamedRoles: [] },
  emergencyPrincipals: [],
  breakGlass: [],
  drills: known([]),
  orchestrator: 'spacelift',
  orchestratorMarks: { accounts: [], oidcHosts: [] },
  ...unlisted,
  location: { file: 'stacks/net/main.tf', line: 2, column: 3 },
};
const bucketBase: Bucket = {
  kind: 'bucket',
  name: location.bucket,
  region: location.region,
  account: null,
  endpoint: aws,
};
const replicaBucketBase: Bucket = { ...bucketBase, name: 'acme-tfstate-replica', region: null };
const roleBase = { kind: 'role', arn: 'arn:aws:iam::111111111111:role/deploy', phase: 'both', use: 'deploy' } as const;

type Tree = Readonly<Record<string, unknown>>;
const isTree = (value: unknown): value is Tree => typeof value === 'object' && value !== null && !Array.isArray(value);
const part = (changes: Tree, name: string): Tree => (isTree(changes[name]) ? changes[name] : {});

/** `base` with some of its fields changed, at any depth; a field that it does not have is a mistake of the test. */
function overlay<T extends object>(base: T, changes: Tree): T {
  const entries = Object.entries(changes).map(([name, value]): [string, unknown] => {
    if (!Object.hasOwn(base, name)) throw new Error(`the sample has no field ${name}`);
    const old: unknown = Reflect.get(base, name);
    return [name, isTree(old) && isTree(value) ? overlay(old, value) : value];
  });
  return { ...base, ...Object.fromEntries(entries) };
}

/** The sample in which the subject of one kind has some fields changed, and everything that refers to it follows. */
export function sample(kind: JudgedKind = 'stack', changes: Tree = {}): Sample {
  const of = (wanted: JudgedKind) => (kind === wanted ? changes : {});
  const stack = overlay(stackBase, { ...part(of('state'), 'stack'), ...part(of('role'), 'stack'), ...of('stack') });
  const bucket = overlay(bucketBase, {
    ...part(of('state'), 'bucket'),
    ...part(of('object'), 'bucket'),
    ...of('bucket'),
  });
  const keyed = { ...part(of('state'), 'object'), ...of('object') };
  const key = typeof keyed['key'] === 'string' ? keyed['key'] : location.key;
  const state: State = {
    kind: 'state',
    declaredRegion: 'eu-west-1',
    stack,
    bucket,
    object: { kind: 'object', bucket, key },
    writes: location.writes,
  };
  const copied = overlay(replicaBucketBase, part(of('replica'), 'bucket'));
  const replica: Replica = {
    kind: 'replica',
    rule: 'to-frankfurt',
    ruleKey: null,
    state,
    bucket: copied,
    object: { kind: 'object', bucket: copied, key },
  };
  const copy = copyOf({ state, replica }, of('copy'));
  return { stack, state, replica, copy, role: { ...overlay(roleBase, of('role')), stack } };
}

/** The state's own place, or with `{ "at": "replica" }` the replica's. */
function copyOf({ state, replica }: Pick<Sample, 'state' | 'replica'>, { at, ...changes }: Tree): Copy {
  const { bucket, object } = at === 'replica' ? replica : state;
  return overlay({ kind: 'copy', replica: at === 'replica' ? replica : null, state, bucket, object }, changes);
}

/** The subject of a rule about `kind`. */
export function subjectOf({ stack, state, replica, copy, role }: Sample, kind: JudgedKind): Subject {
  return { stack, state, replica, copy, role, bucket: state.bucket, object: state.object }[kind];
}

/** A gap as a resolver would leave it. */
export const gapOf = (fact: FactName, cause: GapCause, detail = 'as the test has it'): Gap => ({
  fact,
  cause,
  detail,
  permission: 's3:GetBucketVersioning',
  resource: 'arn:aws:s3:::acme-tfstate',
});

/** A call as it was observed; its key and its answer are the name that it is given. */
export const observedAs = (name: string): Observed => ({
  key: name,
  call: 's3:GetBucketVersioning',
  resource: 'arn:aws:s3:::acme-tfstate',
  account: null,
  region: 'eu-west-1',
  at: '2026-11-02T09:14:03.000Z',
  answer: name,
});

/** What a fact is for every subject; `undefined` where the test does not expect it to be asked. */
export type Answers = (fact: FactName, subject: Subject) => Fact<unknown> | undefined;

/** An `AnswerFact` that serves what it is given, with one observed call per fact, and throws for anything else. */
export const answering = (answers: Answers): AnswerFact =>
  (async (fact: FactName, subject: Subject): Promise<Answered<unknown>> => {
    if (!fact.startsWith(`${subject.kind}.`)) throw new Error(`${fact} was asked of a ${subject.kind}`);
    const answer = answers(fact, subject);
    if (!answer) throw new Error(`${fact} was asked, and nothing needs it`);
    return { fact: answer, observed: new Map([[fact, observedAs(fact)]]) };
  }) as AnswerFact;

/** The lists through which the engine reaches the subjects of a stack, with exactly the sample in them. */
export function lists({ state, replica, copy, role }: Sample): Answers {
  const served = new Map<FactName, Fact<unknown>>([
    ['stack.states', known([state])],
    ['state.replicas', known([replica])],
    ['state.copies', known({ places: [copy], unseen: [] })],
    ['stack.roles', known([role])],
  ]);
  return (fact) => served.get(fact);
}

/** A fact that could not be known. */
export const gapFact = (fact: FactName, cause: GapCause): Fact<never> => unknown(gapOf(fact, cause));

/** Every rule is judged. */
export const everything = { selected: () => true, reason: '' };

/** Every rule is judged, with the demands that hold where nobody says anything. */
export const plainly = { selection: everything, expected: defaultExpectations };

/** A rule that passes with a message about nothing, and counts how often it was called and with what. */
export function countingRule(
  about: JudgedKind,
  needs: Rule['needs'],
  id = `about-${about}`,
): { readonly rule: Rule; readonly calls: { readonly facts: ReadonlyMap<FactName, unknown>; subject: Subject }[] } {
  const calls: { readonly facts: ReadonlyMap<FactName, unknown>; subject: Subject }[] = [];
  const rule: Rule = {
    id,
    title: 'An example',
    severity: 'high',
    scenarios: ['orchestrator-loss'],
    why: 'To see what the engine does.',
    controls: [],
    about,
    needs,
    messages: {
      ok: { verdict: 'pass', text: 'fine' },
      bad: { verdict: 'fail', text: '{{what}} is bad', fix: 'mend it' },
    },
    judge(facts, subject) {
      calls.push({ facts, subject });
      return { message: 'ok', data: {} };
    },
  };
  return { rule, calls };
}
