import { describe, expect, it } from '@jest/globals';
import type { InventoryHook } from '../../src/model/inventory.ts';
import { makesSomething, sorted } from '../../src/orchestrator/hook-effects.ts';

describe('a command of a hook', () => {
  it.each([
    'cp a.tf b.tf',
    'mv a b',
    'ln -s ../common.tf .',
    'mkdir -p .build',
    'touch x.tf',
    'tar xzf lambda.tgz',
    'unzip lambda.zip',
    'source ./env.sh',
    '. ./env.sh',
    'export TF_VAR_x=1',
    'TF_VAR_x=1',
    'A=1 cp a b',
    'echo a > b.tf',
    'echo a >> b.tf',
    'echo a>b.tf',
    'cat a 2> errors.txt',
    'cat a | tee b.tf',
    'true && cp a b',
    'false || cp a b',
    'true; cp a b',
    'true\ncp a b',
    'sed -i s/a/b/ main.tf',
    'sed -e s/a/b/ -i main.tf',
    'envsubst < a > b',
    'wget https://acme.net/a',
    'curl -sSLo a https://acme.net/a',
    'curl https://acme.net/a -o a',
    'curl https://acme.net/a --output a',
    'curl -O https://acme.net/a',
    'git clone https://acme.net/a',
    'git submodule update --init',
    'aws s3 cp s3://a/b c',
    'aws s3 sync s3://a/b c',
    'aws sts assume-role --role-arn x',
    'terraform init -backend-config=x.tfbackend',
    'terraform -chdir=a init',
    'tofu workspace select prod',
    'pip install x',
    'pip3 install -r requirements.txt',
    'npm ci',
    'apt-get -y install jq',
    'eval "$(ssh-agent)"',
    './init.sh -backend-config=x',
  ])('makes something: %j', (line) => {
    expect(makesSomething(line)).toBe(true);
  });

  it.each([
    '',
    'echo hello',
    'echo "cp a b"',
    'echo "a; cp b c"',
    "echo 'a && cp b c'",
    'echo "a > b"',
    "echo 'a | tee b'",
    'echo a > /dev/null',
    'echo a >/dev/null 2>&1',
    'echo a 2>/dev/null',
    'echo a >&2',
    'echo a > /dev/stderr',
    'copy a',
    'cpx a b',
    'sourced',
    'ls -la',
    'cat main.tf',
    'test -f main.tf',
    'sed s/a/b/ main.tf',
    'sed -n 1,5p main.tf',
    'curl https://acme.net/a',
    'curl -s https://acme.net/a',
    'git status',
    'git log --oneline',
    'aws s3 ls',
    'aws sts get-caller-identity',
    'terraform fmt -check',
    'terraform validate',
    'tfsec .',
    'checkov -d .',
    'infracost breakdown --path .',
    'pip list',
    'npm test',
    'python -c "if a >= b: pass"',
    'awk "{ if ($1 -> 2) print }"',
    'A=1 tfsec .',
  ])('makes nothing for certain: %j', (line) => {
    expect(makesSomething(line)).toBe(false);
  });
});

it('takes only hooks on which a plan or an apply builds', () => {
  const hook = (point: string, ...commands: readonly string[]): InventoryHook => ({ point, commands, from: 'stack' });
  const making = ['beforeInit', 'afterInit', 'beforePlan', 'afterPlan', 'beforeApply'].map((point) =>
    hook(point, 'tfsec .', 'cp a b'),
  );
  const others = [
    hook('afterApply', 'cp a b'),
    hook('afterRun', 'cp a b'),
    hook('beforeDestroy', 'cp a b'),
    hook('beforeInit', 'tfsec .'),
    hook('beforeInit'),
  ];
  expect(sorted([...others, ...making])).toEqual({ making, others });
});
