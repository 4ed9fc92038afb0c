import type { Block } from '../../hcl/body.ts';
import type { SourceLocation } from '../../model/location.ts';
import type { SourceFile } from '../files.ts';

/** A backend or cloud block in its file. */
export interface DeclaredBlock {
  readonly file: SourceFile;
  readonly block: Block;
  readonly at: SourceLocation;
}

/** Why the tool would refuse a module, and where. */
export interface Refusal {
  readonly at: SourceLocation | null;
  readonly message: string;
}

/** The block that is in force, none at all, or why the module is refused. */
export type Settled = { readonly declared: DeclaredBlock | null } | { readonly refusal: Refusal };

const refuse = (at: SourceLocation, message: string): Settled => ({ refusal: { at, message } });

/** The backend and cloud blocks of one file, in the order of the text. */
function declaredIn(file: SourceFile): readonly DeclaredBlock[] {
  return file.scan.body.blocks
    .filter(({ type }) => type === 'terraform')
    .flatMap(({ body }) => body.blocks)
    .filter(({ type }) => type === 'backend' || type === 'cloud')
    .map((block) => ({ file, block, at: file.locate(block.start) }));
}

const wrongLabels = ({ block: { type, labels } }: DeclaredBlock): boolean =>
  labels.length !== (type === 'backend' ? 1 : 0);

/** One backend per module: `appendFile` in Terraform's internal/configs/module.go. */
function settlePrimary(declared: readonly DeclaredBlock[]): Settled {
  const [first, second] = declared;
  if (!first || !second) return { declared: first ?? null };
  const other = declared.find(({ block }) => block.type !== first.block.type);
  return other
    ? refuse(other.at, 'both a backend and a cloud block are present')
    : refuse(second.at, `duplicate ${first.block.type} block, the first is at ${first.at.file}:${first.at.line}`);
}

/** An override file replaces the whole block and either kind: `mergeFile` in the same file. */
function settleOverride(before: Settled, declared: readonly DeclaredBlock[]): Settled {
  if ('refusal' in before) return before;
  for (const type of ['cloud', 'backend']) {
    const [first, second] = declared.filter(({ block }) => block.type === type);
    if (second) return refuse(second.at, `duplicate ${type} block in an override file`);
    if (first) return { declared: first };
  }
  return before;
}

/**
 * Which backend or cloud block of a module is in force: one per module, those of override files in the order of their names
 * replacing it (Terraform's internal/configs/module.go).
 */
export function settleBackend(files: readonly SourceFile[]): Settled {
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
