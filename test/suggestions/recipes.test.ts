import { describe, expect, test } from '@jest/globals';
import { told } from './told.ts';

type Case = readonly [name: string, text: string, expected: readonly string[]];

describe('Makefile', () => {
  test.each<Case>([
    [
      'a recipe',
      'init: ## comment\n\t@cd app && terraform init \\\n\t\t-backend-config="bucket=b" \\\n\t\t-backend-config=key=k\n',
      ['3:3 in infra/app: bucket=b, key=k'],
    ],
    ['a shell a line', 'init:\n\tcd app\n\t-terraform init -backend-config=a.hcl\n', ['3:18 in infra: file a.hcl']],
    [
      'variables that are set once',
      'BUCKET := acme # state\nexport KEY = app/t\nTF=terraform\ninit:\n\t${TF} init -backend-config="bucket=$(BUCKET)" -backend-config=key=$(KEY)\n',
      ['5:13 in infra: bucket=acme, key=app/t'],
    ],
    [
      'one that gives way',
      'B ?= acme\ninit:\n\tterraform init -backend-config=bucket=$(B)\n',
      ['3:17 in infra: bucket=$(B) ? $(B)'],
    ],
    [
      'one that is set twice',
      'B = acme\nB = other\ninit:\n\tterraform init -backend-config=bucket=$(B)\n',
      ['4:17 in infra: bucket=$(B) ? $(B)'],
    ],
    [
      'one for a target',
      'init: B = acme\ninit:\n\tterraform init -backend-config=bucket=$(B)\n',
      ['3:17 in infra: bucket=$(B) ? $(B)'],
    ],
    [
      'one that is appended to',
      'B = acme\nB += x\ninit:\n\tterraform init -backend-config=bucket=$(B)\n',
      ['4:17 in infra: bucket=$(B) ? $(B)'],
    ],
    [
      'one under a condition',
      'ifeq ($(X),)\nB = acme\nendif\nC = c\ninit:\n\tterraform init -backend-config=bucket=$(B)-$(C)\n',
      ['6:17 in infra: bucket=$(B)-c ? $(B)'],
    ],
    [
      'one that an include may set',
      'B = acme\n-include .env\nC = c\ninit:\n\tterraform init -backend-config=bucket=$(B)-$(C)\n',
      ['5:17 in infra: bucket=$(B)-c ? $(B)'],
    ],
    [
      'one from another',
      'A = a\nB = $(A)b\ninit:\n\tterraform init -backend-config=bucket=$(B)\n',
      ['4:17 in infra: bucket=$(B) ? $(B)'],
    ],
    [
      'functions, shell variables, automatic ones',
      'init:\n\tterraform init -backend-config=key=$(shell basename "$(CURDIR)") -backend-config=a=$$A -backend-config=\'b=$${B}\' -backend-config=c=$@$C\n',
      [
        '2:17 in infra: key=$(shell basename "$(CURDIR)"), a=$A, b=${B}, c=$@$C ? $(shell basename "$(CURDIR)") ; $A ; ${B} ; $@ ; $C',
      ],
    ],
    [
      'a variable is never one of the shell',
      'init:\n\tX=a; terraform init -backend-config=key=${X} -backend-config=b=$$X\n',
      ['2:22 in infra: key=${X}, b=a ? ${X}'],
    ],
    [
      'more arguments',
      'init:\n\tterraform init -backend-config=a.hcl $(ARGS)\n',
      ['2:17 in infra: file a.hcl ? $(ARGS)'],
    ],
    [
      'a recipe is one shell',
      '.ONESHELL:\ninit:\n\tcd app\n\tterraform init -backend-config=a.hcl\n',
      ['4:17 in infra: file a.hcl ? .ONESHELL'],
    ],
    [
      'exported arguments',
      'export TF_CLI_ARGS_init := -backend-config=a.hcl\nTF_CLI_ARGS ?= -backend-config=key=$(K)\n',
      ['1:8 in -: file a.hcl', '2:1 in -: key=$(K) ? $(K) ; $(TF_CLI_ARGS)'],
    ],
    [
      'a variable for arguments',
      'A := -backend-config=a.hcl -backend-config=b.hcl\ninit:\n\tterraform init $(A)\n',
      ['3:17 in infra: file a.hcl, file b.hcl'],
    ],
    [
      'a variable for arguments that may change',
      'A ?= -backend-config=a.hcl\ninit:\n\tterraform init $(A)\n',
      ['1:1 in -: file a.hcl ? $(A)'],
    ],
    ['an open reference', 'init:\n\tterraform init -backend-config=key=$(K\n', ['2:17 in infra: key=$(K ? $(K']],
    ['the last line', 'init:\n\tterraform init -backend-config=a.hcl \\', ['2:17 in infra: file a.hcl ? \\']],
  ])('%s', (_, text, expected) => {
    expect(told('infra/Makefile', text)).toEqual(expected);
  });

  test('a file that others include says no directory', () => {
    expect(told('make/tf.mk', 'init:\n\tterraform init -backend-config=a.hcl\n')).toEqual(['2:17 in -: file a.hcl']);
  });
});

describe('justfile', () => {
  test.each<Case>([
    [
      'a recipe',
      "# x\nenv := 'prod'\ninit env='dev': build\n    cd app\n    @terraform init \\\n      -backend-config={{env}}.hcl\n\n    -terraform init -backend-config=a.hcl\n",
      ['6:7 in infra: file {{env}}.hcl ? {{env}}', '8:21 in infra: file a.hcl'],
    ],
    [
      'a script',
      'init:\n    #!/usr/bin/env bash\n    cd app\n    terraform init -backend-config=a.hcl\n',
      ['4:20 in infra/app: file a.hcl'],
    ],
    [
      'a script for something else',
      'init:\n  #!/usr/bin/env python3\n  terraform init -backend-config=a.hcl\n',
      ['3:18 in infra: file a.hcl ? #!/usr/bin/env python3'],
    ],
    [
      'where the caller stands',
      '[no-cd]\ninit:\n  terraform init -backend-config=a.hcl\nplan:\n  terraform init -backend-config=b.hcl\n',
      ['3:18 in infra: file a.hcl ? [no-cd]', '5:18 in infra: file b.hcl'],
    ],
    [
      'another shell',
      'set shell := ["pwsh", "-c"]\ninit:\n  terraform init -backend-config=a.hcl\n',
      ['3:18 in infra: file a.hcl ? set shell := ["pwsh", "-c"]'],
    ],
  ])('%s', (_, text, expected) => {
    expect(told('infra/justfile', text)).toEqual(expected);
  });
});

describe('Jenkinsfile', () => {
  const pipeline = (steps: string) => `pipeline { stages { stage('Init') { steps {\n${steps}\n} } } }\n`;
  test.each<Case>([
    ['a step', pipeline("sh 'terraform init -backend-config=a.hcl'"), ['2:20 in .: file a.hcl']],
    [
      'a block',
      pipeline('sh """\n  cd app\n  terraform init \\\\\n    -backend-config=\\"key=${env.NAME}\\"\n"""'),
      ['5:5 in app: key=${env.NAME} ? ${env.NAME}'],
    ],
    [
      'a named argument',
      pipeline("sh(label: x, script: '''terraform init -backend-config=a.hcl''', returnStatus: true)"),
      ['2:40 in .: file a.hcl'],
    ],
    [
      'directories',
      pipeline(
        "dir('infra') {\n dir(\"app\") { sh 'terraform init -backend-config=1.hcl' }\n sh 'terraform init -backend-config=2.hcl'\n}\nsh 'terraform init -backend-config=3.hcl'",
      ),
      ['3:34 in infra/app: file 1.hcl', '4:21 in infra: file 2.hcl', '6:20 in .: file 3.hcl'],
    ],
    [
      'an open directory',
      pipeline(
        "dir(\"live/${env.NAME}\") { sh 'terraform init -backend-config=1.hcl' }\ndir('a' + b) { sh 'terraform init -backend-config=1.hcl' }",
      ),
      ['2:46 in live/${env.NAME}: file 1.hcl ? ${env.NAME}', '3:35 in a: file 1.hcl ? +'],
    ],
    [
      'strings that are put together',
      pipeline(
        "sh 'terraform init -backend-config=key=a' + b\nsh(a + 'terraform init -backend-config=key=b')\nsh 'terraform init -backend-config=key=c'.trim()",
      ),
      ['2:20 in .: key=a ? +', '3:24 in .: key=b ? +', '4:20 in .: key=c ? .'],
    ],
    [
      'a string for later',
      pipeline("def init = 'terraform init -backend-config=a.hcl'"),
      ['2:28 in .: file a.hcl ? no sh'],
    ],
    [
      'comments',
      pipeline("// sh 'terraform init -backend-config=a.hcl'\n/* sh 'terraform init -backend-config=a.hcl' */\nsh 'x'"),
      [],
    ],
    ['a string that does not end', pipeline("sh 'x\nsh 'terraform init -backend-config=a.hcl'"), []],
    ['a comment that does not end', pipeline("/* x\nsh 'terraform init -backend-config=a.hcl'"), []],
  ])('%s', (_, text, expected) => {
    expect(told('ci/Jenkinsfile.deploy', text)).toEqual(expected);
  });
});
