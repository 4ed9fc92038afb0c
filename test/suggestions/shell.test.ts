import { spawnSync } from 'node:child_process';
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { commands } from '../../src/suggestions/shell/commands.ts';
import { tokenize } from '../../src/suggestions/shell/tokens.ts';
import { plain } from '../../src/suggestions/shell/words.ts';
import { told } from './told.ts';

const init = (rest: string) => `terraform init ${rest}`;

describe('a script with one command', () => {
  test.each<[string, string, readonly string[]]>([
    ['a value', init('-backend-config=key=app/t.tfstate'), ['1:16 in -: key=app/t.tfstate']],
    ['a value with `=` in it', init('-backend-config="key=a=b"'), ['1:16 in -: key=a=b']],
    ['a file', init('-backend-config=env/prod.hcl'), ['1:16 in -: file env/prod.hcl']],
    ['the value apart', init('-backend-config env/prod.hcl'), ['1:16 in -: file env/prod.hcl']],
    ['two dashes', init("--backend-config 'bucket=b'"), ['1:16 in -: bucket=b']],
    [
      'the order',
      init('-backend-config=a.hcl -backend-config=key=k -backend-config=b.hcl'),
      ['1:16 in -: file a.hcl, key=k, file b.hcl'],
    ],
    ['quotes within a word', init(`-backend-config="bucket="'my'-"b"`), ['1:16 in -: bucket=my-b']],
    ['quotes around the flag', init('"-backend-config=key=k"'), ['1:16 in -: key=k']],
    [
      'continued lines',
      'terraform init \\\n  -input=false \\\r\n  -backend-config=key=k \\\n  -backend-config=bucket=b\n',
      ['3:3 in -: key=k, bucket=b'],
    ],
    ['a comment behind', init('-backend-config=key=k # -backend-config=bucket=b'), ['1:16 in -: key=k']],
    ['a comment', '# terraform init -backend-config=key=k', []],
    ['a hash in a word', init('-backend-config=key=k#1'), ['1:16 in -: key=k#1']],
    ['OpenTofu', 'tofu init -backend-config=key=k', ['1:11 in -: key=k']],
    ['Terragrunt', 'terragrunt run -- init -backend-config=key=k', ['1:24 in -: key=k']],
    ['all of Terragrunt', 'terragrunt run-all init -backend-config=key=k', ['1:25 in -: key=k ? run-all']],
    ['a path to the program', './bin/terraform init -backend-config=key=k', ['1:22 in -: key=k']],
    [
      'a wrapper',
      'AWS_PROFILE=x sudo -E aws-vault exec p -- terraform init -backend-config=key=k',
      ['1:58 in -: key=k'],
    ],
    ['a wrapper that moves', 'env -C app terraform init -backend-config=key=k', ['1:27 in -: key=k ? env']],
    [
      'a container',
      'docker run -v $PWD:/w hashicorp/terraform:1.5 init -backend-config=key=k',
      ['1:52 in -: key=k ? docker'],
    ],
    ['an unknown program', './tf.sh init -backend-config=key=k', ['1:14 in -: key=k ? tf.sh']],
    [
      'a program in a variable',
      '"${TF:-terraform}" init -backend-config=key=k',
      ['1:25 in -: key=k ? ${TF:-terraform}'],
    ],
    ['a program that is known', 'TF=terraform\n$TF init -backend-config=key=k', ['2:10 in -: key=k']],
    ['another command', 'terraform plan -backend-config=key=k', []],
    ['what is printed', 'echo terraform init -backend-config=key=k', []],
    ['what is printed in quotes', 'echo "terraform init -backend-config=key=k"', []],
    ['without backend', init('-backend=false -backend-config=key=k'), []],
    ['with backend', init('-backend=true -backend-config=key=k'), ['1:30 in -: key=k']],
    ['with backend or not', init('-backend=$X -backend-config=key=k'), ['1:28 in -: key=k ? $X']],
    // Terraform 1.11: alone it takes back what there was, beside others it is an error.
    ['one that is empty', init('-backend-config='), []],
    ['one that is empty beside others', init("-backend-config=key=k -backend-config ''"), []],
    ['no value at the end', init('-backend-config=key=k -backend-config'), ['1:16 in -: key=k ? -backend-config']],
    ['an option with a value', init('-var-file $F -plugin-dir=$P -backend-config=key=k'), ['1:44 in -: key=k']],
    ['a directory as argument', init('-backend-config=key=k live/app'), ['1:16 in -: key=k ? live/app']],
    ['more arguments in a variable', init('-backend-config=key=k $ARGS "$@"'), ['1:16 in -: key=k ? $ARGS ; $@']],
    ['more flags', 'terraform init -backend-configs=key=k', []],
    ['a name that is none', init(`'-backend-config="key=k"'`), ['1:16 in -: "key=k" ? "key']],
    ['a Windows path', init('-backend-config="env\\prod.hcl"'), ['1:16 in -: file env\\prod.hcl ? env\\prod.hcl']],
    ['a Windows path without quotes', init('-backend-config=env\\prod.hcl'), ['1:16 in -: file env\\prod.hcl ? \\p']],
    ['a value of two lines', init('-backend-config="key=a\nb"'), ['1:16 in -: key=a\nb ? key=…']],
    ['a byte order mark', `\uFEFF${init('-backend-config=key=k')}`, ['1:16 in -: key=k ? \uFEFFterraform']],
  ])('%s', (_, text, expected) => {
    expect(told('init.sh', text)).toEqual(expected);
  });
});

describe('what only the shell knows', () => {
  test.each<[string, readonly string[]]>([
    ['key=$ENV/t', ['key=$ENV/t', '$ENV']],
    ['key=${ENV}/t', ['key=${ENV}/t', '${ENV}']],
    ['"key=${ENV:-dev}-${X//a/b}"', ['key=${ENV:-dev}-${X//a/b}', '${ENV:-dev} ; ${X//a/b}']],
    ['key=$(basename "$(pwd)").t', ['key=$(basename "$(pwd)").t', '$(basename "$(pwd)")']],
    ['"key=`pwd`"', ['key=`pwd`', '`pwd`']],
    ['key=$((1+(2)))', ['key=$((1+(2)))', '$((1+(2)))']],
    ['key=$1', ['key=$1', '$1']],
    ["'key=$ENV'", ['key=$ENV', '$ENV']],
    ['"key=\\$ENV"', ['key=$ENV', '$ENV']],
    ["key=$'a\\tb'", ['key=$a\\tb', '$']],
    ['key=a*', ['key=a*', '*']],
    ['key=[ab]', ['key=[ab]', '[']],
    ['"key=a*"', ['key=a*', '']],
    ['key=~/t', ['key=~/t', '~']],
    ['key={a,b}', ['key={a,b}', '{']],
    ['key={a}', ['key={a}', '']],
    ['key={{ .ENV }}', ['key={{ .ENV }}', '{{ .ENV }}']],
    ['\'key=${{ format("x") }}\'', ['key=${{ format("x") }}', '${{ format("x") }}']],
    ['"key=${{ a || \'b"\' }}"', ["key=${{ a || 'b\"' }}", "${{ a || 'b\"' }}"]],
    ['key=%ENV%', ['key=%ENV%', '%ENV%']],
    ['"key=<your key>"', ['key=<your key>', '<your key>']],
    ['key=<< parameters.env >>', ['key=<< parameters.env >>', '<< parameters.env >>']],
    ['"key=a$"', ['key=a$', '']],
    ['key=$(aws ssm get-parameter --name /terraform/bucket --query Parameter.Value)', ['key=$(aws …)', '$(aws …)']],
  ])('-backend-config=%s', (written, [item, open]) => {
    expect(told('a.sh', init(`-backend-config=${written}`))).toEqual([
      `1:16 in -: ${item}${open === '' ? '' : ` ? ${open}`}`,
    ]);
  });

  test('a process substitution is a file that nobody has', () => {
    expect(told('a.sh', init('-backend-config <(sops -d "a)b") -backend-config=key=k'))).toEqual([
      '1:16 in -: file <, key=k ? <',
    ]);
  });
});

describe('credentials are never kept', () => {
  test.each([
    'access_key=AKIA',
    'secret_key=x',
    'token=t',
    '"password=$PW"',
    'conn_str=postgres://u:p@h/db',
    'sse_customer_key=k',
    'client_secret=s',
    'sas_token=s',
    'encryption_key=e',
    'credentials=c',
    'client_certificate_password=p',
    'Secret_Key=x',
    '"\'secret_key=hunter2\'"',
    'address=https://u:hunter2@host/state',
  ])('%s', (written) => {
    const [line, ...others] = told('a.sh', init(`-backend-config=${written}`));
    expect(others).toEqual([]);
    expect(line).toMatch(/^1:16 in -: ['\w]+=\(secret\) \? \(secret\)$/);
  });

  test.each(['kms_key_id=k', 'shared_credentials_file=f', 'skip_credentials_validation=true', 'address=https://h/a@b'])(
    'but %s is none',
    (written) => {
      expect(told('a.sh', init(`-backend-config=${written}`))).toEqual([`1:16 in -: ${written}`]);
    },
  );
});

describe('where the shell stands', () => {
  const command = init('-backend-config=a.hcl');
  test.each<[string, string, string]>([
    ['cd before', `cd live/app\n${command}`, 'live/app'],
    ['cd in the list', `cd live/app && ${command}`, 'live/app'],
    ['cd and an exit', `cd "live/app" || exit 1\n${command}`, 'live/app'],
    ['cd after mkdir', `mkdir -p app && cd app; ${command}`, 'app'],
    ['one after the other', `cd live\ncd -- ./app/../db/\n${command}`, 'live/db'],
    ['back', `cd live\ncd ..\n${command}`, '.'],
    ['the former one', `cd live\ncd db\ncd -\n${command}`, 'live'],
    ['pushd and popd', `pushd live >/dev/null\npushd db\npopd\n${command}`, 'live'],
    ['out of the tree', `cd ../other\n${command}`, '../other ? ../other'],
    ['absolute', `cd /srv/app\n${command}`, '/srv/app ? /srv/app'],
    ['home', `cd\n${command}`, '. ? cd'],
    ['a variable', `cd live/$ENV\ncd app\n${command}`, 'live/$ENV/app ? $ENV'],
    ['a known variable', `D=live/app\ncd "$D"\n${command}`, 'live/app'],
    ['a subshell', `(cd live)\n${command}`, '-'],
    ['in the subshell', `(cd live && ${command})`, 'live'],
    ['a pipeline', `cd live | cat\n${command}`, '-'],
    ['the background', `cd live &\n${command}`, '-'],
    ['a branch', `if x; then cd live; fi\n${command}`, '. ? cd live'],
    ['in the branch', `if x; then cd live; ${command}; fi`, 'live'],
    ['another branch', `if x; then cd live; else ${command}; fi`, '-'],
    ['a branch that returns', `cd a; if x; then cd b; cd ..; fi; ${command}`, 'a'],
    ['a branch that does not', `cd a; if x; then cd b; fi; cd c; ${command}`, 'a/c ? cd a/b'],
    ['a case', `case $x in\n a|b) cd live;;\n (c) ${command};;\nesac`, '-'],
    ['a case in one line', `case $x in a) cd live; ${command};; esac`, 'live'],
    ['a test', `[ -d live ] && cd live\n${command}`, 'live ? cd live'],
    ['a test in the list', `[ -d live ] && cd live && ${command}`, 'live'],
    ['or', `true || cd live; ${command}`, 'live ? cd live'],
    ['after or', `cd live && terraform version || ${command}`, 'live ? ||'],
    ['a loop', `for d in a b; do cd $d; ${command}; done`, '$d ? $d'],
    ['a function', `cd live\nf() {\n  ${command}\n}`, '-'],
    ['a function that moves', `function f {\n cd app\n ${command}\n}`, 'app ? app'],
    ['after a function', `f() { cd live; }\n${command}`, '-'],
    ['beside the script', `cd "$(dirname "$0")"\n${command}`, 'infra/bin'],
    ['near the script', `cd "$(dirname "\${BASH_SOURCE[0]}")/../app"\n${command}`, 'infra/app'],
    ['near the script, by a variable', `HERE="$(cd "$(dirname "$0")" && pwd)"\ncd $HERE/..\n${command}`, 'infra'],
    ['the checkout', `cd x\ncd $GITHUB_WORKSPACE/app\n${command}`, 'app'],
    ['-chdir', `terraform -chdir=live/app init -backend-config=a.hcl`, 'live/app'],
    ['-chdir after cd', `cd live && terraform -chdir="app" init -backend-config=a.hcl`, 'live/app'],
    ['-chdir with a variable', `terraform -chdir=$D init -backend-config=a.hcl`, '$D ? $D'],
    ['options in a variable', `terraform $OPTIONS init -backend-config=a.hcl`, '- ? $OPTIONS'],
    ['Terragrunt', `terragrunt init --terragrunt-working-dir live -backend-config=a.hcl`, 'live'],
    ['another shell', `cd live; bash -c 'cd app && ${command}'`, 'live/app'],
    ['another shell elsewhere', `docker run x sh -ec "${command}"`, '- ? docker'],
  ])('%s', (_, text, expected) => {
    const [directory, open] = expected.split(' ? ');
    const [line, ...others] = told('infra/bin/a.sh', text);
    expect(others).toEqual([]);
    expect(line).toMatch(/^\d+:\d+ in .*: file a\.hcl/);
    expect(line?.replace(/^\d+:\d+ in /, '')).toBe(`${directory}: file a.hcl${open === undefined ? '' : ` ? ${open}`}`);
  });
});

describe('variables of the script', () => {
  const command = init('-backend-config=key=$K');
  test.each<[string, string, string]>([
    ['set before', `K=a/b\n${command}`, 'key=a/b'],
    ['exported', `export K="a/b" L=c\n${command}`, 'key=a/b'],
    ['in quotes', `K='a b'\n${init('-backend-config="key=$K"')}`, 'key=a b'],
    ['from another one', `L=a\nK=$L/b\n${command}`, 'key=a/b'],
    ['empty', `K=\n${init('-backend-config="key=a$K"')}`, 'key=a'],
    ['set twice', `K=a\nK=b\n${command}`, 'key=$K ? $K'],
    ['set later', `${command}\nK=a`, 'key=$K ? $K'],
    ['set in a branch', `if x; then K=a; fi\n${command}`, 'key=$K ? $K'],
    ['set after a test', `[ x ] && K=a\n${command}`, 'key=$K ? $K'],
    ['set in a subshell', `(K=a)\n${command}`, 'key=$K ? $K'],
    ['set for one command', `K=a ${command}`, 'key=$K ? $K'],
    ['appended to', `K+=a\n${command}`, 'key=$K ? $K'],
    ['with a default', `K=\${K:-a}\n${command}`, 'key=$K ? $K'],
    ['defaulted before', `: \${K:=a}\nK=b\n${command}`, 'key=$K ? $K'],
    ['read', `K=a\nread -r K\n${command}`, 'key=$K ? $K'],
    ['looped over', `K=a\nfor K in b c; do ${command}; done`, 'key=$K ? $K'],
    ['unset', `K=a\nunset K\n${command}`, 'key=$K ? $K'],
    ['maybe set elsewhere', `K=a\n. ./env.sh\n${command}`, 'key=$K ? $K'],
    ['arguments', `A="-backend-config=key=a -backend-config=b.hcl"\nterraform init $A`, 'key=a, file b.hcl'],
  ])('%s', (_, text, expected) => {
    expect(told('a.sh', text).map((line) => line.replace(/^.*? in -: /, ''))).toEqual([expected]);
  });

  test('a value with a blank is two words without quotes', () => {
    expect(told('a.sh', `K='a b'\n${command}`)).toEqual(['2:16 in -: key=a ? b']);
  });
});

describe('arguments that are put together', () => {
  test.each<[string, readonly string[]]>([
    ['args=()\nargs+=("-backend-config=key=k")', ['2:8 in -: key=k ? ${args[@]}']],
    [
      'args=(\n  -input=false\n  -backend-config=a.hcl # b\n)\nterraform init "${args[@]}"',
      ['3:3 in -: file a.hcl ? ${args[@]}'],
    ],
    ['A="$A -backend-config=key=k"', ['1:1 in -: key=k ? $A ; ${A}']],
    ['export TF_CLI_ARGS_init="-backend-config=key=k -backend-config=\'bucket=b\'"', ['1:8 in -: key=k, bucket=b']],
    ['export TF_CLI_ARGS_init="$TF_CLI_ARGS_init -backend-config=key=k"', ['1:8 in -: key=k ? $TF_CLI_ARGS_init']],
    ['TF_CLI_ARGS+=" -backend-config=key=k"', ['1:1 in -: key=k ? ${TF_CLI_ARGS}']],
    ['cd app\nTF_CLI_ARGS_init="-backend-config=key=k" terraform init', ['2:1 in app: key=k']],
    ['cd app\nexport TF_CLI_ARGS_init="-backend-config=key=k"', ['2:8 in -: key=k']],
    ['export TF_CLI_ARGS_plan="-backend-config=key=k"', []],
    ['export TF_CLI_ARGS_init="-backend-config=key=k; x"', ['1:8 in -: key=k ? x ; ;']],
  ])('%s', (text, expected) => {
    expect(told('.envrc', text)).toEqual(expected);
  });
});

describe('what is no command', () => {
  const command = init('-backend-config=a.hcl');
  test.each<[string, string]>([
    ['a here-document', `cat <<EOF\n${command}\nEOF\n`],
    ['a quoted one', `cat <<-'E O'\n${command}\n\tE O\n`],
    ['one that does not end', `cat <<EOF\n${command}`],
    ['two of them', `cat <<A <<B\nA\n${command}\nB\n`],
    ['an open quote', `echo "\n${command}`],
    ['an open substitution', `X=$(\n${command}`],
    ['the command with the open quote', `${command} "`],
  ])('%s', (_, text) => {
    expect(told('a.sh', text)).toEqual([]);
  });

  test('what stands before an open quote counts, and so does what follows a here-document', () => {
    expect(told('a.sh', `${command}\necho "`)).toEqual(['1:16 in -: file a.hcl']);
    expect(told('a.sh', `cat <<EOF >x 2>&1\n"\nEOF\n${command}`)).toEqual(['4:16 in -: file a.hcl']);
  });

  test('a redirection is no argument', () => {
    expect(told('a.sh', `${command} >init.log 2>&1 <<< y &> z`)).toEqual(['1:16 in -: file a.hcl']);
  });
});

// --- properties

const wordsOf = (source: string) =>
  commands(source).flatMap((step) => (step.kind === 'command' ? step.words.map((word) => plain(word)) : []));

const quotings = [
  (text: string) => `'${text.replaceAll("'", `'\\''`)}'`,
  (text: string) => `"${text.replaceAll(/[\\"$`]/g, '\\$&')}"`,
  (text: string) => text.replaceAll(/[^\w./:=@,-]/g, '\\$&') || "''",
];

// What another language may fill in is open on purpose, and no word for a shell to read back.
const readable = fc
  .string({ maxLength: 12, unit: fc.constantFrom(...Array.from('abz019 .-/_=:,;&|()<>*?[]#!~^@+\\\'"{}é')) })
  .filter((text) => !/<[^<>]+>|\{\{/.test(text));
const literal = fc
  .tuple(readable, fc.nat(2))
  // A backslash before a letter is read as a Windows path.
  .map(([text, index]) => ({ text, source: quotings[index]?.(text) ?? '' }))
  .filter(({ source }) => !/\\\w/.test(source.replaceAll('\\\\', '')) || /^['"]/.test(source));

test('quoted words come back as they were', () => {
  fc.assert(
    fc.property(fc.array(literal, { minLength: 1, maxLength: 5 }), (words) => {
      expect(wordsOf(`program ${words.map(({ source }) => source).join(' ')}`)).toEqual([
        'program',
        ...words.map(({ text }) => text),
      ]);
    }),
    { numRuns: 500 },
  );
});

test('reading never fails, and words are in the order of the text', () => {
  const soup = fc.string({
    maxLength: 60,
    unit: fc.constantFrom(...Array.from('ab \n\t\r\\\'"`$(){}<>|&;#=*~%[]'), 'EOF', '${{', '}}'),
  });
  fc.assert(
    fc.property(soup, (text) => {
      const offsets = tokenize(text).flatMap((token) => (token.kind === 'word' ? [token.word.offset] : []));
      expect(offsets).toEqual(offsets.toSorted((a, b) => a - b));
      told('a.sh', `${text}\nterraform init -backend-config=${text}`);
    }),
    { numRuns: 2000 },
  );
});

const { error } = spawnSync('bash', ['--version']);
if (error) console.warn('skipped: comparison with bash, which is not on the PATH');
const withBash = error ? test.skip : test;

withBash('words that are certain are those that bash makes', () => {
  const unit = fc.constantFrom(...Array.from('abc. /=-,:@%+^!#~{}é'), "'", '"', '\\', ' ', "'", '"', '\\', '\\\n');
  const sources = fc.sample(fc.string({ minLength: 1, maxLength: 16, unit }), { numRuns: 600, seed: 7 });
  const certain = sources.flatMap((source) => {
    // A continuation at the end would go on with the next command.
    if (/\\\n?$/.test(source) || commands(`p ${source}`).length !== 1) return [];
    const words = wordsOf(`p ${source}`);
    // A quote that stays open, or a comment, would swallow the word behind.
    const whole = wordsOf(`p ${source} 'end'`).at(-1) === 'end';
    return whole && words.length > 1 && words.every((word) => word !== null) ? [{ source, words: words.slice(1) }] : [];
  });
  const script = certain.map(({ source }) => `printf '%s\\0' ${source}\nprintf '\\n\\0'\n`).join('');
  const { stdout } = spawnSync('bash', ['--norc', '-c', script], { encoding: 'utf8', cwd: '/' });
  const groups = stdout.split('\n\0').map((group) => group.split('\0').slice(0, -1));
  expect(certain.length).toBeGreaterThan(100);
  expect(groups.slice(0, -1)).toEqual(certain.map(({ words }) => words));
});
