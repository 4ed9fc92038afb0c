import { posix } from 'node:path';
import type { Block } from '../hcl/body.ts';
import { type Datum, Unevaluated } from '../hcl/expressions/datum.ts';
import { evaluateValue } from '../hcl/expressions/evaluate.ts';
import type { Scope } from '../hcl/expressions/scope.ts';
import { type Frame, type Include, type Includes, refusedAt } from './run.ts';

// Real configurations have a handful.
const MOST = 100;

const STRATEGIES: readonly string[] = ['no_merge', 'shallow', 'deep'];
const isStrategy = (text: Datum): text is 'no_merge' | 'shallow' | 'deep' =>
  typeof text === 'string' && STRATEGIES.includes(text);

async function readInclude(block: Block, { file, config }: Frame, scope: Scope): Promise<Include> {
  const argument = async (name: string, absent: Datum): Promise<Datum> => {
    const value = block.body.attributes.get(name)?.value;
    return value ? ((await evaluateValue(value, { source: file.source, scope })) ?? absent) : absent;
  };
  const refuse = (why: string) => refusedAt({ file, span: block }, why);
  const path = await argument('path', refuse('an include block needs a path'));
  const strategy = await argument('merge_strategy', 'shallow');
  const described =
    typeof path === 'string' ? posix.resolve(posix.dirname(config), path) : refuse('its path is no text');
  return {
    name: block.labels[0] ?? '',
    path: path instanceof Unevaluated ? path : described,
    expose: await argument('expose', false),
    // `deep_map_only` is known to Terragrunt, but `handleInclude` in pkg/config/include.go has no case for it.
    strategy:
      strategy instanceof Unevaluated || isStrategy(strategy) ? strategy : refuse('there is no such merge_strategy'),
  };
}

/**
 * The include blocks of a file in the order of its text. A file that is itself included may have none (`getTrackInclude` in
 * Terragrunt's pkg/config/include.go), nor may a file have two without a label.
 */
export async function readIncludes(frame: Frame, scope: Scope): Promise<Includes> {
  const { file } = frame;
  const blocks = file.body.blocks.filter(({ type }) => type === 'include');
  const [first] = blocks;
  if (!first) return [];
  const refuse = (why: string) => refusedAt({ file, span: first }, why);
  if (frame.included) return refuse('a file that is included cannot include another one');
  if (blocks.length > MOST) return refuse(`there are more than ${MOST} include blocks`);
  if (blocks.filter(({ labels }) => labels.length === 0).length > 1) return refuse('two include blocks have no label');
  const found: Include[] = [];
  for (const block of blocks) found.push(await readInclude(block, frame, scope));
  return found;
}
