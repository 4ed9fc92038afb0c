import { describe, expect, it } from '@jest/globals';
import { leftOut } from '../../src/model/backend.ts';
import { knownBackend, type Nodes, readTree, s3, toldOf } from './reading.ts';

const whole = 'bucket = "b"\nkey = "k"\n';
const script = (...lines: readonly string[]) => `#!/bin/sh\n${lines.join('\n')}\n`;
const empty = { 's/main.tf': s3() };

/** The candidates of a partial backend: what they are called, and what is open of them. */
async function candidatesOf(nodes: Nodes): Promise<readonly (readonly string[])[]> {
  const backend = await knownBackend(nodes);
  if (backend.kind !== 'partial') throw new Error(`${backend.kind}: ${JSON.stringify(toldOf(backend))}`);
  return backend.candidates.map(({ text, open }) => [text, ...open]);
}

describe('what is the only one to complete a block is adopted', () => {
  it.each<[string, Nodes, Record<string, string>]>([
    [
      'a file beside the code',
      { ...empty, 's/prod.s3.tfbackend': whole },
      { bucket: 'b (s/prod.s3.tfbackend:1)', key: 'k (s/prod.s3.tfbackend:2)' },
    ],
    [
      'a file one directory down',
      { ...empty, 's/env/prod.tfbackend': whole },
      { bucket: 'b (s/env/prod.tfbackend:1)', key: 'k (s/env/prod.tfbackend:2)' },
    ],
    [
      'a file one directory below the root',
      { 'main.tf': s3(), 'env/prod.tfbackend': whole },
      { bucket: 'b (env/prod.tfbackend:1)', key: 'k (env/prod.tfbackend:2)' },
    ],
    [
      'a command with values',
      { ...empty, 'deploy.sh': script('cd s', 'terraform init -backend-config=bucket=b -backend-config=key=k') },
      { bucket: 'b (deploy.sh:3)', key: 'k (deploy.sh:3)' },
    ],
    [
      'a command with a file',
      { ...empty, 's/x/p.conf': whole, 'deploy.sh': script('terraform -chdir=s init -backend-config=x/p.conf') },
      { bucket: 'b (s/x/p.conf:1)', key: 'k (s/x/p.conf:2)' },
    ],
    [
      'a command that names the file beside the code: one, not two',
      { ...empty, 's/p.tfbackend': whole, 'deploy.sh': script('terraform -chdir=s init -backend-config=p.tfbackend') },
      { bucket: 'b (s/p.tfbackend:1)', key: 'k (s/p.tfbackend:2)' },
    ],
    [
      'a value over the block',
      { 's/main.tf': s3('bucket = "a"'), 's/p.tfbackend': whole },
      { bucket: 'b (s/p.tfbackend:1)', key: 'k (s/p.tfbackend:2)' },
    ],
  ])('%s', async (_, nodes, told) => {
    const backend = await knownBackend(nodes);
    expect([backend.kind, toldOf(backend)]).toEqual(['s3', told]);
    const adopted = backend.arguments.map(({ source }) => [source.kind, source.committed]);
    expect(adopted).toEqual([
      ['suggestion', true],
      ['suggestion', true],
    ]);
  });

  it.each<[string, Nodes]>([
    ['beside the code', { ...empty, '.gitignore': '*.tfbackend\n', 's/p.tfbackend': whole }],
    [
      'that a command names',
      {
        ...empty,
        '.gitignore': '*.hcl\n',
        's/x/p.hcl': whole,
        'deploy.sh': script('terraform -chdir=s init -backend-config=x/p.hcl'),
      },
    ],
  ])('a file %s, which git ignores, is nothing that a clone has', async (_, nodes) => {
    const backend = await knownBackend(nodes);
    expect(backend.arguments.map(({ name, source }) => [name, source.committed])).toEqual([
      ['bucket', false],
      ['key', false],
    ]);
  });
});

describe('what does not complete a block for certain is told, not used', () => {
  it.each<[string, Nodes, (readonly string[])[]]>([
    ['nothing', empty, []],
    [
      'two files',
      { ...empty, 's/a.tfbackend': whole, 's/env/b.tfbackend': whole },
      [['a.tfbackend'], ['env/b.tfbackend']],
    ],
    [
      'two commands',
      {
        ...empty,
        'deploy.sh': script(
          'terraform -chdir=s init -backend-config=bucket=b -backend-config=key=k',
          'terraform -chdir=s init -backend-config=bucket=c -backend-config=key=k',
        ),
      },
      [['shell script deploy.sh:2'], ['shell script deploy.sh:3']],
    ],
    [
      'a command that only its shell completes',
      { ...empty, 'deploy.sh': script('terraform -chdir=s init -backend-config=bucket=b -backend-config=key=$KEY') },
      [['shell script deploy.sh:2', '$KEY']],
    ],
    ['a file without the key', { ...empty, 's/p.tfbackend': 'bucket = "b"\n' }, [['p.tfbackend']]],
    ['a broken file', { ...empty, 's/p.tfbackend': 'bucket = \n' }, [['p.tfbackend']]],
    [
      'a file with an argument that the type has not',
      { ...empty, 's/p.tfbackend': `${whole}x = 1\n` },
      [['p.tfbackend']],
    ],
    ['a file that cannot be read', { ...empty, 's/p.tfbackend': { error: 'EACCES' } }, [['p.tfbackend']]],
    ['a link out of the root', { ...empty, '/etc/x': whole, 's/p.tfbackend': { link: '/etc/x' } }, [['p.tfbackend']]],
  ])('%s', async (_, nodes, candidates) => {
    expect(await candidatesOf(nodes)).toEqual(candidates);
  });

  it('a candidate that is not adopted leaves the missing arguments and no problem', async () => {
    const { roots, problems } = await readTree({ ...empty, 's/p.tfbackend': 'bucket = "b"\n' });
    expect(problems).toEqual([]);
    expect(roots[0]?.configurations[0]?.backend).toMatchObject({
      known: {
        kind: 'partial',
        arguments: [],
        missing: [
          { name: 'bucket', why: leftOut },
          { name: 'key', why: leftOut },
        ],
      },
    });
  });

  it('a file of another root module is that module’s', async () => {
    const { roots } = await readTree({ ...empty, 's/sub/main.tf': s3(), 's/sub/p.tfbackend': whole });
    const kinds = roots.map(({ path, configurations }) => {
      const fact = configurations[0]?.backend;
      return [path, fact && 'known' in fact ? fact.known.kind : fact];
    });
    expect(kinds).toEqual([
      ['s', 'partial'],
      ['s/sub', 's3'],
    ]);
  });

  it('a complete block is completed by nobody', async () => {
    const backend = await knownBackend({
      's/main.tf': s3('bucket = "a"', 'key = "k"'),
      's/p.tfbackend': 'bucket = "b"\n',
    });
    expect(toldOf(backend)).toEqual({ bucket: 'a (s/main.tf:3)', key: 'k (s/main.tf:4)' });
  });

  it('nothing is read of a command file that is too large', async () => {
    const command = script('terraform -chdir=s init -backend-config=bucket=b -backend-config=key=k');
    expect(await candidatesOf({ ...empty, 'deploy.sh': { bytes: 256 * 1024 + 1 } })).toEqual([]);
    expect((await knownBackend({ ...empty, 'deploy.sh': command })).kind).toBe('s3');
  });
});
