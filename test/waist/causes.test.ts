import { describe, expect, it } from '@jest/globals';
import { causeOf, failureOf } from '../../src/aws/gaps.ts';
import type { GapCause } from '../../src/model/gap.ts';

const byCause: Partial<Record<GapCause, readonly string[]>> = {
  'access-denied': [
    'AccessDenied',
    'AccessDeniedException',
    'AllAccessDisabled',
    'UnauthorizedOperation',
    'AccountProblem',
    'NotAuthorized',
  ],
  'not-found': ['NoSuchBucket', 'NoSuchEntity', 'NoSuchEntityException', 'NoSuchKey', 'NotFound'],
  throttled: [
    'SlowDown',
    'ServiceUnavailable',
    'Throttling',
    'ThrottlingException',
    'ThrottledException',
    'LimitExceededException',
    'ProvisionedThroughputExceededException',
    'RequestLimitExceeded',
    'TooManyRequestsException',
  ],
  'wrong-region': [
    'AuthorizationHeaderMalformed',
    'IllegalLocationConstraintException',
    'PermanentRedirect',
    'TemporaryRedirect',
  ],
  'not-implemented': [
    'MethodNotAllowed',
    'NotImplemented',
    'UnknownOperationException',
    'UnsupportedArgument',
    'UnsupportedOperation',
    'XNotImplemented',
  ],
  'credentials-rejected': [
    'ExpiredToken',
    'ExpiredTokenException',
    'IncompleteSignature',
    'IncompleteSignatureException',
    'InvalidAccessKeyId',
    'InvalidClientTokenId',
    'InvalidSignatureException',
    'InvalidToken',
    'MissingAuthenticationTokenException',
    'OptInRequired',
    'RegionDisabledException',
    'RequestExpired',
    'RequestTimeTooSkewed',
    'SignatureDoesNotMatch',
    'TokenRefreshRequired',
    'UnrecognizedClientException',
  ],
  'no-credentials': ['CredentialsProviderError'],
  deadline: ['DeadlinePassed'],
  interrupted: ['Interrupted'],
  'not-aws-shaped': ['NotAwsShaped'],
  'not-recorded': ['NotRecorded'],
};
const named = Object.entries(byCause).flatMap(([cause, names]) => names.map((name) => [name, cause] as const));

describe('the cause of a failure', () => {
  it.each(named)('%s is %s, whatever the status and whether anything answered', (name, cause) => {
    const causes = [null, 200, 400, 403, 404, 500, 503].flatMap((status) =>
      [true, false].map((answered) => causeOf({ name, message: '', status }, answered)),
    );
    expect(new Set(causes)).toEqual(new Set([cause]));
  });

  // The SDK has no name for an answer without a body.
  it.each([
    [301, 'wrong-region'],
    [307, 'wrong-region'],
    [401, 'access-denied'],
    [403, 'access-denied'],
    [404, 'not-found'],
    [405, 'not-implemented'],
    [429, 'throttled'],
    [501, 'not-implemented'],
    [503, 'throttled'],
    [200, 'unexpected-answer'],
    [302, 'unexpected-answer'],
    [400, 'unexpected-answer'],
    [500, 'unexpected-answer'],
    [599, 'unexpected-answer'],
  ] as const)('a nameless answer of status %i is %s', (status, cause) => {
    expect(['Unknown', 'UnknownError', 'Error'].map((name) => causeOf({ name, message: '', status }, true))).toEqual([
      cause,
      cause,
      cause,
    ]);
  });

  it.each([403, 404, 503])('a name that nobody knows is not read by its status %i', (status) => {
    expect(causeOf({ name: 'SomethingNew', message: '', status }, true)).toBe('unexpected-answer');
  });

  it.each(['toString', 'constructor', '__proto__', 'hasOwnProperty'])('%s is no name in the table', (name) => {
    expect(causeOf({ name, message: '', status: 400 }, true)).toBe('unexpected-answer');
  });

  it('without a status, nobody answered; unless somebody did, and the SDK could not make sense of it', () => {
    const failure = { name: 'TimeoutError', message: '', status: null };
    expect([causeOf(failure, false), causeOf(failure, true)]).toEqual(['unreachable', 'unexpected-answer']);
  });
});

describe('what is thrown', () => {
  const thrown = (metadata: unknown) => Object.assign(new Error('no'), { name: 'E', $metadata: metadata });

  it.each([
    ['an SDK error', thrown({ httpStatusCode: 403 }), { name: 'E', message: 'no', status: 403 }],
    ['an SDK error of the network', thrown({ attempts: 3 }), { name: 'E', message: 'no', status: null }],
    ['an error with odd metadata', thrown('odd'), { name: 'E', message: 'no', status: null }],
    ['an error with an odd status', thrown({ httpStatusCode: '403' }), { name: 'E', message: 'no', status: null }],
    ['a plain error', new TypeError('no'), { name: 'TypeError', message: 'no', status: null }],
    ['something else', 'text', { name: 'Error', message: 'text', status: null }],
    ['nothing', undefined, { name: 'Error', message: 'undefined', status: null }],
  ])('%s is reduced to name, message and status', (_, error, failure) => {
    expect(failureOf(error)).toEqual(failure);
  });
});
