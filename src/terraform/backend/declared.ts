import { type Datum, isMembers, isSequence, Unevaluated } from '../../hcl/expressions/datum.ts';
import { unevaluatedIn } from '../../hcl/expressions/obstacles.ts';
import { constants } from '../../hcl/expressions/scope.ts';
import type { Problem } from '../../model/location.ts';
import type { NamedTool } from '../tool.ts';
import type { NamedValues } from '../values/named-values.ts';
import type { DeclaredBlock, Refusal } from './block.ts';
import { blockArguments, isEvaluated } from './block-arguments.ts';
import type { Declared } from './configurations.ts';
import type { EffectiveArgument, EffectiveArguments } from './effective.ts';

/** What the expressions of a backend block may need; asked only where there are any. */
export interface DeclaredContext {
  readonly names: () => NamedValues;
  /** The same, without what is in no committed file. */
  readonly committed: () => NamedValues;
  readonly tool: () => Promise<NamedTool | null>;
  readonly report: (problem: Problem) => void;
}

type Read = { readonly arguments: EffectiveArguments } | { readonly refusal: Refusal };

/** No block: the state is a local file. */
export const undeclared: Declared = {
  type: 'local',
  declaredAt: null,
  argumentsIn: async () => ({ arguments: new Map() }),
};

/** The first expression, in the order of the text, that only names or functions could give a value. */
function firstOpen(found: EffectiveArguments) {
  for (const { value, source } of found.values()) {
    if (!isEvaluated(value)) {
      const expression = value instanceof Unevaluated ? value.obstacles[0].expression : 'an expression';
      return { expression, location: source.location };
    }
  }
  return null;
}

/** What has a value only because of something that is not committed comes from there. */
function withProvenance(found: EffectiveArguments, committed: EffectiveArguments): EffectiveArguments {
  return new Map(
    [...found].map(([name, argument]): [string, EffectiveArgument] => {
      const kept = committed.get(name)?.value ?? null;
      if (isEvaluated(kept) || !isEvaluated(argument.value)) return [name, argument];
      const from = unevaluatedIn([kept]).flatMap(({ obstacles }) => obstacles.map(({ why }) => why));
      const text = `${[...new Set(from)].join(', ')} in ${argument.source.text}`;
      return [name, { ...argument, source: { ...argument.source, kind: 'environment', committed: false, text } }];
    }),
  );
}

const holdsTemplate = (datum: Datum): boolean => {
  if (typeof datum === 'string') return /[$%]\{/.test(datum);
  if (isMembers(datum)) return [...datum.values()].some(holdsTemplate);
  return isSequence(datum) && datum.some(holdsTemplate);
};

/** The first argument of a JSON block that the two tools would read differently. */
function firstTemplate(found: EffectiveArguments) {
  for (const [name, { value, source }] of found) {
    if (holdsTemplate(value)) return { text: typeof value === 'string' ? value : name, location: source.location };
  }
  return null;
}

/**
 * Reads a backend block as its tool does. Terraform folds constants and refuses all else ("Variables not allowed"); OpenTofu
 * evaluates variables, locals and functions, in each workspace anew.
 */
export function declaredBy(declared: DeclaredBlock, { names, committed, tool, report }: DeclaredContext): Declared {
  const { file, block, at } = declared;

  async function read(workspace: string | null, values = names): Promise<Read> {
    const found = await blockArguments(declared, workspace === null ? constants : values()(workspace));
    if (!('offset' in found)) return { arguments: found };
    return {
      refusal: { at: file.locate(found.offset), message: `an expression in the ${block.type} block is not valid` },
    };
  }

  async function judged(): Promise<{ readonly open: boolean; readonly read: Read }> {
    const constant = await read(null);
    const template = 'refusal' in constant || !file.path.endsWith('.json') ? null : firstTemplate(constant.arguments);
    if (template && (await tool())?.tool !== 'terraform') {
      const message = `${template.text} in JSON is a text for Terraform, and a template for OpenTofu; which of them runs here is not known, or it is OpenTofu`;
      return { open: false, read: { refusal: { at: template.location, message } } };
    }
    const open = 'refusal' in constant ? null : firstOpen(constant.arguments);
    if (!open) return { open: false, read: constant };
    const named = await tool();
    const { expression, location } = open;
    if (named?.tool === 'terraform') {
      const message = `${expression} in a backend block is refused by Terraform, which ${named.because} names`;
      return { open: false, read: { refusal: { at: location, message } } };
    }
    if (!named) {
      report({
        kind: 'tool-assumed',
        message: `${at.file}:${at.line}: ${expression} in a backend block is refused by Terraform; it is read as OpenTofu does`,
        ...(location && { location }),
      });
    }
    return { open: true, read: constant };
  }

  let judgement: ReturnType<typeof judged> | null = null;
  return {
    type: block.type === 'cloud' ? 'cloud' : (block.labels[0] ?? ''),
    declaredAt: at,
    argumentsIn: async (workspace) => {
      judgement ??= judged();
      const { open, read: constant } = await judgement;
      if (!open) return constant;
      const found = await read(workspace);
      const kept = await read(workspace, committed);
      return 'refusal' in found || 'refusal' in kept
        ? found
        : { arguments: withProvenance(found.arguments, kept.arguments) };
    },
  };
}
