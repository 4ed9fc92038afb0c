import type { Admitted, AdmittedKind, RoleClass } from '../model/assumability.ts';
import type { Admission } from './admitted.ts';
import { isIssuedBy } from './admitted-names.ts';

const PEOPLE: ReadonlySet<AdmittedKind> = new Set<AdmittedKind>([
  'self-hosted-orchestrator',
  'own-account',
  'other-account',
  'named-principal',
  'sso',
  'saml',
  'wildcard',
]);

const isOrchestrator = ({ kind }: Admitted): boolean => kind === 'orchestrator-account' || kind === 'orchestrator-oidc';

/** Who of them is there to be let in: a role that names itself lets in nobody new. */
const livingIn = ({ admitted, deniesAll }: Admission, roleArn: string): readonly Admitted[] =>
  deniesAll
    ? []
    : admitted.filter(
        ({ kind, expired, principal }) => kind !== 'deleted-principal' && expired === null && principal !== roleArn,
      );

const isOpen = ({ more, deniesAll }: Admission): boolean => more.length > 0 && !deniesAll;

/** Whom a role leaves in when the orchestrator is gone, conditions aside. */
export function classOf(one: Admission, roleArn: string): RoleClass {
  const living = livingIn(one, roleArn);
  if (living.some(({ kind }) => PEOPLE.has(kind))) return 'people';
  if (isOpen(one)) return 'undecided';
  if (living.length === 0) return 'nobody';
  if (living.every(isOrchestrator)) return 'orchestrator-only';
  return living.every((each) => isOrchestrator(each) || each.kind === 'worker') ? 'worker-only' : 'machines';
}

/** The roles of a trust policy whose own trust decides what they are. */
export const namedRoles = ({ admitted }: Admission, roleArn: string): readonly string[] => [
  ...new Set(
    admitted.flatMap(({ kind, principal }) =>
      kind === 'named-principal' && /^arn:[a-z-]+:iam::\d{12}:role\//.test(principal) && principal !== roleArn
        ? [principal]
        : [],
    ),
  ),
];

// Amazon EKS User Guide, "Create an IAM OIDC provider for your cluster". A role trusts only providers of its own account.
const CLUSTERS = ['oidc.eks.*.amazonaws.com', 'oidc.eks.*.amazonaws.com.cn'] as const;

const isMachine = ({ kind, principal }: Admitted): boolean =>
  kind === 'service' || (kind === 'oidc' && isIssuedBy(principal, CLUSTERS));

/**
 * What a named role is, by whom its own trust lets in: a worker where that is a service such as EC2, ECS or EKS, or a cluster's
 * own tokens, which people reach through the machine alone; a person where people can become it, or may.
 */
export function kindBehind(one: Admission, roleArn: string): AdmittedKind {
  const living = livingIn(one, roleArn);
  switch (classOf(one, roleArn)) {
    case 'people':
    case 'undecided':
      return 'named-principal';
    case 'nobody':
      return 'deleted-principal';
    case 'orchestrator-only':
      return living.some(({ kind }) => kind === 'orchestrator-account') ? 'orchestrator-account' : 'orchestrator-oidc';
    case 'worker-only':
    case 'machines':
      return living.every((each) => isMachine(each) || isOrchestrator(each)) ? 'worker' : 'oidc';
  }
}

/** The same, once it is known what the roles are that it names. */
export const oneHopFurther = (one: Admission, kinds: ReadonlyMap<string, AdmittedKind>): Admission => ({
  ...one,
  admitted: one.admitted.map((each) => {
    const behind = each.kind === 'named-principal' ? kinds.get(each.principal) : undefined;
    return behind === undefined ? each : { ...each, kind: behind };
  }),
});
