import { defineRule, type Rule } from '../../src/model/rule.ts';

const most = 3;

const list = (names: readonly string[]): string =>
  names.slice(0, most).join(', ') + (names.length > most ? ` and ${names.length - most} more` : '');

const relock =
  'terraform providers lock -platform=linux_amd64 -platform=darwin_arm64, with every platform of those on call, then commit the file.';

const fail = <T extends string>(text: T, fix = relock) => ({ verdict: 'fail', text, fix }) as const;

/** Without the lock file init takes the newest providers that the constraints allow; with one platform's hashes, it refuses on another. */
export const rule: Rule = defineRule({
  id: 'providers-locked',
  title: 'The providers are locked for every platform that people work on',
  severity: 'medium',
  scenarios: ['orchestrator-loss'],
  why: 'Without a committed lock file, init on another machine installs the newest providers that the constraints allow, and the plan shows changes that nobody made. A file with the hashes of one platform makes init fail on every other: runners are Linux, laptops often are not.',
  controls: ['NIST 800-53 r5 CM-2 (mapping: dr-audit)', 'NIST 800-53 r5 SR-4 (mapping: dr-audit)'],
  about: 'stack',
  needs: ['stack.lock'],
  messages: {
    locked: { verdict: 'pass', text: '{{file}} locks {{providers}} for more than one platform' },
    none: { verdict: 'not-applicable', text: 'the code needs no provider that would be installed' },
    absent: fail('no .terraform.lock.hcl is committed; the code needs {{providers}}'),
    ignored: fail(
      'git ignores {{file}}: it is on one machine only',
      'Take .terraform.lock.hcl out of .gitignore, and commit it.',
    ),
    missing: fail(
      '{{file}} does not lock {{providers}}',
      'terraform init -upgrade=false with the same version, then commit the file.',
    ),
    unhashed: fail('{{file}} has no hashes for {{providers}}: whatever is downloaded is accepted'),
    onePlatform: fail('{{file}} has the hashes of one platform only for {{providers}}'),
  },
  evaluate({ 'stack.lock': lock }) {
    if (lock.kind === 'absent')
      return lock.required.length === 0
        ? { message: 'none', data: {} }
        : { message: 'absent', data: { providers: list(lock.required) } };
    const { file } = lock.location;
    if (lock.kind === 'ignored') return { message: 'ignored', data: { file } };
    if (lock.missing.length > 0) return { message: 'missing', data: { file, providers: list(lock.missing) } };
    const { locked } = lock;
    if (locked.length === 0) return { message: 'none', data: {} };
    const hashed = (count: number) =>
      locked.filter(({ h1, zh }) => zh === 0 && h1 === count).map(({ source }) => source);
    if (hashed(0).length > 0) return { message: 'unhashed', data: { file, providers: list(hashed(0)) } };
    if (hashed(1).length > 0) return { message: 'onePlatform', data: { file, providers: list(hashed(1)) } };
    const providers = `${locked.length} ${locked.length === 1 ? 'provider' : 'providers'}`;
    return { message: 'locked', data: { file, providers } };
  },
});
