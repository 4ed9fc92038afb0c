import type { GapCause } from '../model/gap.ts';

/** AWS error names, as the SDK gives them, and the one cause that each is. A name that is not here is a gap all the same. */
const causeByName: Readonly<Record<string, GapCause>> = {
  AccessDenied: 'access-denied',
  AccessDeniedException: 'access-denied',
  AllAccessDisabled: 'access-denied',
  UnauthorizedOperation: 'access-denied',
  AccountProblem: 'access-denied',
  AccessDeniedForDependencyException: 'access-denied',
  NotAuthorized: 'access-denied',
  NoSuchBucket: 'not-found',
  NoSuchEntity: 'not-found',
  NoSuchEntityException: 'not-found',
  NoSuchKey: 'not-found',
  NotFound: 'not-found',
  SlowDown: 'throttled',
  ServiceUnavailable: 'throttled',
  Throttling: 'throttled',
  ThrottlingException: 'throttled',
  ThrottledException: 'throttled',
  LimitExceededException: 'throttled',
  ProvisionedThroughputExceededException: 'throttled',
  RequestLimitExceeded: 'throttled',
  TooManyRequestsException: 'throttled',
  AuthorizationHeaderMalformed: 'wrong-region',
  IllegalLocationConstraintException: 'wrong-region',
  PermanentRedirect: 'wrong-region',
  TemporaryRedirect: 'wrong-region',
  MethodNotAllowed: 'not-implemented',
  NotImplemented: 'not-implemented',
  UnknownOperationException: 'not-implemented',
  UnsupportedArgument: 'not-implemented',
  UnsupportedOperation: 'not-implemented',
  XNotImplemented: 'not-implemented',
  ExpiredToken: 'credentials-rejected',
  ExpiredTokenException: 'credentials-rejected',
  IncompleteSignature: 'credentials-rejected',
  IncompleteSignatureException: 'credentials-rejected',
  InvalidAccessKeyId: 'credentials-rejected',
  InvalidClientTokenId: 'credentials-rejected',
  InvalidSignatureException: 'credentials-rejected',
  InvalidToken: 'credentials-rejected',
  MissingAuthenticationTokenException: 'credentials-rejected',
  OptInRequired: 'credentials-rejected',
  RegionDisabledException: 'credentials-rejected',
  RequestExpired: 'credentials-rejected',
  RequestTimeTooSkewed: 'credentials-rejected',
  SignatureDoesNotMatch: 'credentials-rejected',
  TokenRefreshRequired: 'credentials-rejected',
  UnrecognizedClientException: 'credentials-rejected',
  CredentialsProviderError: 'no-credentials',
  DeadlinePassed: 'deadline',
  Interrupted: 'interrupted',
  NotAwsShaped: 'not-aws-shaped',
  NotRecorded: 'not-recorded',
};

/** HEAD answers have no body, so no error name: the status is all there is. */
const causeByStatus: Readonly<Record<number, GapCause>> = {
  301: 'wrong-region',
  307: 'wrong-region',
  401: 'access-denied',
  403: 'access-denied',
  404: 'not-found',
  405: 'not-implemented',
  429: 'throttled',
  501: 'not-implemented',
  503: 'throttled',
};

/** An error of the SDK, reduced to what classifying needs. */
export interface Failure {
  readonly name: string;
  readonly message: string;
  /** HTTP status; null when nothing answered. */
  readonly status: number | null;
}

/** Reduces anything thrown to a `Failure`. */
export function failureOf(error: unknown): Failure {
  if (!(error instanceof Error)) return { name: 'Error', message: String(error), status: null };
  const status = '$metadata' in error ? statusIn(error.$metadata) : null;
  return { name: error.name, message: error.message, status };
}

/** The cause of a gap for an error that is not an answer; `answered` when HTTP came back, whatever the SDK made of it. */
export function causeOf({ name, status }: Failure, answered: boolean): GapCause {
  const named = Object.hasOwn(causeByName, name) ? causeByName[name] : undefined;
  if (named) return named;
  if (status === null) return answered ? 'unexpected-answer' : 'unreachable';
  // A name that AWS gave and we do not know is no licence to read the status as something else, except where HEAD hid it.
  if (name === 'Unknown' || name === 'UnknownError' || name === 'Error')
    return causeByStatus[status] ?? 'unexpected-answer';
  return 'unexpected-answer';
}

function statusIn(metadata: unknown): number | null {
  if (typeof metadata !== 'object' || metadata === null || !('httpStatusCode' in metadata)) return null;
  return typeof metadata.httpStatusCode === 'number' ? metadata.httpStatusCode : null;
}
