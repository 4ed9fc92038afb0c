import type { Policy, Statement } from './policy.ts';
import { reading } from './request-context.ts';
import { apply, type Scope } from './statements.ts';
import { open, some, type Truth } from './truth.ts';
import { ANY, glyphs, ONE } from './wildcard.ts';

/** A character that no policy has: only a wildcard matches it, and what matches it matches any other. */
const ANYTHING = '\u{10FFFD}';

/** Patterns that go on without end are those whose last wildcards have a `*` among them. */
function isEndless(pattern: string): boolean {
  const end = glyphs(pattern).findLastIndex((glyph) => glyph !== ANY && glyph !== ONE);
  return glyphs(pattern)
    .slice(end + 1)
    .includes(ANY);
}

/** Whether a pattern certainly matches no ARN that starts with the prefix; false also where that is not certain. */
function isApart(pattern: string, prefix: string): boolean {
  const [literal = ''] = pattern.split(/[*?]|\$\{/);
  return !literal.startsWith(prefix) && (literal === pattern || !prefix.startsWith(literal));
}

/** What a statement says of one action, whoever calls, and under whatever condition. */
type About = Pick<Scope, 'action'> & { readonly policy: Policy; readonly prefix: string };

function covered(statement: Statement, patterns: readonly string[], { action, policy, prefix }: About): Truth {
  const [first, ...rest] = patterns.filter(isEndless);
  if (first === undefined) return false;
  const bare: Statement = {
    ...statement,
    principal: null,
    condition: [],
    resource: { negated: false, patterns: [first, ...rest] },
  };
  const applied = apply(bare, {
    policy: 'policy',
    kind: 'identity',
    variables: policy.variables,
    action,
    hasBoundary: false,
    access: {
      caller: { kind: 'service', name: '' },
      resource: `${prefix}${ANYTHING}`,
      presences: reading({ values: {} }),
    },
  });
  return some(applied.map(({ truth }) => truth));
}

/** Whether a statement takes in the action on every resource whose ARN starts with the prefix (`arn:aws:s3:::bucket/`). */
export function takesInAll(statement: Statement, about: About): Truth {
  const { resource } = statement;
  if (!resource) return covered(statement, ['*'], about);
  if (!resource.negated) return covered(statement, resource.patterns, about);
  const listed = covered(statement, resource.patterns, about);
  if (listed !== false) return listed === true ? false : listed;
  if (resource.patterns.every((pattern) => isApart(pattern, about.prefix))) return covered(statement, ['*'], about);
  const detail = 'its NotResource may leave out some of them';
  return open({ kind: 'statement', policy: 'policy', statement: statement.label, detail });
}
