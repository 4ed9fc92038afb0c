import { describe, expect, test } from '@jest/globals';
import { told } from './told.ts';

type Case = readonly [name: string, text: string, expected: readonly string[]];

describe('GitHub Actions', () => {
  const workflow = (job: string, top = '') => `on: push\n${top}jobs:\n  deploy:\n${job}`;
  const windows = `    steps:\n      - run: terraform init -backend-config=a.hcl\n`;
  test.each<Case>([
    [
      'a block of commands',
      workflow(`    runs-on: ubuntu-latest
    steps:
      - uses: actions/checkout@v4
      - name: Init
        working-directory: infra/app
        run: |
          set -e   # a comment

          terraform init \\
            -backend-config="bucket=acme-state" \\
            -backend-config="key=app/terraform.tfstate"
          terraform plan
`),
      ['13:13 in infra/app: bucket=acme-state, key=app/terraform.tfstate'],
    ],
    [
      'a folded block',
      workflow(`    steps:
      - run: >-
          terraform init
          -backend-config=a.hcl
          -backend-config=key=\${{ matrix.env }}
`),
      ['7:11 in .: file a.hcl, key=${{ matrix.env }} ? ${{ matrix.env }}'],
    ],
    [
      'a folded block with indented lines is several commands',
      workflow(`    steps:
      - run: >
          terraform init
            -backend-config=a.hcl
`),
      [],
    ],
    [
      'a quoted string',
      workflow('    steps:\n      - run: "cd \\"app\\" && terraform init -backend-config=\\"key=k\\""\n'),
      ['5:44 in app: key=k'],
    ],
    [
      'a plain string of two lines',
      workflow('    steps:\n      - run: terraform init\n          -backend-config=a.hcl\n'),
      ['6:11 in .: file a.hcl'],
    ],
    [
      'directories of the job and the workflow, the innermost counts',
      `defaults: { run: { working-directory: all } }
jobs:
  one:
    steps:
      - run: terraform init -backend-config=1.hcl
  two:
    defaults: { run: { working-directory: ./two/ } }
    steps:
      - run: terraform init -backend-config=2.hcl
      - run: cd a; terraform init -backend-config=3.hcl
      - working-directory: live/\${{ matrix.env }}
        run: terraform init -backend-config=4.hcl
`,
      [
        '5:29 in all: file 1.hcl',
        '9:29 in two: file 2.hcl',
        '10:35 in two/a: file 3.hcl',
        '12:29 in live/${{ matrix.env }}: file 4.hcl ? ${{ matrix.env }}',
      ],
    ],
    [
      'variables, whose directory only a step tells',
      `env:
  TF_CLI_ARGS_init: -backend-config=1.hcl
jobs:
  one:
    env: { TF_CLI_ARGS: '-backend-config="key=a b"' }
    steps:
      - run: terraform init
        working-directory: app
        env:
          TF_CLI_ARGS_init: "-backend-config=key=\${{ github.ref_name }}"
`,
      [
        '2:21 in -: file 1.hcl',
        '5:26 in -: key=a b',
        '10:30 in app: key=${{ github.ref_name }} ? ${{ github.ref_name }}',
      ],
    ],
    [
      'another shell',
      workflow('    steps:\n      - shell: pwsh\n        run: terraform init -backend-config=a.hcl\n'),
      ['6:29 in .: file a.hcl ? shell: pwsh'],
    ],
    [
      'bash after all',
      workflow(
        '    steps:\n      - shell: bash -e {0}\n        run: terraform init -backend-config=a.hcl\n',
        'defaults: { run: { shell: pwsh } }\n',
      ),
      ['7:29 in .: file a.hcl'],
    ],
    ['Windows', workflow(`    runs-on: windows-2022\n${windows}`), ['6:29 in .: file a.hcl ? shell: pwsh']],
    [
      'Windows by label',
      workflow(`    runs-on: [self-hosted, Windows]\n${windows}`),
      ['6:29 in .: file a.hcl ? shell: pwsh'],
    ],
    [
      'another repository',
      workflow(
        `    steps:\n      - uses: actions/checkout@v4\n        with: { repository: acme/infra, path: infra }\n      - run: terraform init -backend-config=a.hcl\n`,
      ),
      ['7:29 in .: file a.hcl ? repository: acme/infra ; path: infra'],
    ],
    ['the name of a step', workflow('    steps:\n      - name: terraform init -backend-config=a.hcl\n'), []],
    [
      'an anchor',
      `jobs:\n  a:\n    steps: &s\n      - run: terraform init -backend-config=a.hcl\n  b:\n    steps: *s\n`,
      ['4:29 in .: file a.hcl'],
    ],
    [
      'a byte order mark',
      `\uFEFFjobs: { a: { steps: [ { run: terraform init -backend-config=a.hcl } ] } }`,
      ['1:45 in .: file a.hcl'],
    ],
    ['a repeated key', `jobs:\n  a: {}\n  a:\n${windows}`, []],
    ['no YAML', `jobs: [\n${windows}`, []],
    ['a cycle', `jobs: &a\n  a: *a\n  b:\n${windows}`, []],
  ])('%s', (_, text, expected) => {
    expect(told('.github/workflows/deploy.yaml', text)).toEqual(expected);
  });

  test('a composite action', () => {
    const text = `runs:
  using: composite
  steps:
    - shell: bash
      working-directory: \${{ inputs.dir }}
      run: terraform init -backend-config=a.hcl
`;
    expect(told('.github/actions/init/action.yml', text)).toEqual([
      '6:27 in ${{ inputs.dir }}: file a.hcl ? ${{ inputs.dir }}',
    ]);
  });
});

describe('GitLab CI', () => {
  test.each<Case>([
    [
      'one shell for all of the job',
      `plan:\n  before_script:\n    - cd live/app\n  script:\n    - terraform init -backend-config=a.hcl\n`,
      ['5:22 in live/app: file a.hcl'],
    ],
    [
      'the default before_script',
      `default:\n  before_script: [cd live]\nplan:\n  script: cd app && terraform init -backend-config=a.hcl\n`,
      ['4:36 in live/app: file a.hcl'],
    ],
    [
      'the former default',
      `before_script: [cd live]\nplan:\n  before_script: []\n  script: terraform init -backend-config=a.hcl\n`,
      ['4:26 in .: file a.hcl'],
    ],
    [
      'a command in the default',
      `before_script: [cd live, terraform init -backend-config=a.hcl]\nplan: { script: [terraform plan] }\n`,
      ['1:41 in live: file a.hcl'],
    ],
    [
      'a template',
      `.init:
  before_script: [cd live]
  script:
    - terraform init -backend-config=a.hcl
prod:
  extends: [.none, .init]
  before_script: [cd prod]
.none: {}
`,
      ['4:22 in live: file a.hcl ? .init', '4:22 in prod: file a.hcl'],
    ],
    [
      'a template from elsewhere',
      `plan:\n  extends: .theirs\n  script: terraform init -backend-config=a.hcl\n`,
      ['3:26 in .: file a.hcl ? .theirs'],
    ],
    [
      'a reference',
      `plan:\n  script:\n    - !reference [.setup, script]\n    - terraform init -backend-config=a.hcl\n`,
      ['4:22 in .: file a.hcl ? !reference'],
    ],
    [
      'lists in lists, by an anchor',
      `.x: &x [cd live, terraform init]\nplan:\n  script:\n    - *x\n    - |\n      cd app\n      terraform init -backend-config=a.hcl\n`,
      ['7:22 in live/app: file a.hcl'],
    ],
    [
      'a merged mapping',
      `.base: &base\n  script: [terraform init -backend-config=a.hcl]\nplan:\n  <<: *base\n  before_script: [cd app]\n`,
      ['2:27 in .: file a.hcl ? .base', '2:27 in app: file a.hcl'],
    ],
    [
      'variables',
      `variables:\n  TF_CLI_ARGS_init: { value: "-backend-config=key=$CI_ENVIRONMENT_NAME" }\nplan:\n  variables: { TF_CLI_ARGS_init: -backend-config=a.hcl }\n`,
      ['2:31 in -: key=$CI_ENVIRONMENT_NAME ? $CI_ENVIRONMENT_NAME', '4:34 in -: file a.hcl'],
    ],
    [
      'the checkout',
      `plan:\n  script: [cd /tmp, 'cd "$CI_PROJECT_DIR/app"', terraform init -backend-config=a.hcl]\n`,
      ['2:64 in app: file a.hcl'],
    ],
    [
      'templates that extend each other',
      `.a: { extends: .b }\n.b: { extends: .a, before_script: [] }\nplan:\n  extends: .a\n  script: terraform init -backend-config=a.hcl\n`,
      ['5:26 in .: file a.hcl'],
    ],
    [
      'templates without end',
      `.a: { extends: .a }\nplan:\n  extends: .a\n  script: terraform init -backend-config=a.hcl\n`,
      ['4:26 in .: file a.hcl ? .a'],
    ],
  ])('%s', (_, text, expected) => {
    expect(told('.gitlab-ci.yml', text)).toEqual(expected);
  });
});

const simple: readonly (readonly [file: string, name: string, text: string, expected: readonly string[]])[] = [
  [
    '.circleci/config.yml',
    'a run step',
    `jobs:\n  a:\n    working_directory: ~/repo\n    environment: { TF_CLI_ARGS_init: -backend-config=b.hcl }\n    steps:\n      - run: terraform init -backend-config=1.hcl\n      - run:\n          working_directory: infra\n          command: |\n            terraform init -backend-config=2.hcl\n`,
    ['4:38 in -: file b.hcl', '6:29 in .: file 1.hcl', '10:28 in infra: file 2.hcl'],
  ],
  [
    '.circleci/config.yml',
    'parameters',
    'commands:\n  a:\n    steps:\n      - run:\n          name: x\n          command: terraform init -backend-config="key=<< parameters.env >>/t" -input=false\n',
    ['6:35 in .: key=<< parameters.env >>/t ? << parameters.env >>'],
  ],
  [
    'azure-pipelines-prod.yml',
    'scripts and tasks',
    `variables:\n  - name: TF_CLI_ARGS_init\n    value: -backend-config=0.hcl\nsteps:\n  - script: terraform init -backend-config=1.hcl\n    workingDirectory: $(System.DefaultWorkingDirectory)/infra\n  - bash: terraform init -backend-config='key=$(env)'\n  - pwsh: terraform init -backend-config=2.hcl\n  - task: AzureCLI@2\n    inputs:\n      workingDirectory: live\n      inlineScript: |\n        terraform init -backend-config=3.hcl\n  - task: TerraformTaskV4@4\n    inputs:\n      command: init\n      workingDirectory: app\n      backendAzureRmKey: x\n      commandOptions: -backend-config=4.hcl\n`,
    [
      '3:12 in -: file 0.hcl',
      '5:28 in infra: file 1.hcl',
      '7:26 in .: key=$(env) ? $(env)',
      '8:26 in .: file 2.hcl ? pwsh',
      '13:24 in live: file 3.hcl',
      '19:23 in app: file 4.hcl ? TerraformTaskV4@4',
    ],
  ],
  [
    'bitbucket-pipelines.yml',
    'one shell a step',
    `pipelines:\n  default:\n    - step:\n        script:\n          - cd infra\n          - pipe: acme/x:1\n          - terraform init -backend-config=a.hcl\n`,
    ['7:28 in infra: file a.hcl'],
  ],
  [
    '.buildkite/pipeline.yml',
    'commands',
    `env: { TF_CLI_ARGS: -backend-config=b.hcl }\nsteps:\n  - commands: [cd infra, terraform init -backend-config=a.hcl]\n  - command: terraform init -backend-config=c.hcl\n`,
    ['1:21 in -: file b.hcl', '3:41 in infra: file a.hcl', '4:29 in .: file c.hcl'],
  ],
  [
    'cloudbuild.yaml',
    'arguments',
    `steps:\n  - name: hashicorp/terraform:1.5\n    dir: infra\n    args: [init, '-backend-config=bucket=b', "-backend-config=key=\${_ENV}"]\n  - name: hashicorp/terraform\n    entrypoint: sh\n    args:\n      - -c\n      - |\n        cd app\n        terraform init -backend-config=prefix=p\n  - name: gcr.io/acme/runner\n    args: [init, -backend-config=a.hcl]\n`,
    ['4:19 in infra: bucket=b, key=${_ENV} ? ${_ENV}', '11:24 in app: prefix=p', '13:18 in .: file a.hcl ? runner'],
  ],
  [
    'buildspec.yml',
    'one shell',
    `version: 0.2\nenv:\n  variables: { TF_CLI_ARGS_init: -backend-config=b.hcl }\nphases:\n  build:\n    commands: [terraform init -backend-config=a.hcl]\n  install:\n    commands:\n      - cd infra\n`,
    ['3:34 in -: file b.hcl', '6:31 in infra: file a.hcl'],
  ],
  [
    'buildspec.yml',
    'a shell a phase',
    `version: 0.1\nphases:\n  install: { commands: [cd infra] }\n  build: { commands: [terraform init -backend-config=a.hcl] }\n`,
    ['4:38 in .: file a.hcl'],
  ],
  [
    '.drone.yml',
    'two documents',
    `kind: secret\n---\nsteps:\n  - environment: { TF_CLI_ARGS_init: -backend-config=b.hcl }\n    commands:\n      - cd infra\n      - terraform init -backend-config=a.hcl\n`,
    ['4:38 in -: file b.hcl', '7:24 in infra: file a.hcl'],
  ],
  [
    '.travis.yml',
    'one shell',
    `env:\n  global:\n    - TF_CLI_ARGS_init=-backend-config=b.hcl\nscript:\n  - terraform init -backend-config=a.hcl\nbefore_script: cd infra\n`,
    ['3:24 in -: file b.hcl', '5:20 in infra: file a.hcl'],
  ],
  [
    'ops/Taskfile.yml',
    'tasks',
    `env: { TF_CLI_ARGS_init: -backend-config=0.hcl }\ntasks:\n  a: terraform init -backend-config=1.hcl\n  b:\n    - cd x\n    - terraform init -backend-config=2.hcl\n  c:\n    dir: app\n    env: { TF_CLI_ARGS_init: -backend-config=4.hcl }\n    cmds:\n      - cmd: terraform init -backend-config=3.hcl\n      - task: a\n  d:\n    cmd: terraform init -backend-config={{.ENV}}.hcl\n`,
    [
      '1:26 in -: file 0.hcl',
      '3:21 in ops: file 1.hcl',
      '6:22 in ops: file 2.hcl',
      '9:30 in ops/app: file 4.hcl',
      '11:29 in ops/app: file 3.hcl',
      '14:25 in ops: file {{.ENV}}.hcl ? {{.ENV}}',
    ],
  ],
  [
    'web/package.json',
    'scripts',
    '{\n\t"name": "x",\n\t"scripts": {\n\t\t"init": "cd ../infra && terraform init -backend-config=\\"key=k\\"",\n\t\t"x": "y"\n\t}\n}\n',
    ['4:42 in infra: key=k'],
  ],
];

test.each(simple)('%s: %s', (file, _, text, expected) => {
  expect(told(file, text)).toEqual(expected);
});

describe('Atlantis', () => {
  test.each<Case>([
    [
      'each project that runs the workflow',
      `version: 3
projects:
  - { dir: live/a, workflow: acme }
  - { dir: ./live/b/, workflow: acme }
  - { dir: live/c }
workflows:
  acme:
    plan:
      steps:
        - init:
            extra_args: ["-backend-config", "env/prod.hcl", '-backend-config="key=a b"']
        - plan
  default:
    plan:
      steps:
        - env: { name: TF_CLI_ARGS_init, value: -backend-config=c.hcl }
        - run: terraform init -backend-config=key=$WORKSPACE
        - run: { command: terraform init -backend-config=d.hcl }
`,
      [
        '11:27 in live/a: file env/prod.hcl, key=a b',
        '11:27 in live/b: file env/prod.hcl, key=a b',
        '16:49 in live/c: file c.hcl',
        '17:31 in live/c: key=$WORKSPACE ? $WORKSPACE',
        '18:42 in live/c: file d.hcl',
      ],
    ],
    [
      'a workflow for the server',
      `repos: [{ id: /.*/, workflow: acme }]\nworkflows:\n  acme:\n    plan:\n      steps:\n        - init: { extra_args: [-backend-config=a.hcl] }\n        - init\n`,
      ['6:32 in -: file a.hcl'],
    ],
    [
      'another directory',
      `projects: [{ dir: a, workflow: w }]\nworkflows: { w: { apply: { steps: [ { run: cd .. && terraform init -backend-config=a.hcl } ] } } }\n`,
      ['2:68 in .: file a.hcl'],
    ],
  ])('%s', (_, text, expected) => {
    expect(told('atlantis.yaml', text)).toEqual(expected);
    expect(told('ops/repos.yaml', text)).toEqual(expected);
  });
});

describe('Spacelift', () => {
  test.each<Case>([
    [
      'stacks and what they inherit',
      `version: "2"
stack_defaults:
  before_init: [terraform init -backend-config=hook.hcl]
  environment: { TF_CLI_ARGS_init: -backend-config=all.hcl }
stacks:
  app:
    project_root: live/app
    environment: { TF_CLI_ARGS_init: -backend-config=app.hcl }
  db:
    project_root: live/db
    before_init: []
`,
      [
        '3:32 in live/app: file hook.hcl',
        '3:32 in -: file hook.hcl',
        '4:36 in live/db: file all.hcl',
        '4:36 in -: file all.hcl',
        '8:38 in live/app: file app.hcl',
      ],
    ],
    [
      'the common root',
      `stack_defaults: { project_root: live }\nstacks: { a: { environment: { TF_CLI_ARGS_init: '-backend-config=key=$SPACELIFT_STACK_ID' } } }\n`,
      ['2:50 in live: key=$SPACELIFT_STACK_ID ? $SPACELIFT_STACK_ID'],
    ],
    [
      'no root',
      `stacks: { a: { environment: { TF_CLI_ARGS_init: -backend-config=a.hcl } } }\n`,
      ['1:49 in .: file a.hcl'],
    ],
  ])('%s', (_, text, expected) => {
    expect(told('.spacelift/config.yml', text)).toEqual(expected);
  });
});
