import type { Block } from '../hcl/body.ts';
import type { SourceLocation } from '../model/location.ts';
import type { NamedRole } from '../model/subject.ts';
import { argument } from './arguments.ts';
import type { SourceFile } from './files.ts';

/** The roles that the `aws` provider blocks of a directory assume. */
export interface ProviderRoles {
  readonly roles: readonly NamedRole[];
  /** How many more there are whose ARN only Terraform can evaluate. */
  readonly unread: number;
}

/** One block that makes a provider assume a role. */
interface Assumption {
  readonly type: string;
  readonly block: Block;
  readonly provider: SourceLocation;
}

const TYPES: readonly string[] = ['assume_role', 'assume_role_with_web_identity'];

/** The type of block that a block stands for; `dynamic "x"` generates `x` blocks. */
const meant = ({ type, labels }: Block): string => (type === 'dynamic' ? (labels[0] ?? '') : type);

function assumptions(file: SourceFile, provider: Block): readonly Assumption[] {
  const at = file.locate(provider.start);
  return provider.body.blocks
    .map((block) => ({ type: meant(block), block, provider: at }))
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

/** Collects the literal role ARNs of `assume_role` and `assume_role_with_web_identity`, each once. */
export function readProviderRoles(files: readonly SourceFile[]): ProviderRoles {
  const roles = new Map<string, NamedRole>();
  let unread = 0;
  for (const { block, provider } of byAlias(files)) {
    const arn = argument(block, 'role_arn');
    if (block.type === 'dynamic' || arn.kind === 'expression') unread += 1;
    else if (arn.kind === 'literal' && arn.text !== '' && !roles.has(arn.text)) {
      const source = `provider block ${provider.file}:${provider.line}`;
      roles.set(arn.text, { arn: arn.text, phase: 'both', source, location: provider });
    }
  }
  return { roles: [...roles.values()], unread };
}
