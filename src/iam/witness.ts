import type { AssumeAnswer } from './assume.ts';
import type { Choice } from './choices.ts';
import type { AssumeContext } from './question.ts';

/** What a search for a context in which the call succeeds has found. */
export type Search =
  | {
      readonly found: 'witness';
      readonly chosen: readonly Choice[];
      readonly satisfiedBy: AssumeContext;
      readonly answer: Extract<AssumeAnswer, { readonly verdict: 'yes' | 'no' }>;
    }
  /** None; `open` is an answer that could not be decided, `exhausted` whether every way was tried. */
  | {
      readonly found: 'nothing';
      readonly open: Extract<AssumeAnswer, { readonly verdict: 'unknown' }> | null;
      readonly exhausted: boolean;
    };

/** How often policies are evaluated for one question at most: the bound on hostile ones. */
export const MOST_EVALUATIONS = 2_000;

/** One context over another; tags of both are passed together. */
export function over(first: AssumeContext, later: AssumeContext): AssumeContext {
  const tags = first.requestTags && later.requestTags ? { ...first.requestTags, ...later.requestTags } : null;
  return { ...first, ...later, ...(tags ? { requestTags: tags } : {}) };
}

/** An address and an endpoint exclude each other. */
const together = (choices: readonly Choice[]): boolean =>
  !(choices.some(({ type }) => type === 'sourceIp') && choices.some(({ type }) => type === 'vpcEndpoint'));

/** Every subset of a size, in the order of the list. */
function* subsets<T>(items: readonly T[], size: number, from = 0): Generator<readonly T[]> {
  if (size === 0) yield [];
  for (let index = from; size > 0 && index <= items.length - size; index += 1)
    for (const rest of subsets(items, size - 1, index + 1)) yield [items[index] as T, ...rest];
}

/** Every way to make some choices. */
function* combined(choices: readonly Choice[]): Generator<AssumeContext> {
  const [first, ...rest] = choices;
  if (!first) yield {};
  else for (const way of first.ways) for (const others of combined(rest)) yield over(way, others);
}

/** The fields that some choices fill in, left open: when even then the call fails, no way to fill them in helps. */
function opened(plain: AssumeContext, choices: readonly Choice[]): AssumeContext {
  const fields = new Set<string>(choices.flatMap(({ ways }) => ways.flatMap((way) => Object.keys(way))));
  // Through an endpoint a call has no address, and with an address it goes through none.
  if (fields.has('viaVpcEndpoint')) fields.add('sourceIp');
  return Object.fromEntries(Object.entries(plain).filter(([field]) => !fields.has(field)));
}

/**
 * Looks for the least that a plain call must be changed in to succeed: one choice before two, likelier ones first. At most
 * {@link MOST_EVALUATIONS} evaluations.
 */
export function searchWitness(
  plain: AssumeContext,
  choices: readonly Choice[],
  judge: (context: AssumeContext) => AssumeAnswer,
): Search {
  let left = MOST_EVALUATIONS;
  let open: Extract<AssumeAnswer, { verdict: 'unknown' }> | null = null;
  const usable = choices.filter(({ ways }) => ways.length > 0);
  for (let size = 1; size <= usable.length; size += 1) {
    for (const chosen of subsets(usable, size)) {
      if (!together(chosen)) continue;
      if (left-- <= 0) return { found: 'nothing', open, exhausted: false };
      if (judge(opened(plain, chosen)).verdict === 'no') continue;
      for (const satisfiedBy of combined(chosen)) {
        if (left-- <= 0) return { found: 'nothing', open, exhausted: false };
        const answer = judge(over(plain, satisfiedBy));
        if (answer.verdict === 'yes') return { found: 'witness', chosen, satisfiedBy, answer };
        if (answer.verdict === 'unknown') open ??= answer;
      }
    }
  }
  return { found: 'nothing', open, exhausted: choices.every(({ complete }) => complete) };
}
