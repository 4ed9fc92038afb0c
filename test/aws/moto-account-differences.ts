import type { Difference } from './contract/contract.ts';
import * as observe from './moto-account-observations.ts';

/** Where moto 5.2.1 is not AWS about an account as a whole, the policies of its keys and its organization. */
export const motoAccountDifferences: readonly Difference[] = [
  {
    contract: 'the details of an account have users with policies, groups, boundary and tags, and groups with policies',
    instead: 'boundaries of users are left out, and their ids are not AWS’s',
    rulesOut: 'role-assumable and emergency-can-deploy: users under a boundary',
    observe: observe.leavesUserBoundaryOut,
  },
  {
    contract:
      'the details of an account have roles with trust, policies, boundary, tags and last use, but no longest session',
    instead: 'trust policies are plain',
    rulesOut: 'role-assumable: decoding of trust policies from the details of an account',
    observe: observe.answersPlainTrust,
  },
  {
    contract: 'the details of an account leave out what the filter does not name',
    instead: 'policies of AWS are left out even when asked for',
    rulesOut: 'emergency-can-deploy: documents of AWS’s policies without further questions',
    observe: observe.knowsNoPolicyOfAws,
  },
  {
    contract: 'the details of an account come in pages, which go through all its lists',
    instead: 'all come at once, whatever MaxItems says',
    rulesOut: 'role-assumable: principals beyond the first page',
    observe: observe.answersDetailsAtOnce,
  },
  {
    contract: 'the policy of a key leaves everything to the IAM of its account, unless another was given',
    instead: 'it is found only by the name `default`',
    rulesOut: 'emergency-reaches-state: every verdict about keys',
    observe: observe.asksForPolicyName,
  },
  {
    contract: 'the root is nobody’s child, and a child that does not exist is not found',
    instead: 'the root has no parents, and an account that does not exist is AccountNotFoundException',
    rulesOut: 'role-assumable: guardrails of an account that is not in the organization',
    observe: observe.answersNoParents,
  },
  {
    contract: 'FullAWSAccess is a policy of AWS that allows everything',
    instead: 'its ARN is one of the organization',
    rulesOut: 'none: policies are told apart by their ids',
    observe: observe.ownsFullAccess,
  },
  {
    contract: 'a policy or target that does not exist is not found',
    instead: 'an account that does not exist is AccountNotFoundException',
    rulesOut: 'none: both are gaps',
    observe: observe.namesMissingAccount,
  },
];
