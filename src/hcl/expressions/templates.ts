import { normal } from '../strings.ts';
import { type Datum, Unevaluated } from './datum.ts';
import { charged, type Evaluation, LONGEST_TEXT, textOf, unknown } from './evaluation.ts';
import { combined } from './obstacles.ts';
import type { Tree, TreeOf } from './tree.ts';

/** One part of a template: its text where it has one, and what stands for it in a pattern. */
interface Part {
  readonly datum: string | Unevaluated;
  readonly shown: string;
}

async function partOf(part: Tree, evaluation: Evaluation): Promise<Part> {
  const datum = textOf(evaluation, part, await evaluation.visit(part, evaluation));
  if (typeof datum === 'string') return { datum, shown: datum };
  const source = evaluation.source.text.slice(part.start, part.end);
  return { datum, shown: datum.pattern ?? `\${${source}}` };
}

/** The pattern of a template that has no value; null when nothing of it is known. */
function patternOf(parts: readonly Part[]): string | null {
  const known = parts.some(({ datum }) => (typeof datum === 'string' ? datum !== '' : datum.pattern !== null));
  return known ? parts.map(({ shown }) => shown).join('') : null;
}

/** The texts of all parts, or a pattern where one has none. */
export async function evaluateTemplate(tree: TreeOf<'template'>, evaluation: Evaluation): Promise<Datum> {
  const parts: Part[] = [];
  let length = 0;
  for (const part of tree.parts) {
    const found = await partOf(part, evaluation);
    length += found.shown.length;
    if (length > LONGEST_TEXT) return unknown(evaluation, tree, 'the value is larger than is kept here');
    parts.push(found);
  }
  const missing = parts.flatMap(({ datum }) => (datum instanceof Unevaluated ? [datum] : []));
  if (missing.length > 0) return combined(missing, patternOf(parts)) ?? null;
  const text = parts.map(({ shown }) => shown).join('');
  return charged(evaluation, tree, [text]) ?? normal(text);
}
