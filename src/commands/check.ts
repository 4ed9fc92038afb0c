import { resolve } from 'node:path';
import { rules } from '../../rules/index.ts';
import { audit } from '../audit.ts';
import { type Aws, noAws, openAws } from '../aws/aws.ts';
import type { Evidence } from '../aws/evidence/evidence.ts';
import { formatEvidence } from '../aws/evidence/file.ts';
import type { Config } from '../config/config.ts';
import { files } from '../files.ts';
import { packageVersion } from '../package-root.ts';
import { plain } from '../render/plain.ts';
import { exitCodeOf, exitCodes } from '../report/exit-code.ts';
import { openEvidence } from './asking.ts';
import type { CheckOptions } from './check-options.ts';
import { setUp } from './check-setup.ts';
import { refuseContradictions } from './contradictions.ts';
import { parseOutputs, writeOutputs, writeWhole } from './outputs.ts';
import { withProgress } from './progress.ts';
import { readRendered } from './rendered.ts';
import { selectRules } from './rule-selection.ts';
import { readSources } from './sources.ts';
import { type Terminal, UsageError } from './terminal.ts';

/** `dr-audit check`: audits, prints, and says by its exit code whether anything stands in the way. */
export async function check(options: CheckOptions, terminal: Terminal): Promise<number> {
  refuseContradictions(options);
  const outputs = parseOutputs(options.format, options.output);
  if (
    options.save !== undefined &&
    outputs.some(({ file }) => file !== null && resolve(file) === resolve(options.save ?? ''))
  ) {
    throw new UsageError(`--save: ${options.save} is also where the report goes`);
  }
  const selection = selectRules(rules, options);
  const setup = await setUp(files, { ...options, workingDirectory: terminal.workingDirectory, rules });
  const { workingDirectory } = terminal;
  const rendered = await readRendered(options.terragruntRender, { files, root: setup.root, workingDirectory });
  const sources = await readSources(options, setup, { ...terminal, files });
  const evidence = await openEvidence(options.from, terminal);
  const stop = stopper(options, terminal);
  const aws = options.static
    ? noAws
    : open(options, { config: setup.config, evidence, signal: stop.signal, now: terminal.now });
  try {
    const report = await audit(
      {
        ...setup,
        rendered,
        inventory: sources.inventory,
        record: sources.record,
        everyRepository: options.scope === 'inventory',
        problems: [...setup.problems, ...sources.problems],
        config: configFor(options, setup.config),
        stacks: options.stack,
        rules,
        selection,
        scope: {
          paths: options.paths,
          rules: rules.every(selection.selected) ? 'all' : rules.filter(selection.selected).map(({ id }) => id),
          static: options.static,
          lost: options.lost,
        },
      },
      { files, aws: withProgress(aws, options, terminal), evidence, now: terminal.now, version: packageVersion() },
    );
    if (options.save !== undefined) {
      await writeWhole(resolve(terminal.workingDirectory, options.save), formatEvidence(evidence));
    }
    await writeOutputs(report, outputs, { terminal, style: styleOf(options, terminal) });
    if (sources.nothingThere) {
      await terminal.err('dr-audit: nothing was audited: the orchestrator lists no stack at all\n');
      return exitCodes.nothingAudited;
    }
    if (report.stacks.length + report.summary.spared === 0) await terminal.err(nothingFound(options));
    return stop.exitCode() ?? exitCodeOf(report, options);
  } finally {
    stop.release();
    await aws.close();
  }
}

/** The config as the options change it. Who asks what a lost region leaves is not served with a copy in that region. */
const configFor = ({ waivers, compareSerial, probe, lost }: CheckOptions, config: Config): Config => {
  const sameRegionCounts = config.expected.sameRegionCounts && !lost?.startsWith('region:');
  return {
    ...config,
    waivers: waivers ? config.waivers : [],
    expected: { ...config.expected, compareSerial, probe, sameRegionCounts },
  };
};

interface Opening {
  readonly config: Config;
  readonly evidence: Evidence;
  readonly signal: AbortSignal;
  readonly now: () => Date;
}

const open = ({ concurrency, maxRate }: CheckOptions, { config, evidence, signal, now }: Opening): Aws =>
  openAws({
    evidence,
    allowedEndpoints: config.endpoints.allow,
    accounts: config.accounts,
    signal,
    clock: now,
    pace: { concurrency, maxRate },
  });

// Node takes a longer one (24 days) for 1 millisecond.
const longestTimer = 2 ** 31 - 1;

/** Stops asking on the deadline or an interrupt; what was gathered until then is judged and kept. */
function stopper({ deadline }: CheckOptions, { onInterrupt }: Terminal) {
  const controller = new AbortController();
  let interrupted: number | null = null;
  const wait = deadline === undefined ? undefined : Math.min(deadline * 1_000, longestTimer);
  const timer = wait === undefined ? undefined : setTimeout(() => controller.abort('deadline'), wait);
  const release = onInterrupt((exitCode) => {
    interrupted = exitCode;
    controller.abort('interrupted');
  });
  return {
    signal: controller.signal,
    exitCode: () => interrupted,
    release: () => {
      clearTimeout(timer);
      release();
    },
  };
}

const widest = 100;

function styleOf({ color, quiet, verbose }: CheckOptions, { columns, environment }: Terminal) {
  return {
    width: Math.min(columns ?? 80, widest),
    colour: color && columns !== null && !environment['NO_COLOR'],
    verbosity: quiet ? 'quiet' : verbose ? 'verbose' : 'normal',
  } as const;
}

function nothingFound({ paths, stack }: CheckOptions): string {
  const matching = stack.length > 0 ? ` that matches --stack ${stack.join(' ')}` : '';
  const where = plain(`${paths.join(' ')}${matching}`);
  return `dr-audit: nothing was audited: no root module found under ${where} (a root module has a backend, cloud or provider block)\n`;
}
