import { describe, expect, it } from '@jest/globals';
import { rules } from '../../rules/index.ts';
import { audit } from '../../src/audit.ts';
import { noAws } from '../../src/aws/aws.ts';
import { type Setup, setUp } from '../../src/commands/check-setup.ts';
import { UsageError } from '../../src/commands/terminal.ts';
import { codeAlone } from '../../src/stacks/reading.ts';
import { cloudRoot } from '../cli/tree.ts';
import { memory } from '../terraform/memory.ts';

type Nodes = Parameters<typeof memory>[0];

const ann = 'arn:aws:iam::111111111111:user/ann';
const config = (attestations: string) =>
  `attestations: ${attestations}\nemergency: { principals: [{ arn: "${ann}" }] }\n`;

const attestation = (stack: string, startedAt = '2026-11-01T09:00:00Z') =>
  JSON.stringify({ schemaVersion: 1, startedAt, caller: { arn: ann }, stacks: [{ stack, verdict: 'pass' }] });

const setting = (nodes: Nodes, named?: string): Promise<Setup> =>
  setUp(memory(nodes), { paths: ['.'], config: named, workingDirectory: '/r', rules });

/** What is wrong with the use, or the config's directory. */
const settled = (nodes: Nodes, named?: string): Promise<string | null> =>
  setting(nodes, named).then(
    ({ config: { attestations } }) => attestations,
    (error: unknown) => (error instanceof UsageError ? error.message : Promise.reject(error)),
  );

describe('the directory of attestations that a config names', () => {
  const inside = { '/r/main.tf': cloudRoot, '/r/drills/a.json': '', '/r/file': '' };
  const outside = { '/r/main.tf': cloudRoot, '/drills/a.json': '' };

  it('is relative to the config file', async () => {
    for (const path of ['drills/', 'drills', './drills', 'x/../drills'])
      expect(await settled({ ...inside, '/r/x/y': '', '/r/dr-audit.yaml': config(path) })).toBe(path);
    const elsewhere = { '/r/main.tf': cloudRoot, '/ci/dr.yaml': config('drills/'), '/ci/drills/a.json': '' };
    expect(await settled(elsewhere, '/ci/dr.yaml')).toBe('drills/');
  });

  it.each([
    ['gone/', 'attestations: the directory gone/ cannot be opened: no such file or directory'],
    ['file', 'attestations: the directory file is not a directory'],
  ])('is a usage error where it is %s', async (path, message) => {
    expect(await settled({ ...inside, '/r/dr-audit.yaml': config(path) })).toBe(`/r/dr-audit.yaml: ${message}`);
  });

  it('stays below a config that was found in the audited tree, by its path and by links', async () => {
    const refusal = 'is outside the directory of the config';
    const byPath = { ...outside, '/r/dr-audit.yaml': config('../drills') };
    const byLink = { ...outside, '/r/dr-audit.yaml': config('drills'), '/r/drills': { link: '../drills' } };
    expect(await settled(byPath)).toContain(refusal);
    expect(await settled(byLink)).toContain(refusal);
    // Whether something is there is not told either.
    expect(await settled({ ...outside, '/r/dr-audit.yaml': config('../gone') })).toContain(refusal);
    expect(await settled(byPath, 'dr-audit.yaml')).toBe('../drills');
    expect(await settled(byLink, 'dr-audit.yaml')).toBe('drills');
  });
});

/** What the whole audit says of the stacks' break-glass when it asks nobody. */
async function tested(nodes: Nodes) {
  const files = memory(nodes);
  const { root, paths, configDirectory, problems, config: loaded } = await setting(nodes);
  const report = await audit(
    {
      root,
      paths,
      configDirectory,
      problems,
      config: loaded,
      rules,
      stacks: [],
      rendered: [],
      ...codeAlone,
      selection: { selected: ({ id }) => id === 'emergency-tested', reason: 'another rule' },
      scope: { paths: ['/r'], rules: 'all', static: true, lost: null },
    },
    {
      files,
      aws: noAws,
      evidence: { asOf: '2026-11-23T12:00:00Z', environment: {} },
      now: () => new Date('2026-11-23T12:00:00Z'),
      version: '0',
    },
  );
  const verdicts = report.findings
    .filter(({ rule }) => rule === 'emergency-tested')
    .map(({ stack, verdict, gaps, data }) => [stack, verdict, data['file'] ?? gaps[0]?.detail]);
  return { verdicts, problems: report.problems };
}

describe('an audit with attestations', () => {
  const nodes = {
    '/r/dr-audit.yaml': config('drills/'),
    '/r/a/main.tf': cloudRoot,
    '/r/b/main.tf': cloudRoot,
    '/r/drills/1.json': attestation('a'),
  };

  it('finds the stack that was drilled, without asking AWS', async () => {
    const { verdicts, problems } = await tested(nodes);
    expect(verdicts.map(([stack, verdict]) => [stack, verdict])).toEqual([
      ['a', 'pass'],
      ['b', 'unknown'],
    ]);
    expect(verdicts[0]?.[2]).toBe('drills/1.json');
    expect(problems).toEqual([]);
  });

  it('says which file could not be read', async () => {
    const { verdicts, problems } = await tested({ ...nodes, '/r/drills/2.json': '{' });
    expect(verdicts.map(([stack, verdict]) => [stack, verdict])).toEqual([
      ['a', 'pass'],
      ['b', 'unknown'],
    ]);
    expect(problems).toEqual([
      { kind: 'unparsable-file', message: 'attestation drills/2.json: not JSON; it is no proof of a drill' },
    ]);
  });
});
