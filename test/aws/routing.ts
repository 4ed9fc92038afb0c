import { type Caller, credentialError } from './accounts.ts';
import { assumptionRefused } from './assume-role.ts';
import { type Answer, AwsError, type AwsRequest, header } from './http.ts';
import { answerIam, iamResource } from './iam/service.ts';
import { prepareJson } from './json-routing.ts';
import { IAM_OPERATIONS, STS_OPERATIONS } from './operations.ts';
import { deniedMessage } from './permissions.ts';
import { type QueryService, queryAnswer, queryError } from './query.ts';
import { prepareS3 } from './s3/service.ts';
import { answerSts, stsResource } from './sts.ts';
import type { Call, World } from './world.ts';

/** A request that has been understood but not yet carried out, so that a fault can take its place. */
export interface Prepared {
  readonly operation: string;
  readonly resource: string;
  readonly account: string | undefined;
  readonly answer: () => Answer;
}

/** Finds the operation and the caller of a request; every error becomes the answer of the service that was asked. */
export function prepare(world: World, request: AwsRequest): Prepared {
  const sessionToken = header(request, 'x-amz-security-token');
  const found = world.accounts.identify({
    accessKeyId: request.accessKeyId,
    sessionToken,
    now: world.settings.now(),
  });
  const caller = typeof found === 'string' ? undefined : found;
  const authenticate = (): Call => {
    if (typeof found === 'string') throw credentialError(request.service, found);
    rememberUse(world, { caller: found, region: request.region });
    return { world, request, caller: found };
  };
  const account = caller?.account;
  switch (request.service) {
    case 's3':
      return { ...prepareS3(world, request, authenticate), account };
    case 'iam':
    case 'sts':
      return { ...prepareQuery(world, { request, service: request.service, caller }, authenticate), account };
    case 'kms':
    case 'dynamodb':
    case 'organizations':
      return { ...prepareJson(world, { request, service: request.service, account }, authenticate), account };
  }
}

function rememberUse(world: World, { caller, region }: { caller: Caller; region: string }): void {
  if (caller.roleArn === undefined) return;
  for (const role of world.iam(caller.account).roles.values()) {
    if (role.arn === caller.roleArn) role.lastUsed = { at: world.settings.now(), region };
  }
}

interface Query {
  readonly request: AwsRequest;
  readonly service: QueryService;
  readonly caller: Caller | undefined;
}

function prepareQuery(world: World, query: Query, authenticate: () => Call): Omit<Prepared, 'account'> {
  const { service } = query;
  const params = new URLSearchParams(query.request.body.toString('utf8'));
  const action = params.get('Action') ?? '';
  const iam = IAM_OPERATIONS.find((name) => service === 'iam' && name === action);
  const sts = STS_OPERATIONS.find((name) => service === 'sts' && name === action);
  const operation = iam ?? sts;
  if (operation === undefined) {
    const message = `Could not find operation ${action}; the stand-in does not imitate it`;
    const error = new AwsError({ status: 400, code: 'InvalidAction', message });
    return { operation: 'unknown', resource: '*', answer: () => queryError(service, error) };
  }
  const resource =
    sts === undefined ? iamResource(params, world.iam(query.caller?.account ?? ''), query.caller) : stsResource(params);
  const answer = (): Answer => {
    try {
      const call = authenticate();
      if (operation !== 'GetCallerIdentity') authorize(call, `${service}:${operation}`, resource);
      const content =
        iam === undefined ? answerSts(sts ?? 'GetCallerIdentity', params, call) : answerIam(iam, params, call);
      return queryAnswer({ service, operation, content });
    } catch (error) {
      if (error instanceof AwsError) return queryError(service, error);
      throw error;
    }
  };
  return { operation: `${service}:${operation}`, resource, answer };
}

function authorize(call: Call, action: string, resource: string): void {
  const { world, caller } = call;
  const attempt = { caller, action, resource };
  const why = world.permissions.denial(attempt);
  if (why === undefined) return;
  if (action === 'sts:AssumeRole') throw assumptionRefused(call, { action, arn: resource });
  throw new AwsError({ status: 403, code: 'AccessDenied', message: deniedMessage(attempt, why) });
}
