import { assumes } from './admitted.ts';
import { isAccount } from './arn.ts';
import { parsePolicy } from './parse.ts';
import type { ConditionTest, Statement } from './policy.ts';
import { isDeleted } from './principals.ts';
import { glyphs, matches } from './wildcard.ts';

/** Something in a trust policy that lets nobody in any more, or soon may not. */
export type Fragility =
  /** The unique id of a user or role that was deleted (IAM User Guide, "AWS JSON policy elements: Principal"). */
  | { readonly kind: 'deleted'; readonly principal: string; readonly what: 'user' | 'role' }
  /**
   * The role of a permission set with its suffix, which changes when the assignment is made again. `pattern` is for ArnLike on
   * `aws:PrincipalArn`, beside a Principal of the account (IAM Identity Center User Guide, "Referencing permission sets in resource
   * policies"); `session` is the name of the one session that is meant.
   */
  | {
      readonly kind: 'exact-permission-set';
      readonly arn: string;
      /** Its name, with the suffix. */
      readonly role: string;
      /** The root of the account that the role is in. */
      readonly account: string;
      readonly pattern: string;
      readonly session: string | null;
    }
  /** A pattern with a region between path and name: there is none where Identity Center is hosted in us-east-1. */
  | { readonly kind: 'regional-pattern'; readonly pattern: string; readonly instead: string };

const ROLE =
  /^arn:(?<partition>[a-z-]+):iam::(?<account>\d{12}):role\/aws-reserved\/sso\.amazonaws\.com\/(?:[a-z0-9-]+\/)?(?<name>[^/*?]+)$/;
const SESSION = /^arn:(?<partition>[a-z-]+):sts::(?<account>\d{12}):assumed-role\/(?<name>[^/*?]+)\/(?<session>[^/]+)$/;
const NAME = /^AWSReservedSSO_(?<set>.+)_[^_]+$/;

function exact(arn: string, forms: readonly RegExp[]): readonly Fragility[] {
  const {
    partition,
    account = '',
    name = '',
    session = null,
  } = forms.map((form) => form.exec(arn)?.groups).find((groups) => groups !== undefined) ?? {};
  const set = NAME.exec(name)?.groups?.['set'];
  if (set === undefined || !isAccount(account)) return [];
  const pattern = `arn:${partition}:iam::${account}:role/aws-reserved/sso.amazonaws.com*/AWSReservedSSO_${set}_*`;
  return [
    {
      kind: 'exact-permission-set',
      arn,
      role: name,
      account: `arn:${partition}:iam::${account}:root`,
      pattern,
      session,
    },
  ];
}

const REGIONAL = /^(?<path>arn:.*:role\/aws-reserved\/sso\.amazonaws\.com)\/\*\/(?<name>AWSReservedSSO_.*)$/;

/** A role as the pattern means it, in us-east-1; one of the alternatives may have it. */
const inFirstRegion = ({ path, name }: Readonly<Record<string, string>>) => `${path}/${name}`.replaceAll(/[*?]/g, 'x');

function regional(pattern: string, alternatives: readonly string[]): readonly Fragility[] {
  const parts = REGIONAL.exec(pattern)?.groups;
  if (!parts || alternatives.some((one) => matches(glyphs(one), inFirstRegion(parts)))) return [];
  return [{ kind: 'regional-pattern', pattern, instead: `${parts['path']}*/${parts['name']}` }];
}

/** What an Allow compares the caller with, and what a Deny excepts: there a value that fits nobody keeps people out. */
const COMPARES: Readonly<Record<Statement['effect'], RegExp>> = {
  Allow: /^(ForAnyValue:)?(Arn(Like|Equals)|String(Like|Equals|EqualsIgnoreCase))(IfExists)?$/,
  Deny: /^(ForAnyValue:|ForAllValues:)?(ArnNot(Like|Equals)|StringNot(Like|Equals|EqualsIgnoreCase))(IfExists)?$/,
};

function inCondition({ operator, key, values }: ConditionTest, effect: Statement['effect']): readonly Fragility[] {
  if (key.toLowerCase() !== 'aws:principalarn' || !COMPARES[effect].test(operator)) return [];
  // `aws:PrincipalArn` is the role's ARN, never a session's (IAM User Guide, "AWS global condition context keys").
  const hasWildcards = /Arn|Like/.test(operator);
  return values.flatMap((value) => [...exact(value, [ROLE]), ...(hasWildcards ? regional(value, values) : [])]);
}

function inPrincipal({ effect, principal }: Statement): readonly Fragility[] {
  if (effect !== 'Allow' || principal?.negated !== false) return [];
  return principal.entries.flatMap(({ type, value }): readonly Fragility[] => {
    if (type !== 'AWS') return [];
    if (!isDeleted(value)) return exact(value, [ROLE, SESSION]);
    return [{ kind: 'deleted', principal: value, what: value.startsWith('AIDA') ? 'user' : 'role' }];
  });
}

/**
 * What of a trust policy lets nobody in any more, or stops doing so unnoticed, in the order of its statements; nothing for a policy
 * that cannot be read.
 */
export function fragilitiesOf(trustPolicy: unknown): readonly Fragility[] {
  const policy = parsePolicy(trustPolicy);
  if (policy.kind === 'malformed') return [];
  return policy.statements
    .filter(assumes)
    .flatMap((statement) => [
      ...inPrincipal(statement),
      ...statement.condition.flatMap((test) => inCondition(test, statement.effect)),
    ]);
}
