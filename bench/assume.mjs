// How many pairs of a role and a principal are decided in a second, and whether memory stays flat: `npm run bench -- assume`.
// Run in a process of its own, so that the garbage collector can be called.
import { spawnSync } from 'node:child_process';
import process from 'node:process';
import { fileURLToPath } from 'node:url';

if (typeof globalThis.gc !== 'function') {
  const { status } = spawnSync(process.execPath, ['--expose-gc', fileURLToPath(import.meta.url)], { stdio: 'inherit' });
  process.exit(status ?? 1);
}

const { decide } = await import('../dist/src/iam/decide.js');
const account = (index) => String(111111111111 + (index % 3) * 111111111111);
const policy = (...statements) => ({ Version: '2012-10-17', Statement: statements });
const trust = (principal, condition) => ({
  Effect: 'Allow',
  Principal: principal,
  Action: 'sts:AssumeRole',
  ...(condition ? { Condition: condition } : {}),
});

const CONDITIONS = [
  undefined,
  { Bool: { 'aws:MultiFactorAuthPresent': 'true' } },
  { StringEquals: { 'sts:ExternalId': 'dr-2024' } },
  { StringLike: { 'sts:ExternalId': 'acme@*' } },
  { IpAddress: { 'aws:SourceIp': ['203.0.113.0/24', '198.51.100.0/24'] } },
];

/** Roles of three accounts, each form of trust and condition in turn. */
function roleAt(index) {
  const home = account(index);
  const principals = [
    { AWS: `arn:aws:iam::${home}:root` },
    { AWS: Array.from({ length: 100 }, (_, who) => `arn:aws:iam::${account(who)}:user/people/${who}`) },
    { AWS: ['arn:aws:iam::324880187172:root', `arn:aws:iam::${home}:role/oncall`] },
    { AWS: '*' },
  ];
  const human = trust(principals[index % principals.length], CONDITIONS[index % CONDITIONS.length]);
  const orchestrator = trust({ AWS: '324880187172' }, { StringLike: { 'sts:ExternalId': 'acme@*' } });
  return { roleArn: `arn:aws:iam::${home}:role/deploy-${index}`, trustPolicy: policy(orchestrator, human) };
}

/** Users and roles, with a boundary here and an SCP there. */
function principalAt(index) {
  const home = account(index);
  const allow = { Effect: 'Allow', Action: ['sts:AssumeRole', 's3:*'], Resource: '*' };
  const principalArn =
    index % 2 === 0 ? `arn:aws:iam::${home}:user/people/${index}` : `arn:aws:iam::${home}:role/oncall`;
  return {
    principalArn,
    identityPolicies: index % 5 === 0 ? [] : [policy(allow, { Effect: 'Deny', Action: 'iam:*', Resource: '*' })],
    ...(index % 7 === 0 ? { permissionsBoundary: policy({ Effect: 'Allow', Action: '*', Resource: '*' }) } : {}),
    ...(index % 3 === 0 ? { scps: [[policy({ Effect: 'Allow', Action: '*', Resource: '*' })]] } : {}),
    context: { now: '2026-11-25T12:00:00Z' },
  };
}

const roles = Array.from({ length: 100 }, (_, index) => roleAt(index));
const principals = Array.from({ length: 100 }, (_, index) => principalAt(index));
const verdicts = { yes: 0, conditional: 0, no: 0, unknown: 0 };

function heap() {
  globalThis.gc();
  return process.memoryUsage().heapUsed / 2 ** 20;
}

for (const role of roles.slice(0, 10)) for (const principal of principals) decide({ ...role, ...principal });
const heaps = [];
let milliseconds = 0;
for (let quarter = 0; quarter < 4; quarter += 1) {
  const start = process.hrtime.bigint();
  for (const role of roles.slice(quarter * 25, quarter * 25 + 25)) {
    for (const principal of principals) verdicts[decide({ ...role, ...principal }).verdict] += 1;
  }
  milliseconds += Number(process.hrtime.bigint() - start) / 1e6;
  heaps.push(heap());
}
const pairs = roles.length * principals.length;
console.log(
  `${pairs} pairs: ${Math.round((pairs * 1000) / milliseconds)} pairs per second (${JSON.stringify(verdicts)})`,
);
const shown = heaps.map((mebibytes) => mebibytes.toFixed(1)).join(', ');
console.log(`heap after each quarter ${shown} MiB: the last is ${(heaps[3] / heaps[0]).toFixed(2)} x the first`);

/** The largest policies that AWS stores, made to be slow: 10,240 characters of trust policy and wildcards that nearly match. */
const nearly = '*a'.repeat(40);
const values = Array.from({ length: 100 }, (_, index) => `${nearly}${index}`);
const hostile = {
  roleArn: roles[0].roleArn,
  trustPolicy: policy(trust({ AWS: principals[0].principalArn }, { StringLike: { 'sts:ExternalId': values } })),
  ...principals[0],
};
const timed = (question) => {
  const start = process.hrtime.bigint();
  decide(question);
  return Number(process.hrtime.bigint() - start) / 1e6;
};
const worst = Math.max(...Array.from({ length: 5 }, () => timed(hostile)));
console.log(
  `a hostile policy: ${Math.round(worst / (milliseconds / pairs))} x an ordinary pair (${worst.toFixed(0)} ms)`,
);
