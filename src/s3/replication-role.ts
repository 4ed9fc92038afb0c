import { type Answer, clause } from '../iam/answer.ts';
import { parseArn } from '../iam/arn.ts';
import { isPermitted } from '../iam/permitted.ts';
import { serviceMayAssume } from '../iam/service.ts';
import { isKeyArn, type Need, needsOf, type ReplicationRoleQuestion } from './replication-needs.ts';

export type { ReplicationRoleQuestion };

/** Whether S3 can copy with a role, as far as the role's own policies go; `because` is one clause for people. */
export type RoleJudgement =
  | { readonly verdict: 'works' }
  | { readonly verdict: 'broken'; readonly because: string }
  /** The role's own policies allow it nowhere; the policy of what it is about could, and is not seen here. */
  | {
      readonly verdict: 'lacking';
      readonly because: string;
      /** Whose policy could; `bucket` is its name. */
      readonly grantor: { readonly kind: 'bucket'; readonly bucket: string } | { readonly kind: 'key' };
    }
  | { readonly verdict: 'undecided'; readonly because: string };

const SERVICE = 's3.amazonaws.com';
const WORKS: RoleJudgement = { verdict: 'works' };

function judgeNeed(role: ReplicationRoleQuestion, { actions, resource, context, under, fails }: Need): RoleJudgement {
  const { roleArn, identityPolicies, boundary } = role;
  const policies = { identityPolicies, ...(boundary === null ? {} : { permissionsBoundary: boundary }) };
  const [asked] = actions;
  const call = `${asked} ${resource}${under}`;
  if (asked.startsWith('kms:') && !isKeyArn(resource)) {
    return {
      verdict: 'undecided',
      because: `whether its role ${roleArn} may ${call} cannot be decided: the key is not named by its ARN`,
    };
  }
  const answers = actions.map((action) =>
    isPermitted({ ...policies, action, resource, principalArn: roleArn, context }),
  );
  const [first] = answers;
  if (!first || answers.some(({ verdict }) => verdict === 'yes')) return WORKS;
  const open = answers.find((answer) => answer.verdict === 'unknown');
  if (open?.verdict === 'unknown') {
    return {
      verdict: 'undecided',
      because: `whether its role ${roleArn} may ${call} cannot be decided: ${clause(open.undecided[0])}`,
    };
  }
  const because = `its role ${roleArn} may not ${call}: ${first.because}`;
  if (!fails) return { verdict: 'undecided', because: `${because}, and AWS does not say whether S3 copies without it` };
  // Only a denial rests on statements. In its own account, a bucket's or key's policy that names the role is enough
  // (https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic.html); in another one both must allow
  // (https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic-cross-account.html).
  const owner = context.values['aws:resourceaccount'];
  const isForeign = owner !== undefined && owner !== parseArn(roleArn)?.account;
  if (first.verdict === 'no' && (isForeign || first.statements.length > 0)) return { verdict: 'broken', because };
  return { verdict: 'lacking', because, grantor: grantorOf(resource) };
}

const grantorOf = (resource: string): Extract<RoleJudgement, { verdict: 'lacking' }>['grantor'] => {
  const [, bucket] = /^arn:[^:]+:s3:::([^/]+)/.exec(resource) ?? [];
  return bucket === undefined ? { kind: 'key' } : { kind: 'bucket', bucket };
};

function judgeTrust({ roleArn, trustPolicy, source }: ReplicationRoleQuestion, bucket: string): RoleJudgement {
  const values = {
    'aws:sourcearn': bucket,
    ...(source.account === null ? {} : { 'aws:sourceaccount': source.account }),
  };
  const answer: Answer = serviceMayAssume({ service: SERVICE, roleArn, trustPolicy, context: { values } });
  switch (answer.verdict) {
    case 'yes':
      return WORKS;
    case 'no':
      return {
        verdict: 'broken',
        because: `S3 cannot assume its role ${roleArn}: its trust policy does not let ${SERVICE} in (${answer.because})`,
      };
    case 'unknown':
      return {
        verdict: 'undecided',
        because: `whether the trust policy of its role ${roleArn} lets ${SERVICE} in cannot be decided: ${clause(answer.undecided[0])}`,
      };
  }
}

/**
 * Whether S3 can copy one object with the role of a replication configuration. Broken, or lacking, only where AWS documents
 * that copying fails. The policies of buckets, keys and organization are not looked at; in the destination's account they must allow, too.
 */
export function judgeReplicationRole(role: ReplicationRoleQuestion): RoleJudgement {
  const { roleArn, kms } = role;
  const partition = parseArn(roleArn)?.partition ?? null;
  if (partition === null) return { verdict: 'undecided', because: `${roleArn} is not the ARN of a role` };
  const arn = (resource: string) => `arn:${partition}:s3:::${resource}`;
  const unnamed: readonly RoleJudgement[] =
    kms?.sourceKey === null ? [{ verdict: 'undecided', because: 'the key that encrypts the state is not known' }] : [];
  const judgements = [
    judgeTrust(role, arn(role.source.bucket)),
    ...needsOf(role, arn).map((need) => judgeNeed(role, need)),
    ...unnamed,
  ];
  const find = (verdict: RoleJudgement['verdict']) => judgements.find((one) => one.verdict === verdict);
  return find('broken') ?? find('lacking') ?? find('undecided') ?? WORKS;
}
