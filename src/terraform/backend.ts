import type { Block } from '../hcl/body.ts';
import type { Backend } from '../model/backend.ts';
import type { Environment } from '../model/effects.ts';
import { type Fact, known, unknown } from '../model/fact.ts';
import type { Gap } from '../model/gap.ts';
import type { Problem, SourceLocation } from '../model/location.ts';
import { argument } from './arguments.ts';
import type { SourceFile } from './files.ts';
import { readS3, type S3Declaration } from './s3.ts';

/** What the files of one directory declare about the backend. */
export interface BackendDeclaration extends Pick<S3Declaration, 'workspaceKeyPrefix'> {
  readonly backend: Fact<Backend>;
  /** The keyword of the block in force, or of the first one where they contradict each other. */
  readonly declaredAt: SourceLocation | null;
  readonly problems: readonly Problem[];
}

interface Declared {
  readonly file: SourceFile;
  readonly block: Block;
  readonly at: SourceLocation;
}

type Refusal = { readonly at: SourceLocation; readonly message: string };
type Settled = { readonly declared: Declared | null } | { readonly refusal: Refusal };

const refuse = (at: SourceLocation, message: string): Settled => ({ refusal: { at, message } });

/** The backend and cloud blocks of one file, in the order of the text. */
function declaredIn(file: SourceFile): readonly Declared[] {
  return file.scan.body.blocks
    .filter(({ type }) => type === 'terraform')
    .flatMap(({ body }) => body.blocks)
    .filter(({ type }) => type === 'backend' || type === 'cloud')
    .map((block) => ({ file, block, at: file.locate(block.start) }));
}

const wrongLabels = ({ block: { type, labels } }: Declared): boolean => labels.length !== (type === 'backend' ? 1 : 0);

/** One backend per module: `appendFile` in Terraform's internal/configs/module.go. */
function settlePrimary(declared: readonly Declared[]): Settled {
  const [first, second] = declared;
  if (!first || !second) return { declared: first ?? null };
  const other = declared.find(({ block }) => block.type !== first.block.type);
  return other
    ? refuse(other.at, 'both a backend and a cloud block are present')
    : refuse(second.at, `duplicate ${first.block.type} block, the first is at ${first.at.file}:${first.at.line}`);
}

/** An override file replaces the whole block and either kind: `mergeFile` in the same file. */
function settleOverride(before: Settled, declared: readonly Declared[]): Settled {
  if ('refusal' in before) return before;
  for (const type of ['cloud', 'backend']) {
    const [first, second] = declared.filter(({ block }) => block.type === type);
    if (second) return refuse(second.at, `duplicate ${type} block in an override file`);
    if (first) return { declared: first };
  }
  return before;
}

function settle(files: readonly SourceFile[]): Settled {
  const labelled = files.flatMap((file) =>
    file.scan.body.blocks
      .filter(({ type, labels }) => type === 'terraform' && labels.length > 0)
      .map(({ start }) => file.locate(start)),
  )[0];
  if (labelled) return refuse(labelled, 'a terraform block takes no label');
  const misnamed = files.flatMap(declaredIn).find(wrongLabels);
  if (misnamed) return refuse(misnamed.at, 'a backend block takes one label, its type, and a cloud block none');
  const primary = settlePrimary(files.filter(({ override }) => !override).flatMap(declaredIn));
  return files
    .filter(({ override }) => override)
    .reduce((settled, file) => settleOverride(settled, declaredIn(file)), primary);
}

const gap = (cause: Gap['cause'], detail: string): Gap => ({ fact: 'stack.backend', cause, detail });
const place = ({ file, line, column }: SourceLocation): string => `${file}:${line}:${column}`;
const DEFAULT_HOST = 'app.terraform.io';

/** Hostname as in internal/cloud/backend.go (`TF_CLOUD_HOSTNAME`, for `cloud` only) and internal/backend/remote/backend.go. */
function hosted({ block, at }: Declared, type: 'cloud' | 'remote', environment: Environment): Fact<Backend> {
  const hostname = argument(block, 'hostname');
  if (hostname.kind === 'expression') {
    return unknown(gap('backend-incomplete', `${place(at)}: the hostname is not a literal`));
  }
  const fallback = (type === 'cloud' && environment['TF_CLOUD_HOSTNAME']) || DEFAULT_HOST;
  const name = hostname.kind === 'literal' && hostname.text !== '' ? hostname.text : fallback;
  return known({ kind: 'hosted', type, hostname: name, declaredAt: at });
}

type Plain = Omit<BackendDeclaration, 'declaredAt' | 'problems'>;
const plain = (backend: Fact<Backend>): Plain => ({ backend, workspaceKeyPrefix: null });

function refused({ at, message }: Refusal): Omit<BackendDeclaration, 'declaredAt'> {
  return {
    ...plain(unknown(gap('unparsable', `${place(at)}: ${message}`))),
    problems: [{ kind: 'invalid-backend', message: `${place(at)}: ${message}`, location: at }],
  };
}

function interpret(declared: Declared, environment: Environment): Plain | Refusal {
  const { block, file, at } = declared;
  const type = block.type === 'cloud' ? 'cloud' : (block.labels[0] ?? '');
  switch (type) {
    case 's3': {
      const { backend, refusal, ...rest } = readS3(block, { text: file.text, declaredAt: at, environment });
      return refusal === null ? { backend: known(backend), ...rest } : { at, message: refusal };
    }
    case 'cloud':
    case 'remote':
      return plain(hosted(declared, type, environment));
    case 'local':
      return plain(known({ kind: 'local', declaredAt: at }));
    default:
      return plain(known({ kind: 'other', type, declaredAt: at }));
  }
}

/** Which backend Terraform would use for a directory's files; `broken` are gaps for the files that nobody could read. */
export function readBackend(
  files: readonly SourceFile[],
  broken: readonly Gap[],
  environment: Environment,
): BackendDeclaration {
  const settled = settle(files);
  const declaredAt = ('declared' in settled ? settled.declared?.at : settled.refusal.at) ?? null;
  // Terraform refuses the whole module for one file that does not parse, wherever the backend stands.
  const [first, ...rest] = broken;
  if (first) return { ...plain(unknown(first, ...rest)), declaredAt, problems: [] };
  if ('refusal' in settled) return { ...refused(settled.refusal), declaredAt };
  if (!settled.declared) return { ...plain(known({ kind: 'local', declaredAt: null })), declaredAt, problems: [] };
  const meaning = interpret(settled.declared, environment);
  return 'message' in meaning ? { ...refused(meaning), declaredAt } : { ...meaning, declaredAt, problems: [] };
}
