import type { Block } from '../hcl/body.ts';
import { Unevaluated } from '../hcl/expressions/datum.ts';
import { evaluateValue } from '../hcl/expressions/evaluate.ts';
import type { Scope } from '../hcl/expressions/scope.ts';
import type { SourceLocation } from '../model/location.ts';
import type { NamedRole, UnnamedRole } from '../model/subject.ts';
import { argument } from './arguments.ts';
import { type SourceFile, sourceOf } from './files.ts';

/** The roles that the `aws` provider blocks of a directory assume. */
export interface ProviderRoles {
  readonly roles: readonly NamedRole[];
  /** Those whose ARN only the tool can evaluate. */
  readonly unnamed: readonly UnnamedRole[];
}

/** One block that makes a provider assume a role. */
interface Assumption {
  readonly type: string;
  readonly block: Block;
  readonly file: SourceFile;
  readonly provider: SourceLocation;
}

const TYPES: readonly string[] = ['assume_role', 'assume_role_with_web_identity'];

/** The type of block that a block stands for; `dynamic "x"` generates `x` blocks. */
const meant = ({ type, labels }: Block): string => (type === 'dynamic' ? (labels[0] ?? '') : type);

function assumptions(file: SourceFile, provider: Block): readonly Assumption[] {
  const at = file.locate(provider.start);
  return provider.body.blocks
    .map((block) => ({ type: meant(block), block, file, provider: at }))
    .filter(({ type }) => TYPES.includes(type));
}

/**
 * The role blocks of each provider configuration, by alias. Those in an override file replace the ones of the same type,
 * as `MergeBodies` in Terraform's internal/configs/module_merge_body.go does.
 */
function byAlias(files: readonly SourceFile[]): readonly Assumption[] {
  const found = new Map<string, readonly Assumption[]>();
  const ordered = [...files.filter(({ override }) => !override), ...files.filter(({ override }) => override)];
  for (const file of ordered) {
    for (const provider of file.scan.body.blocks) {
      if (provider.type !== 'provider' || provider.labels[0] !== 'aws') continue;
      const name = argument(provider, 'alias');
      const alias = name.kind === 'literal' ? name.text : '';
      const added = assumptions(file, provider);
      const replaced = file.override ? new Set(added.map(({ type }) => type)) : new Set<string>();
      found.set(alias, [...(found.get(alias) ?? []).filter(({ type }) => !replaced.has(type)), ...added]);
    }
  }
  return [...found.values()].flat();
}

/** An expression on one line; of a template that is one interpolation, without the quotes. */
const oneLine = (text: string): string =>
  text
    .replace(/\s+/g, ' ')
    .replace(/^"(\$\{[^"]*\})"$/, '$1')
    .slice(0, 200);

type Reading = { readonly arn: string } | { readonly unnamed: UnnamedRole } | null;

/** The ARN that a block names, or what is literal of it; null where it names none. */
async function arnOf({ block, file, provider }: Assumption, scope: () => Scope): Promise<Reading> {
  const value = (block.type === 'dynamic' ? contentOf(block) : block).body.attributes.get('role_arn')?.value;
  if (block.type === 'dynamic' && !value) return { unnamed: { pattern: 'a dynamic block', location: provider } };
  if (!value || value.kind === 'null') return null;
  const written = oneLine(file.text.slice(value.start, value.end));
  if (block.type === 'dynamic') return { unnamed: { pattern: written, location: file.locate(value.start) } };
  const arn = await evaluateValue(value, { source: sourceOf(file), scope: scope() });
  if (typeof arn === 'string') return arn === '' ? null : { arn };
  if (arn === null) return null;
  const pattern = arn instanceof Unevaluated ? (arn.pattern ?? written) : written;
  return { unnamed: { pattern: oneLine(pattern), location: file.locate(value.start) } };
}

const contentOf = (block: Block): Block => block.body.blocks.find(({ type }) => type === 'content') ?? block;

/** Collects the roles of `assume_role` and `assume_role_with_web_identity`, each once; of expressions the literal parts are kept. */
export async function readProviderRoles(files: readonly SourceFile[], scope: () => Scope): Promise<ProviderRoles> {
  const roles = new Map<string, NamedRole>();
  const unnamed = new Map<string, UnnamedRole>();
  for (const assumption of byAlias(files)) {
    const { provider } = assumption;
    const reading = await arnOf(assumption, scope);
    if (reading === null) continue;
    if ('unnamed' in reading) unnamed.set(reading.unnamed.pattern, reading.unnamed);
    else if (!roles.has(reading.arn)) {
      const source = `provider block ${provider.file}:${provider.line}`;
      roles.set(reading.arn, {
        arn: reading.arn,
        phase: 'both',
        use: 'deploy',
        declaredBy: 'code',
        source,
        location: provider,
      });
    }
  }
  return { roles: [...roles.values()], unnamed: [...unnamed.values()] };
}
