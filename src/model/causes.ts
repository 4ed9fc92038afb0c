import type { GapCause } from './gap.ts';

/** What each cause means, in a few words: the heading of a group, and the middle of a sentence. */
export const meanings: Readonly<Record<GapCause, string>> = {
  'access-denied': 'AWS denied access',
  'not-found': 'not found',
  throttled: 'AWS throttled the calls',
  'wrong-region': 'the bucket is in another region than the one asked',
  'not-implemented': 'the store does not implement the call',
  'not-aws-shaped': 'something that is not AWS answered',
  'unexpected-answer': 'the answer has a form that is not interpreted',
  unreachable: 'nothing answered',
  'no-credentials': 'there are no AWS credentials',
  'credentials-rejected': 'AWS rejected the credentials',
  'not-asked': 'not asked in this run',
  'not-recorded': 'the evidence file does not hold the answer',
  'endpoint-not-allowed': 'the endpoint is not allowed',
  'account-not-read': 'the account cannot be read',
  deadline: 'the deadline passed',
  interrupted: 'the audit was interrupted',
  unparsable: 'the tool would refuse the code',
  'backend-incomplete': 'the repository does not say where the state is',
  'backend-unsupported': 'the backend cannot be inspected',
  'never-applied': 'the stack was never applied',
  'role-not-named': 'no source names the deployment role',
  'no-principals-configured': 'no emergency principals are configured',
  undecided: 'it could not be decided',
};
