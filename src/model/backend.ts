import type { SourceLocation } from './location.ts';

/** Where S3 requests for a bucket go: AWS itself when `url` is null, else an S3-compatible store. */
export interface Endpoint {
  readonly url: string | null;
  readonly pathStyle: boolean;
}

/** What a backend block sets, or why that is not known without running the tool. */
export type Setting<T> = { readonly known: T } | { readonly open: string };

/** How an `s3` backend writes a state, beyond where. */
export interface S3Writes {
  /** `use_lockfile`: a lock object beside the state. */
  readonly lockfile: Setting<boolean>;
  /** `dynamodb_table`; null when there is none. */
  readonly table: Setting<string | null>;
  /** `endpoints.dynamodb`; null for AWS's own. */
  readonly tableEndpoint: Setting<string | null>;
  /** `kms_key_id`, which counts with `encrypt` only; null when there is none. */
  readonly kmsKeyId: Setting<string | null>;
  /** `state_tags`, which only OpenTofu has; Terraform writes states without tags. */
  readonly tags: Setting<Readonly<Record<string, string>>>;
}

/** An `s3` backend whose bucket and key are known, in Terraform's own terms. */
export interface S3Location {
  readonly bucket: string;
  /** The object key of this workspace's state. */
  readonly key: string;
  /** As the backend block or the environment declares it; null when neither does (Terraform would refuse to start). */
  readonly region: string | null;
  /** False when the region is the environment's. */
  readonly regionInCode: boolean;
  readonly endpoint: Endpoint;
  /** How the keys of named workspaces are made; null when the prefix is not known. */
  readonly workspaces: { readonly prefix: string; readonly defaultKey: string } | null;
  readonly writes: S3Writes;
}

/** Where the value of one backend argument was found. */
export interface ArgumentSource {
  readonly kind: /** The backend block, or the Terragrunt or orchestrator file that generates it. */
    | 'code'
    /** A `-backend-config` file that the config names. */
    | 'file'
    /** `values` in the config. */
    | 'config'
    /** A command in a CI file, script or Makefile, or the one file beside the code that completes the block. */
    | 'suggestion'
    | 'environment'
    /** `.terraform/terraform.tfstate`, which only the machine has that ran `terraform init`. */
    | 'record'
    /** What Terraform takes when nobody says anything. */
    | 'default';
  /** For people: `stacks/app/main.tf:4`, `AWS_REGION`. */
  readonly text: string;
  /** Whether somebody who has the repository, and nothing else, finds it there. */
  readonly committed: boolean;
  readonly location: SourceLocation | null;
}

/** One resolved argument of a backend that helps to find the state; never a credential. */
export interface BackendArgument {
  readonly name: string;
  readonly value: string;
  readonly source: ArgumentSource;
}

/** An argument without which the state cannot be found, and why there is none. */
export interface MissingArgument {
  readonly name: string;
  /** `leftOut` where the block leaves it to others; else the expression that nobody can evaluate, and why. */
  readonly why: string;
  readonly location: SourceLocation | null;
}

/** Why an argument is missing that no expression stands for. */
export const leftOut = 'the block leaves it to others';

/** A place in the tree that may complete a partial block: told, and used only where it is the only one and complete. */
export interface Candidate {
  /** `GitHub Actions workflow .github/workflows/deploy.yml:12`; of a file beside the code, its path from there: `env/prod.s3.tfbackend`. */
  readonly text: string;
  readonly kind: 'command' | 'file';
  readonly location: SourceLocation;
  /** What only a shell, or a pipeline, could fill in; empty when all of it is literal. */
  readonly open: readonly string[];
}

interface Declared {
  /** The block's keyword; null where nothing declares it, or a tool generates it at run time. */
  readonly declaredAt: SourceLocation | null;
  readonly arguments: readonly BackendArgument[];
}

/** Where a root module keeps the state of one workspace, as far as its sources say. */
export type Backend =
  | (Declared & { readonly kind: 's3'; readonly location: S3Location })
  /** A partial block, of any type: some arguments are given elsewhere (`-backend-config`, CI, the orchestrator). */
  | (Declared & {
      readonly kind: 'partial';
      readonly type: string;
      readonly missing: readonly [MissingArgument, ...MissingArgument[]];
      readonly candidates: readonly Candidate[];
    })
  /** `cloud {}` and `backend "remote"`: the state is kept by the service at `hostname`. */
  | (Declared & {
      readonly kind: 'hosted';
      readonly type: 'cloud' | 'remote';
      readonly hostname: string;
      /** `organization/workspace`, as far as it is declared. */
      readonly place: string;
    })
  /** `backend "local"`, or none at all when `declaredAt` is null; the path is relative to the root module. */
  | (Declared & { readonly kind: 'local'; readonly path: string })
  /** Any other type that Terraform or OpenTofu know: `place` is where it keeps this workspace's state, `gs://bucket/prefix/default.tfstate`. */
  | (Declared & {
      readonly kind: 'other';
      readonly type: string;
      readonly place: string;
      /** The server's name where the place is a URL, which tells whose it is. */
      readonly hostname: string | null;
    });

/** The type of a backend as the code spells it: `s3`, `cloud`, `gcs`. */
export const backendType = (backend: Backend): string =>
  backend.kind === 's3' || backend.kind === 'local' ? backend.kind : backend.type;

/** The arguments that nobody finds in the repository. What the tool takes when nobody says anything is the same for everybody. */
export const uncommitted = (backend: Backend): readonly BackendArgument[] =>
  backend.arguments.filter(({ source: { committed, kind } }) => !committed && kind !== 'default');

/** What both tools ask for before they start, and no source names; null when nothing. */
export function unnamedIn(backend: Backend): { readonly what: string; readonly variable: string } | null {
  if (backend.kind === 's3' && backend.location.region === null) return { what: 'region', variable: 'AWS_REGION' };
  const anonymous = backend.kind === 'hosted' && /^(?:\*|$)/.test(backend.place);
  return anonymous ? { what: 'organization', variable: 'TF_CLOUD_ORGANIZATION' } : null;
}

// More of them say less than their number.
const most = 3;

const list = (items: readonly string[]): string =>
  items.length <= most ? items.join(', ') : `${items.slice(0, most).join(', ')} and ${items.length - most} more`;

const candidateText = ({ text, open }: Candidate): string => (open.length > 0 ? `${text} (needs ${list(open)})` : text);

/** What a partial block lacks, why, and what in the tree may complete it. */
export function incompleteText({ type, missing, candidates }: Extract<Backend, { kind: 'partial' }>): string {
  const reasons = new Map<string, string[]>();
  for (const { name, why } of missing) reasons.set(why, [...(reasons.get(why) ?? []), name]);
  const lacks = [...reasons].map(([why, names]) => names.join(' and ') + (why === leftOut ? '' : ` (${why})`));
  const may = candidates.length > 0 ? `; it may come from ${list(candidates.map(candidateText))}` : '';
  return `the ${type} backend block has no ${lacks.join(', and no ')}${may}`;
}

/** `bucket, key from main.tf:4, region from AWS_REGION`: each source once, behind what it gives. */
export function argumentSources(found: readonly BackendArgument[]): string {
  const sources = [...new Set(found.map(({ source: { text } }) => text))];
  const namesFrom = (text: string) => found.filter(({ source }) => source.text === text).map(({ name }) => name);
  return sources.map((text) => `${namesFrom(text).join(', ')} from ${text}`).join(', ');
}
