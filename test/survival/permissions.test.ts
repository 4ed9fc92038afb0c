import {
  AddUserToGroupCommand,
  AttachGroupPolicyCommand,
  CreateGroupCommand,
  CreatePolicyCommand,
  CreateUserCommand,
  PutGroupPolicyCommand,
  PutUserPolicyCommand,
} from '@aws-sdk/client-iam';
import { PutBucketPolicyCommand, PutObjectLockConfigurationCommand } from '@aws-sdk/client-s3';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Finding } from '../../src/model/finding.ts';
import type { Report } from '../../src/model/report.ts';
import { awsEnvironment } from '../cli/cloud.ts';
import { reportIn } from '../cli/report.ts';
import { type Entries, useTrees } from '../cli/tree.ts';
import type { Damage } from './damages.ts';
import { AWAY, build, codeOf, type Estate, HOME, OWN, startEstate, trusting, writeBySdk } from './estate.ts';
import { runHere } from './here.ts';

const tree = useTrees();
const alice = `arn:aws:iam::${OWN}:user/alice`;
const accept = 'rules: { mfa-delete: { accept: [object-lock, deny-version-deletion] } }';

/** Stacks that together rest on everything that the rules can ask. */
const stacks: readonly Damage[] = [
  { name: 'whole', what: 'keys, a lock file, MFA delete', expect: {} },
  { name: 'fresh', what: 'a copy that S3 has not confirmed, so that the role decides', pending: true, expect: {} },
  {
    name: 'tabled',
    what: 'a lock table at both ends',
    backend: { use_lockfile: false, dynamodb_table: 'locks' },
    before: async ({ aws }) => {
      for (const region of [HOME, AWAY]) aws.createTable({ name: 'locks', region, account: OWN });
    },
    expect: {},
  },
  {
    name: 'locked',
    what: 'Object Lock in place of MFA delete',
    before: async ({ aws, connect }, { state, replica }) => {
      aws.bucket(state).setMfaDelete('Disabled');
      const Rule = { DefaultRetention: { Mode: 'GOVERNANCE', Days: 60 } } as const;
      const ObjectLockConfiguration = { ObjectLockEnabled: 'Enabled', Rule } as const;
      await connect(HOME).s3.send(new PutObjectLockConfigurationCommand({ Bucket: state, ObjectLockConfiguration }));
      await connect(AWAY).s3.send(new PutObjectLockConfigurationCommand({ Bucket: replica, ObjectLockConfiguration }));
    },
    expect: {},
  },
  {
    name: 'denying',
    what: 'a bucket policy in place of MFA delete',
    before: async ({ aws, connect }, { state }) => {
      aws.bucket(state).setMfaDelete('Disabled');
      const deny = { Sid: 'Keep', Effect: 'Deny', Principal: '*', Action: 's3:DeleteObjectVersion' };
      const Statement = [{ ...deny, Resource: `arn:aws:s3:::${state}/*` }];
      const Policy = JSON.stringify({ Version: '2012-10-17', Statement });
      await connect().s3.send(new PutBucketPolicyCommand({ Bucket: state, Policy }));
    },
    expect: {},
  },
];

/** Alice, who is let in by a group's managed policy: finding that out takes every call about users and groups. */
async function makeAlice({ connect, makeRole }: Estate): Promise<void> {
  const { iam } = connect();
  const document = (Action: string) =>
    JSON.stringify({ Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action, Resource: '*' }] });
  await iam.send(new CreateUserCommand({ UserName: 'alice' }));
  await iam.send(
    new PutUserPolicyCommand({ UserName: 'alice', PolicyName: 'own', PolicyDocument: document('s3:GetObject') }),
  );
  await iam.send(new CreateGroupCommand({ GroupName: 'people' }));
  await iam.send(
    new PutGroupPolicyCommand({ GroupName: 'people', PolicyName: 'own', PolicyDocument: document('s3:ListBucket') }),
  );
  await iam.send(new CreatePolicyCommand({ PolicyName: 'assume', PolicyDocument: document('sts:AssumeRole') }));
  const PolicyArn = `arn:aws:iam::${OWN}:policy/assume`;
  await iam.send(new AttachGroupPolicyCommand({ GroupName: 'people', PolicyArn }));
  await iam.send(new AddUserToGroupCommand({ GroupName: 'people', UserName: 'alice' }));
  await makeRole('people', trusting({ AWS: `arn:aws:iam::${OWN}:root` }), { Action: '*', Resource: '*' });
}

/** The usual code, with Alice on call, and with what is accepted in place of MFA delete. */
function codeWith(estate: Estate): Entries {
  const code = codeOf(estate, stacks);
  const config = `roles: [ { match: "stacks/**", deploy: "arn:aws:iam::${OWN}:role/people" } ]\nemergency: { principals: [ { arn: "${alice}" } ] }\n${accept}\n`;
  return { ...code, 'dr-audit.yaml': config };
}

let estate: Estate;
let root: string;
let env: Readonly<Record<string, string>>;
let actions: readonly string[];

const audit = async (): Promise<Report> =>
  reportIn((await runHere(['-f', 'json', '--compare-serial', '--max-rate', '1000'], { cwd: root, env })).stdout);

beforeAll(async () => {
  estate = await startEstate();
  await makeAlice(estate);
  await build(estate, stacks, writeBySdk);
  root = tree(codeWith(estate));
  env = awsEnvironment(estate.aws.url, estate.aws.account(OWN).credentials);
  const { stdout } = await runHere(['permissions'], { cwd: root, env });
  const { Statement } = JSON.parse(stdout) as { Statement: readonly { Action: readonly string[] }[] };
  actions = Statement.flatMap(({ Action }) => Action);
}, 60_000);
afterAll(() => estate.close());

const identityOf = ({ stack, rule, subject }: Finding): string => [stack, rule, subject.kind, subject.id].join(' ');
const spoken = (report: Report): ReadonlyMap<string, Finding> =>
  new Map(report.findings.map((finding) => [identityOf(finding), finding]));

/** What an auditor without one permission cannot say: findings that changed, and problems that are new. */
function changesIn(whole: Report, less: Report) {
  const before = spoken(whole);
  const changed = less.findings.filter((finding) => {
    const old = before.get(identityOf(finding));
    return old?.verdict !== finding.verdict || old.messageId !== finding.messageId;
  });
  const lost = [...before.keys()].filter((identity) => !spoken(less).has(identity));
  const said = new Set(whole.problems.map(({ message }) => message));
  return { changed, lost, problems: less.problems.filter(({ message }) => !said.has(message)) };
}

const DETAILS = 'iam:GetAccountAuthorizationDetails';

/** What is asked only where the details of the account are denied: each is taken away together with those. */
const insteadOfDetails =
  /^iam:(?:Get|List)(?:Attached)?(?:Role|User|Group)?Polic|^iam:GetUser$|^iam:ListGroupsForUser$/;

/** What this estate gives no cause to ask, or what something else answers: nothing may change without them. */
const notMissed: readonly string[] = [
  DETAILS,
  'iam:ListMFADevices',
  'iam:ListRoles',
  'organizations:DescribePolicy',
  'organizations:ListParents',
  'organizations:ListPoliciesForTarget',
];

describe('an auditor who is allowed what dr-audit permissions prints', () => {
  let whole: Report;
  beforeAll(async () => {
    const undo = estate.aws.account(OWN).allowOnly(actions);
    whole = await audit();
    undo();
  }, 30_000);

  it('has no gap', () => {
    // Where the orchestrator runs is not AWS's to say.
    const unknown = whole.findings.filter(({ verdict }) => verdict === 'unknown');
    expect(unknown.filter(({ rule }) => rule !== 'independent-of-orchestrator-region')).toEqual([]);
    expect(whole.problems).toEqual([]);
    expect(whole.stacks.map(({ id }) => id)).toEqual(stacks.map(({ name }) => `stacks/${name}`).sort());
  });

  it('without any single one has a gap that names it and a resource, and no other verdict changes', async () => {
    expect(actions.length).toBeGreaterThan(20);
    for (const action of actions) {
      const without = insteadOfDetails.test(action) ? [action, DETAILS] : [action];
      const undo = estate.aws.account(OWN).allowOnly(actions.filter((other) => !without.includes(other)));
      const { changed, lost, problems } = changesIn(whole, await audit());
      undo();
      const wrong = changed.filter(
        ({ verdict, gaps }) =>
          verdict !== 'unknown' || !gaps.some(({ permission, resource }) => permission === action && resource),
      );
      const blamed = wrong.map((finding) => [identityOf(finding), finding.verdict, finding.message]);
      expect({ action, blamed }).toEqual({ action, blamed: [] });
      // A list that could not be read leaves one unknown about the stack where the findings below it were.
      const parents = new Set(changed.map(({ stack, rule }) => `${stack} ${rule} `));
      const vanished = lost.filter((identity) => ![...parents].some((parent) => identity.startsWith(parent)));
      expect({ action, vanished }).toEqual({ action, vanished: [] });
      const named = problems.filter(({ message }) => message.includes(action));
      const heard = changed.length + named.length > 0;
      expect({ action, heard }).toEqual({ action, heard: !notMissed.includes(action) });
    }
  }, 120_000);
});
