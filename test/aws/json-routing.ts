import { answerDynamoDb, tableResource } from './dynamodb/service.ts';
import { type Answer, AwsError, type AwsRequest } from './http.ts';
import { inputOf, type JsonInput, type JsonService, jsonAnswer, jsonError, requiredText, targetOf } from './json.ts';
import { answerKms, checkKeyId, kmsResource } from './kms/service.ts';
import { DYNAMODB_OPERATIONS, KMS_OPERATIONS, ORGANIZATIONS_OPERATIONS } from './operations.ts';
import { answerOrganizations, organizationsResource } from './organizations/service.ts';
import { deniedMessage } from './permissions.ts';
import type { Call, World } from './world.ts';

interface JsonRequest {
  readonly request: AwsRequest;
  readonly service: JsonService;
  /** The caller's, where it is known. */
  readonly account: string | undefined;
}

/** A request understood, not yet carried out. */
interface PreparedJson {
  readonly operation: string;
  readonly resource: string;
  readonly answer: () => Answer;
}

/** Understands a request of KMS, DynamoDB or Organizations; checks and effects happen in `answer`. */
export function prepareJson(world: World, json: JsonRequest, authenticate: () => Call): PreparedJson {
  const { request, service } = json;
  const place = { region: request.region, account: json.account ?? '' };
  try {
    const { operation, input } = { operation: targetOf(service, request), input: inputOf(request) };
    const found = serve(world, { service, operation, input, place });
    const answer = guarded(service, () => found.run(authenticate()));
    return { operation: `${service}:${operation}`, resource: found.resource, answer };
  } catch (error) {
    if (!(error instanceof AwsError)) throw error;
    return { operation: 'unknown', resource: '*', answer: () => jsonError(service, error) };
  }
}

function guarded(service: JsonService, run: () => object): () => Answer {
  return () => {
    try {
      return jsonAnswer(service, run());
    } catch (error) {
      if (error instanceof AwsError) return jsonError(service, error);
      throw error;
    }
  };
}

interface Asked {
  readonly service: JsonService;
  readonly operation: string;
  readonly input: JsonInput;
  /** Where the request was sent, and the account of the caller. */
  readonly place: { readonly region: string; readonly account: string };
}

interface Served {
  readonly resource: string;
  readonly run: (call: Call) => object;
}

function serve(world: World, { service, operation, input, place }: Asked): Served {
  const inKms = KMS_OPERATIONS.find((name) => service === 'kms' && name === operation);
  if (inKms !== undefined) {
    const resource = kmsResource(input, world, place);
    const run = (call: Call): object => {
      checkKeyId(input, call);
      authorize(call, { action: `kms:${inKms}`, resource });
      return answerKms(inKms, { input, resource }, call);
    };
    return { resource, run };
  }
  const inDynamoDb = DYNAMODB_OPERATIONS.find((name) => service === 'dynamodb' && name === operation);
  if (inDynamoDb !== undefined) {
    const resource = tableResource(input, place);
    const run = (call: Call): object => {
      requiredText(input, 'TableName');
      authorize(call, { action: `dynamodb:${inDynamoDb}`, resource });
      return answerDynamoDb(inDynamoDb, { input, resource }, call);
    };
    return { resource, run };
  }
  const inOrganizations = ORGANIZATIONS_OPERATIONS.find((name) => service === 'organizations' && name === operation);
  if (inOrganizations !== undefined) {
    const resource = organizationsResource(input, world, place);
    const run = (call: Call): object => {
      authorize(call, { action: `organizations:${inOrganizations}`, resource });
      return answerOrganizations(inOrganizations, input, call);
    };
    return { resource, run };
  }
  const message = `The stand-in does not imitate ${service} ${operation}`;
  throw new AwsError({ status: 400, code: 'UnknownOperationException', message });
}

/** Own resources are open but for denials; those of another account need its grant, and are not even said to exist. */
function authorize({ world, caller }: Call, { action, resource }: { action: string; resource: string }): void {
  const attempt = { caller, action, resource };
  const refuse = (message: string): AwsError => new AwsError({ status: 400, code: 'AccessDeniedException', message });
  const denial = world.permissions.denial(attempt);
  if (denial !== undefined) throw refuse(deniedMessage(attempt, denial));
  const owner = resource.split(':')[4];
  // Organizations says by itself who may ask; what a key's policy is, is told to nobody outside (KMS `GetKeyPolicy`, "Cross-account use: No").
  if (owner === caller.account || action.startsWith('organizations:')) return;
  // The policy of an AWS managed key admits its own account only, and nobody can change it (KMS "AWS managed keys").
  const key = world.kms.find(resource, world.settings.now());
  if (key?.manager !== 'AWS' && action !== 'kms:GetKeyPolicy' && world.permissions.isGranted({ resource }, attempt))
    return;
  if (!action.startsWith('kms:')) {
    throw refuse(deniedMessage(attempt, `because no resource-based policy allows the ${action} action`));
  }
  const why =
    'because the resource does not exist in this Region, no resource-based policies allow access, or a resource-based policy explicitly denies access';
  throw refuse(`User: ${caller.arn} is not authorized to perform: ${action} on this resource ${why}`);
}
