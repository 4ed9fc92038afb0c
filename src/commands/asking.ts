import { resolve } from 'node:path';
import { type Aws, noAws, openAws } from '../aws/aws.ts';
import { createEvidence, type Evidence } from '../aws/evidence/evidence.ts';
import { EvidenceError, parseEvidence } from '../aws/evidence/file.ts';
import type { Config } from '../config/config.ts';
import { files } from '../files.ts';
import { checkDefaults } from './check-options.ts';
import { reasonOf } from './check-setup.ts';
import type { RecordOptions } from './record-options.ts';
import { type Terminal, UsageError } from './terminal.ts';

/** AWS, or the evidence that stands for it, until it is closed; after an interrupt, the exit code of it. */
export interface Asking {
  readonly aws: Aws;
  readonly evidence: Evidence;
  readonly interrupted: () => number | null;
  readonly close: () => Promise<void>;
}

/** The evidence that `--from` names, or what will be the evidence of asking live. */
export async function openEvidence(
  from: string | undefined,
  { environment, now, workingDirectory }: Terminal,
): Promise<Evidence> {
  if (from === undefined) return createEvidence({ source: 'live', asOf: now().toISOString(), environment });
  try {
    return parseEvidence(new TextDecoder().decode(await files.read(resolve(workingDirectory, from))));
  } catch (error) {
    throw new UsageError(`--from ${from}: ${error instanceof EvidenceError ? error.message : reasonOf(error)}`);
  }
}

/** Opens what is asked about buckets: which workspaces and replicas there are. */
export async function openAsking(options: RecordOptions, config: Config, terminal: Terminal): Promise<Asking> {
  const evidence = await openEvidence(options.from, terminal);
  const controller = new AbortController();
  let exitCode: number | null = null;
  const release = terminal.onInterrupt((code) => {
    exitCode = code;
    controller.abort('interrupted');
  });
  const { concurrency, maxRate } = checkDefaults;
  const aws = options.static
    ? noAws
    : openAws({
        evidence,
        allowedEndpoints: config.endpoints.allow,
        accounts: config.accounts,
        signal: controller.signal,
        clock: terminal.now,
        pace: { concurrency, maxRate },
      });
  const close = async () => {
    release();
    await aws.close();
  };
  return { aws, evidence, interrupted: () => exitCode, close };
}
