/**
 * One thing that a call of `sts:AssumeRole` must bring, or that must be so, for it to succeed. `hop` counts from 1, in a chain of
 * roles only. The names are those of `dr-audit can-assume`.
 */
export type Requirement = { readonly hop?: number } & (
  | {
      readonly type: 'mfa';
      /** How long ago the code may have been given, at most. */
      readonly maxAgeSeconds?: number;
    }
  | {
      readonly type: 'externalId' | 'sessionName' | 'callerSessionName' | 'sourceIdentity' | 'vpcEndpoint';
      readonly equals: string;
    }
  | { readonly type: 'sourceIp'; readonly in: readonly [string, ...string[]] }
  | { readonly type: 'requestedRegion'; readonly anyOf: readonly [string, ...string[]] }
  | {
      readonly type: 'requestTags';
      readonly keys: readonly string[];
      readonly tags: Readonly<Record<string, string>>;
      readonly needsAction: 'sts:TagSession';
    }
  | { readonly type: 'credentialType'; readonly equals: 'long-term' | 'temporary' }
  /** Nobody chooses these when calling: they are so, or they are not. */
  | { readonly type: 'orgId' | 'resourceOrgId'; readonly equals: string | null }
  | { readonly type: 'principalTags'; readonly tags: Readonly<Record<string, string>> }
);

/** What is so or not, whoever calls: a verdict that waits for one of these waits for a fact, not for a person. */
export const isFact = ({ type }: Requirement): boolean =>
  type === 'orgId' || type === 'resourceOrgId' || type === 'principalTags';

const pairs = (tags: Readonly<Record<string, string>>): string =>
  Object.entries(tags)
    .map(([key, text]) => `${key}=${text}`)
    .join(', ');

function spokenAlone(requirement: Requirement): string {
  switch (requirement.type) {
    case 'mfa':
      return requirement.maxAgeSeconds === undefined
        ? 'MFA'
        : `MFA not older than ${requirement.maxAgeSeconds} seconds`;
    case 'externalId':
      return `the external id ${requirement.equals}`;
    case 'sessionName':
      return `the session name ${requirement.equals}`;
    case 'callerSessionName':
      return `a session of their own that is named ${requirement.equals}`;
    case 'sourceIdentity':
      return `the source identity ${requirement.equals}`;
    case 'vpcEndpoint':
      return `a call through the VPC endpoint ${requirement.equals}`;
    case 'sourceIp':
      return `a call from ${requirement.in.join(' or ')}`;
    case 'requestedRegion':
      return `the STS endpoint of ${requirement.anyOf.join(' or ')}`;
    case 'requestTags':
      return `the session tags ${pairs(requirement.tags)}`;
    case 'credentialType':
      return requirement.equals === 'temporary' ? 'temporary credentials' : 'access keys';
    case 'orgId':
      return `a principal in ${requirement.equals === null ? 'no organization' : `the organization ${requirement.equals}`}`;
    case 'resourceOrgId':
      return `a role in ${requirement.equals === null ? 'no organization' : `the organization ${requirement.equals}`}`;
    case 'principalTags':
      return `a principal with the tags ${pairs(requirement.tags)}`;
  }
}

/** What a person reads: `MFA`, `the external id dr-2024 for hop 2`. */
export const spoken = (requirement: Requirement): string =>
  requirement.hop === undefined ? spokenAlone(requirement) : `${spokenAlone(requirement)} for hop ${requirement.hop}`;
