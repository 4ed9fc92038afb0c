import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { rules } from '../rules/index.ts';
import { audit } from '../src/audit.ts';
import { openAws } from '../src/aws/aws.ts';
import { createEvidence, type Evidence } from '../src/aws/evidence/evidence.ts';
import { formatEvidence, parseEvidence } from '../src/aws/evidence/file.ts';
import type { CredentialProvider } from '../src/aws/identity.ts';
import { RECORD_FILE } from '../src/commands/sources.ts';
import { emptyConfig } from '../src/config/config.ts';
import { loadConfig } from '../src/config/load.ts';
import { files } from '../src/files.ts';
import type { FileSystem } from '../src/model/effects.ts';
import type { Report } from '../src/model/report.ts';
import { readInventoryFile } from '../src/orchestrator/spacelift/formats.ts';
import { packageRoot } from '../src/package-root.ts';
import { parseRecord } from '../src/record/parse.ts';
import { renderText } from '../src/render/text/text.ts';
import { codeAlone } from '../src/stacks/reading.ts';
import { type Aws, startAws } from './aws/server.ts';
import { estates } from './estates/estate.ts';

const updating = process.env['U'] === '1';
const fixtures = join(packageRoot(), 'fixtures');
const scenarios = readdirSync(fixtures, { withFileTypes: true }).flatMap((entry) =>
  entry.isDirectory() ? [entry.name] : [],
);

// The day on which the evidence was taken, and the evening before on which the states were written.
const taken = new Date('2026-11-20T07:00:00.000Z');
const written = new Date('2026-11-19T17:42:00.000Z');

const ajv = new Ajv2020({ allowUnionTypes: true });
const schema = JSON.parse(readFileSync(join(packageRoot(), 'src/schema/report.schema.json'), 'utf8')) as object;

const read = (scenario: string, name: string) => readFileSync(join(fixtures, scenario, name), 'utf8');

function configOf(scenario: string) {
  if (!existsSync(join(fixtures, scenario, 'dr-audit.yaml'))) return emptyConfig;
  const loaded = loadConfig({
    text: read(scenario, 'dr-audit.yaml'),
    file: 'dr-audit.yaml',
    trusted: true,
    ruleIds: rules.map(({ id }) => id),
  });
  if (loaded.kind === 'invalid') throw new Error(loaded.errors.map(({ message }) => message).join('\n'));
  return loaded.config;
}

/** A fixture with a file `origin` is a repository of that remote; the others are in none. */
const filesOf = (root: string): FileSystem => ({
  ...files,
  read: async (path) => {
    if (!path.endsWith(join('.git', 'config'))) return files.read(path);
    const origin = await files.read(join(root, 'origin'));
    if (path !== join(root, '.git', 'config')) throw new Error('ENOENT');
    return Buffer.from(`[remote "origin"]\n\turl = ${origin.toString()}`);
  },
});

/** What the config names besides the code. */
function sourcesOf(scenario: string, inventory: string | null) {
  const record = existsSync(join(fixtures, scenario, RECORD_FILE))
    ? parseRecord(read(scenario, RECORD_FILE), RECORD_FILE)
    : null;
  const parsed = inventory === null ? null : readInventoryFile(read(scenario, inventory), inventory);
  if (record?.kind === 'refused') throw new Error(record.message);
  if (parsed?.kind === 'refused') throw new Error(parsed.message);
  return {
    ...codeAlone,
    inventory: parsed?.inventory ?? null,
    everyRepository: parsed !== null,
    record: record ? { file: RECORD_FILE, record: record.record } : null,
  };
}

async function auditScenario(scenario: string, evidence: Evidence, credentials?: CredentialProvider): Promise<Report> {
  const config = configOf(scenario);
  const aws = openAws({
    evidence,
    allowedEndpoints: [],
    accounts: config.accounts,
    signal: new AbortController().signal,
    clock: () => taken,
    pace: { concurrency: 16, maxRate: 1_000 },
    ...(credentials ? { credentials } : {}),
  });
  const root = join(fixtures, scenario);
  const report = await audit(
    {
      root,
      paths: [root],
      stacks: [],
      config,
      configDirectory: root,
      rendered: [],
      ...sourcesOf(scenario, config.orchestrator.inventory),
      rules,
      selection: { selected: () => true, reason: '' },
      scope: { paths: [`fixtures/${scenario}`], rules: 'all', static: false, lost: null },
      problems: [],
    },
    { files: filesOf(root), aws, evidence, now: () => taken, version: '0.0.0' },
  );
  await aws.close();
  return report;
}

/** The recording as AWS itself would have given it: the stand-in's address is the one thing in it that is not AWS's. */
function asFromAws(evidence: Evidence): Evidence {
  const exchanges = evidence.exchanges().map((exchange) => ({ ...exchange, endpoint: null }));
  return createEvidence({ source: 'live', asOf: evidence.asOf, environment: {} }, exchanges);
}

/** `# expect: rule-id` lines in the code: the rules that fail for the stack in that directory; and `STACK RULE` lines of a file `expect`. */
function expectedFailures(scenario: string): readonly string[] {
  const listed = existsSync(join(fixtures, scenario, 'expect')) ? read(scenario, 'expect').trimEnd().split('\n') : [];
  const marked = readdirSync(join(fixtures, scenario), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith('.tf'))
    .flatMap((entry) => {
      const stack = entry.parentPath.slice(join(fixtures, scenario).length + 1);
      const text = readFileSync(join(entry.parentPath, entry.name), 'utf8');
      return [...text.matchAll(/^# expect: (\S+)$/gm)].map(([, rule]) => `${stack} ${rule}`);
    });
  return [...marked, ...listed].sort();
}

it('finds the fixtures', () => {
  expect(scenarios).toEqual(Object.keys(estates));
});

describe.each(scenarios)('fixtures/%s', (scenario) => {
  const estate = estates[scenario];
  if (!estate) throw new Error(`fixtures/${scenario} has no estate in test/estates`);
  const before = process.env['AWS_ENDPOINT_URL'];
  let aws: Aws;
  let recorded: Evidence;
  let live: Report;

  beforeAll(async () => {
    aws = await startAws({ now: () => written });
    await estate.build(aws);
    process.env['AWS_ENDPOINT_URL'] = aws.url;
    recorded = createEvidence({
      source: 'live',
      asOf: taken.toISOString(),
      environment: { AWS_ENDPOINT_URL: aws.url },
    });
    live = await auditScenario(scenario, recorded, estate.credentials(aws));
    if (updating) {
      writeFileSync(join(fixtures, scenario, 'evidence.ndjson'), formatEvidence(asFromAws(recorded)));
      writeFileSync(join(fixtures, scenario, 'expected.txt'), textOf(live));
    }
  });

  afterAll(async () => {
    if (before === undefined) delete process.env['AWS_ENDPOINT_URL'];
    else process.env['AWS_ENDPOINT_URL'] = before;
    await aws.close();
  });

  const textOf = (report: Report) => renderText(report, { width: 80, colour: false, verbosity: 'normal' });
  const replay = () => auditScenario(scenario, parseEvidence(read(scenario, 'evidence.ndjson')));

  it('fails exactly what the code expects', async () => {
    const failed = (await replay()).findings.flatMap(({ verdict, stack, rule }) =>
      verdict === 'fail' ? [`${stack} ${rule}`] : [],
    );
    expect([...new Set(failed)].sort()).toEqual(expectedFailures(scenario));
  });

  const table = join(fixtures, scenario, 'verdicts.csv');
  if (existsSync(table))
    it('gives the verdict of the table for every rule and stack', async () => {
      const [head = '', ...lines] = readFileSync(table, 'utf8').trimEnd().split('\n');
      const stacks = head.split(',').slice(1);
      const { findings } = await replay();
      const found = rules.map(({ id }) => {
        const verdicts = stacks.map((stack) => {
          const own = findings.filter((one) => one.rule === id && one.stack === stack);
          return [...new Set(own.map(({ verdict }) => verdict))].sort().join('/');
        });
        return [id, ...verdicts].join(',');
      });
      expect(found.sort()).toEqual(lines);
      expect(new Set(findings.map(({ stack }) => stack))).toEqual(new Set(stacks));
    });

  it('gives from its evidence the report that the estate gives over the wire', async () => {
    expect(await replay()).toEqual(live);
  });

  it('has a report of the published schema', async () => {
    const validate = ajv.compile(schema);
    validate(JSON.parse(JSON.stringify(await replay())));
    expect(validate.errors).toBeNull();
  });

  it('reads as it should', async () => {
    expect(textOf(await replay())).toBe(read(scenario, 'expected.txt'));
  });
});
