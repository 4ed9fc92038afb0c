import type { Attribute, Block, Body } from '../../hcl/body.ts';
import type { CodeDependencies, OrchestratorDependency } from '../../model/dependencies.ts';
import type { SourceLocation } from '../../model/location.ts';
import { registryHostOwner, stateHostOwner } from '../../orchestrator/fingerprints.ts';
import { argument } from '../arguments.ts';
import type { SourceFile } from '../files.ts';

/** What one file depends on, before it is joined with others. */
type Found = CodeDependencies;

const nothing: Found = { found: [], managesOrchestrator: null, unread: [] };

/** Every block of a body, and of those in it. */
function* blocksIn(body: Body): Generator<Block> {
  const waiting = [...body.blocks];
  for (let block = waiting.pop(); block; block = waiting.pop()) {
    yield block;
    waiting.push(...block.body.blocks);
  }
}

/** What a place in a line is in, as far as that line alone tells. What stands between quotes starts no comment. */
function surroundings(text: string, at: number): 'code' | 'quotes' | 'comment' {
  let quoted = false;
  for (let index = text.lastIndexOf('\n', at - 1) + 1; index < at; index++) {
    const character = text[index];
    if (quoted && character === '\\') index += 1;
    else if (character === '"') quoted = !quoted;
    else if (!quoted && (character === '#' || (character === '/' && text[index + 1] === '/'))) return 'comment';
  }
  return quoted ? 'quotes' : 'code';
}

/** True where a place in a value is in a comment, of one line or of several. */
function commented(text: string, start: number, at: number): boolean {
  if (surroundings(text, at) === 'comment') return true;
  const before = text.slice(start, at);
  const opened = before.lastIndexOf('/*');
  return opened > before.lastIndexOf('*/') && surroundings(text, start + opened) === 'code';
}

/** The places in the value of an attribute at which a text matches, comments left out. */
function matchesIn(
  file: SourceFile,
  { value }: Attribute,
  pattern: RegExp,
): readonly { text: string; at: SourceLocation }[] {
  const written = file.text.slice(value.start, value.end);
  return [...written.matchAll(pattern)].flatMap((match) => {
    const offset = value.start + match.index;
    if (commented(file.text, value.start, offset)) return [];
    return [{ text: match[1] ?? match[0], at: file.locate(offset) }];
  });
}

// Where Spacelift checks the code out, and puts mounted files and the token of a run.
const WORKSPACE = /(?<![\w.-])\/mnt\/workspace(?![\w.-])(?:\/[\w.\-/]*)?/g;

function paths(file: SourceFile): readonly OrchestratorDependency[] {
  if (!file.text.includes('/mnt/workspace')) return [];
  const attributes = [...blocksIn(file.scan.body)].flatMap(({ body }) => [...body.attributes.values()]);
  return attributes.flatMap((attribute) =>
    matchesIn(file, attribute, WORKSPACE).map(({ text, at }) => ({
      kind: 'path' as const,
      orchestrator: 'spacelift',
      text: `${attribute.name} is ${text}, which exists in a run of Spacelift only`,
      location: at,
    })),
  );
}

/** `HOST/NAMESPACE/NAME/PROVIDER`, with what may stand behind it (Terraform, internal/addrs/module_source.go). */
const hostOf = (source: string, parts: number): string | null => {
  const address = source.split('//', 1)[0]?.split('/') ?? [];
  const [host] = address;
  return address.length === parts && host?.includes('.') ? host : null;
};

function modules(file: SourceFile): Pick<Found, 'found' | 'unread'> {
  const calls = file.scan.body.blocks.filter(({ type }) => type === 'module');
  const found: OrchestratorDependency[] = [];
  const unread: { text: string; location: SourceLocation }[] = [];
  for (const call of calls) {
    const name = call.labels[0] ?? '';
    const source = argument(call, 'source');
    const location = file.locate(call.body.attributes.get('source')?.start ?? call.start);
    if (source.kind === 'expression') unread.push({ text: `the source of module "${name}"`, location });
    if (source.kind !== 'literal') continue;
    const host = hostOf(source.text, 4);
    const owner = host === null ? undefined : registryHostOwner(host);
    if (owner) {
      const text = `module "${name}" comes from ${source.text}`;
      found.push({ kind: 'module', orchestrator: owner.kind, text, location });
    }
  }
  return { found, unread };
}

const PROVIDER_SOURCE = /\bsource"?\s*[=:]\s*"([^"]*)"/g;

function providers(file: SourceFile): readonly OrchestratorDependency[] {
  const required = file.scan.body.blocks
    .filter(({ type }) => type === 'terraform')
    .flatMap(({ body }) => body.blocks.filter(({ type }) => type === 'required_providers'))
    .flatMap(({ body }) => [...body.attributes.values()]);
  return required.flatMap((attribute) =>
    matchesIn(file, attribute, PROVIDER_SOURCE).flatMap(({ text: source, at }): OrchestratorDependency[] => {
      const host = hostOf(source, 3);
      const owner = host === null ? undefined : registryHostOwner(host);
      const text = `provider ${attribute.name} comes from ${source}`;
      return owner ? [{ kind: 'provider', orchestrator: owner.kind, text, location: at }] : [];
    }),
  );
}

const HOSTNAME = /\bhostname"?\s*[=:]\s*"([^"]*)"/g;
const ADDRESS = /\baddress"?\s*[=:]\s*"([^"]*)"/g;

const hostnameOf = (address: string): string => (URL.canParse(address) ? new URL(address).hostname : '');

/** States that are read from whoever keeps them: one that the orchestrator keeps is gone with it. */
function remoteStates(file: SourceFile): readonly OrchestratorDependency[] {
  const blocks = file.scan.body.blocks.filter(
    ({ type, labels }) => type === 'data' && labels[0] === 'terraform_remote_state',
  );
  return blocks.flatMap((block): OrchestratorDependency[] => {
    const config = block.body.attributes.get('config');
    if (!config) return [];
    const hosts = [
      ...matchesIn(file, config, HOSTNAME).map(({ text }) => text),
      ...matchesIn(file, config, ADDRESS).map(({ text }) => hostnameOf(text)),
    ];
    const [owner] = hosts.flatMap((host) => stateHostOwner(host) ?? []);
    if (!owner) return [];
    const text = `data terraform_remote_state "${block.labels[1] ?? ''}" reads a state that ${owner.name} keeps`;
    return [{ kind: 'remote-state', orchestrator: owner.kind, text, location: file.locate(block.start) }];
  });
}

/** Input variables that only a run of Spacelift sets (docs.spacelift.io, "Environment": TF_VAR_spacelift_run_id and others). */
function variables(file: SourceFile): readonly OrchestratorDependency[] {
  return file.scan.body.blocks
    .filter(
      ({ type, labels, body }) =>
        type === 'variable' && labels[0]?.startsWith('spacelift_') === true && !body.attributes.has('default'),
    )
    .map((block) => ({
      kind: 'variable',
      orchestrator: 'spacelift',
      text: `variable "${block.labels[0]}" has no default, and only a run of Spacelift sets it`,
      location: file.locate(block.start),
    }));
}

const managing = (file: SourceFile): SourceLocation | null => {
  const block = file.scan.body.blocks.find(
    ({ type, labels }) => type === 'resource' && labels[0]?.startsWith('spacelift_'),
  );
  return block ? file.locate(block.start) : null;
};

// Whatever a file depends on, one of these stands in it.
const SIGNS = /mnt\/workspace|spacelift|terraform_remote_state|\bmodule\b|required_providers/;

function dependenciesOf(file: SourceFile): Found {
  if (!SIGNS.test(file.text)) return nothing;
  const { found, unread } = modules(file);
  return {
    found: [...paths(file), ...found, ...providers(file), ...remoteStates(file), ...variables(file)],
    managesOrchestrator: managing(file),
    unread,
  };
}

/** Several results as one; what is said twice counts once. */
export function joinDependencies(all: readonly CodeDependencies[]): CodeDependencies {
  const distinct = <T>(items: readonly T[]): readonly T[] => [
    ...new Map(items.map((item) => [JSON.stringify(item), item])).values(),
  ];
  return {
    found: distinct(all.flatMap(({ found }) => found)),
    managesOrchestrator: all.map(({ managesOrchestrator: at }) => at).find((at) => at !== null) ?? null,
    unread: distinct(all.flatMap(({ unread }) => unread)),
  };
}

/** What the files of one directory depend on that only an orchestrator has, with the place of each; files that do not parse are read as far as they do. */
export const readDependencies = (files: readonly SourceFile[]): CodeDependencies =>
  joinDependencies(files.map(dependenciesOf));
