import { type Obstacle, Unevaluated } from '../hcl/expressions/datum.ts';
import { combined } from '../hcl/expressions/obstacles.ts';
import { constants } from '../hcl/expressions/scope.ts';
import type { Environment } from '../model/effects.ts';
import type { SourceLocation } from '../model/location.ts';
import { settleBackend } from '../terraform/backend/block.ts';
import { blockArguments } from '../terraform/backend/block-arguments.ts';
import type { EffectiveArgument, EffectiveBackend } from '../terraform/backend/effective.ts';
import type { GeneratedFiles } from './generated.ts';
import { sourceFrom, variablesIn } from './provenance.ts';

/** What stands as `${…}` in the text is not a variable of the module: it is what Terragrunt would have put there. */
function withObstacles(argument: EffectiveArgument, open: Unevaluated | null): EffectiveArgument {
  if (!open || !(argument.value instanceof Unevaluated)) return argument;
  return { ...argument, value: new Unevaluated(open.obstacles, argument.value.pattern) };
}

/** The backend that generated code declares. */
export interface GeneratedBackend {
  readonly effective: EffectiveBackend;
  readonly generates: string;
}

/** The backend or cloud block in generated code, or why the tool would refuse it; null where there is none. */
export async function generatedBackend({
  files,
}: Pick<GeneratedFiles, 'files'>): Promise<GeneratedBackend | readonly [Obstacle] | null> {
  const settled = settleBackend(files.map(({ file }) => file));
  const refusal = (at: SourceLocation, why: string): readonly [Obstacle] => [
    { expression: 'generate', why, location: at },
  ];
  if ('refusal' in settled) {
    return refusal(settled.refusal.at ?? { file: '', line: 1, column: 1 }, settled.refusal.message);
  }
  if (!settled.declared) return null;
  const { block, file, at } = settled.declared;
  const found = await blockArguments(settled.declared, constants);
  if ('offset' in found) return refusal(at, `an expression in the ${block.type} block is not valid`);
  const open = files.find((generated) => generated.file === file)?.open ?? null;
  const effective: EffectiveBackend = {
    type: block.type === 'cloud' ? 'cloud' : (block.labels[0] ?? ''),
    declaredAt: at,
    arguments: new Map([...found].map(([name, argument]) => [name, withObstacles(argument, open)])),
    candidates: [],
  };
  return { effective, generates: file.path };
}

/** Why the code that is generated is not known to be without a backend block. */
export function doubts({ files, unread }: GeneratedFiles): Unevaluated | null {
  const broken = files.flatMap(({ file }) => {
    if (!file.scan.error) return [];
    const { message } = file.scan.error;
    const location = file.locate(0);
    return [new Unevaluated([{ expression: `generate ${file.path}`, why: `it does not parse: ${message}`, location }])];
  });
  return combined([...unread, ...broken]);
}

/** The same backend with what comes from the environment said, where one with the environment hidden differs from it. */
export function attributed(
  found: GeneratedBackend,
  hidden: { readonly backend: GeneratedBackend | null; readonly unread: readonly Unevaluated[] },
  environment: Environment,
): GeneratedBackend {
  const argumentOf = ([name, argument]: readonly [string, EffectiveArgument]): [string, EffectiveArgument] => {
    const shadow = hidden.backend ? hidden.backend.effective.arguments.get(name)?.value : combined(hidden.unread);
    const { location } = argument.source;
    const variables = variablesIn(shadow ?? undefined);
    return [
      name,
      location && variables.length > 0
        ? { ...argument, source: sourceFrom(location, variables, environment) }
        : argument,
    ];
  };
  const { effective } = found;
  return { ...found, effective: { ...effective, arguments: new Map([...effective.arguments].map(argumentOf)) } };
}
