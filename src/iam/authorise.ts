import { nameOf } from './arn.ts';
import { callerName } from './caller.ts';
import type { Case } from './case.ts';
import { applications, effectOf, refTo } from './effects.ts';
import { how, LIMITS, limited } from './limits.ts';
import type { Grant } from './principals.ts';
import { allOf, oneOf, PASSED, type Ruling, refuse, rule } from './ruling.ts';
import { type Applied, mayApply } from './statements.ts';
import { some } from './truth.ts';

function notDenied(asked: Case): Ruling {
  const { trust, identity, boundary, session, scps, rcps } = asked.policies;
  const placed = [...scps.flat(), ...rcps, trust, ...identity, ...[boundary, session].filter((one) => one !== null)];
  const { truth, statements } = effectOf(placed, 'Deny', asked);
  const by = statements.map(({ policy, statement }) => `statement ${statement} of the ${policy}`)[0] ?? '';
  const certain = refuse(`${by} explicitly denies ${asked.action} to ${callerName(asked.call.caller)}`, statements);
  return truth === true ? certain : rule(truth, certain, PASSED);
}

const scpsAllow = (asked: Case): Ruling =>
  allOf(
    asked.policies.scps.map((level, index) => {
      const { truth } = effectOf(level, 'Allow', asked);
      return rule(
        truth,
        PASSED,
        refuse(`no SCP of level ${index + 1}, counted from the root, allows ${asked.action} to the caller's account`),
      );
    }),
  );

/** A role may assume itself only where its trust policy says so by name (AWS Security Blog, 2022-09-21). */
function selfAssumption(grant: Grant, { call: { caller, role }, policies }: Case): Ruling {
  if (caller.kind !== 'role' || caller.account !== role.account) return PASSED;
  const isSelf = caller.arn === null ? caller.name === nameOf(role.arn) : caller.arn === role.arn;
  if (!isSelf || grant === 'role' || grant === 'session') return PASSED;
  const detail = 'the role would assume itself, for which AWS asks a trust policy that names it';
  return { verdict: 'unknown', undecided: [{ kind: 'disputed', policy: policies.trust.label, detail }] };
}

/** The caller's own policies are asked once for each way of being named, however many statements name it so. */
function throughGrant(grant: Grant, ways: readonly Applied[], asked: Case): Ruling {
  const { trust } = asked.policies;
  const certain = ways.filter(({ truth }) => truth === true).map((way) => refTo(trust, way));
  const granted: Ruling = { verdict: 'yes', because: how(grant, asked), statements: certain };
  const truth = some(ways.map((way) => way.truth));
  const limits = LIMITS.map((limit) => limited(limit, grant, asked));
  return allOf([rule(truth, granted, PASSED), ...limits, selfAssumption(grant, asked)]);
}

function notTrusted(applied: readonly Applied[], { call, action, policies }: Case): Ruling {
  const who = callerName(call.caller);
  const [closest] = applied;
  if (!closest?.unmet)
    return refuse(`no statement of the trust policy allows ${action} to ${who} of account ${call.caller.account}`);
  const { statement, unmet } = closest;
  return refuse(
    `statement ${statement.label} of the trust policy would let ${who} in, but its condition ${unmet.operator} ${unmet.key} is not met`,
    [refTo(policies.trust, closest)],
  );
}

function throughTrust(asked: Case): Ruling {
  const { applied, unusable } = applications(asked.policies.trust, 'Allow', asked);
  const grants = new Set(applied.filter(mayApply).map(({ grant }) => grant));
  const ways = [...grants].map((grant) =>
    throughGrant(
      grant,
      applied.filter((one) => one.grant === grant && mayApply(one)),
      asked,
    ),
  );
  const doubt: readonly Ruling[] = unusable ? [{ verdict: 'unknown', undecided: unusable.undecided }] : [];
  return oneOf([...ways, ...doubt], notTrusted(applied, asked));
}

/** Whether one action of one call is allowed, in the order of the policy evaluation logic (IAM User Guide). */
export const authorise = (asked: Case): Ruling => allOf([notDenied(asked), scpsAllow(asked), throughTrust(asked)]);
