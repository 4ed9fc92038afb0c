import { AwsError } from '../http.ts';
import type { JsonInput } from '../json.ts';
import type { OrganizationsOperation } from '../operations.ts';
import type { Call, World } from '../world.ts';
import type { Node, OrganizationPolicy, OrganizationStore } from './store.ts';

const organizationOf = (world: World, account: string): OrganizationStore | undefined =>
  world.organizations.find(({ nodes }) => nodes.has(account));

/** The ARN that an Organizations call is about: the child, the target or the policy that it names, if there is one. */
export function organizationsResource(input: JsonInput, world: World, caller: { readonly account: string }): string {
  const organization = organizationOf(world, caller.account);
  const id = String(input['ChildId'] ?? input['TargetId'] ?? input['PolicyId']);
  return organization?.nodes.get(id)?.arn ?? organization?.policies.get(id)?.arn ?? '*';
}

const refusal = (code: string, message: string): AwsError => new AwsError({ status: 400, code, message });

/**
 * Answers an Organizations call (Organizations API reference): "You can only call this operation from the management account
 * or a member account that is a delegated administrator", but for `DescribeOrganization`.
 */
export function answerOrganizations(
  operation: OrganizationsOperation,
  input: JsonInput,
  { world, caller: { account } }: Call,
): object {
  const organization = organizationOf(world, account);
  if (organization === undefined) {
    throw refusal('AWSOrganizationsNotInUseException', 'Your account is not a member of an organization.');
  }
  if (operation === 'DescribeOrganization') return { Organization: description(organization) };
  if (account !== organization.management && !organization.delegates.has(account)) {
    throw refusal('AccessDeniedException', "You don't have permissions to access this resource.");
  }
  switch (operation) {
    case 'ListParents':
      return parents(organization, input, world);
    case 'ListPoliciesForTarget':
      return policiesOf(organization, input, world);
    case 'DescribePolicy':
      return policy(organization, input);
  }
}

/** `AvailablePolicyTypes` "doesn't provide complete information": SCPs alone, and not whether the root has them on. */
function description({ id, arn, management, nodes }: OrganizationStore): object {
  return {
    Id: id,
    Arn: arn,
    FeatureSet: 'ALL',
    MasterAccountId: management,
    MasterAccountArn: nodes.get(management)?.arn,
    MasterAccountEmail: 'management@example.com',
    AvailablePolicyTypes: [{ Type: 'SERVICE_CONTROL_POLICY', Status: 'ENABLED' }],
  };
}

/** The patterns of what is asked about, in the API reference. */
const PATTERNS: Readonly<Record<string, RegExp>> = {
  ChildId: /^(\d{12}|ou-[0-9a-z]{4,32}-[a-z0-9]{8,32})$/,
  TargetId: /^(r-[0-9a-z]{4,32}|\d{12}|ou-[0-9a-z]{4,32}-[a-z0-9]{8,32})$/,
  PolicyId: /^p-[0-9a-zA-Z_]{8,128}$/,
  Filter: /^[A-Z0-9_]+_POLICY(_EC2)?$/,
};

/** A required member (Organizations `InvalidInputException`). */
function required(input: JsonInput, name: string): string {
  const value = input[name];
  if (typeof value === 'string' && PATTERNS[name]?.test(value) === true) return value;
  throw refusal('InvalidInputException', 'You specified an invalid value.');
}

function parents(organization: OrganizationStore, input: JsonInput, world: World): object {
  const child = organization.nodes.get(required(input, 'ChildId'));
  const parent = organization.nodes.get(child?.parent ?? '');
  if (parent === undefined) throw refusal('ChildNotFoundException', "You specified a child that doesn't exist.");
  return page('Parents', [{ Id: parent.id, Type: parent.kind }], input, world);
}

/**
 * What is attached to the target itself. No error is documented for a type that is off: its policies were detached when it was
 * turned off (Organizations "Disabling a policy type"), so the list is empty.
 */
function policiesOf(organization: OrganizationStore, input: JsonInput, world: World): object {
  const filter = required(input, 'Filter');
  const target: Node | undefined = organization.nodes.get(required(input, 'TargetId'));
  if (target === undefined) throw refusal('TargetNotFoundException', "You specified a target that doesn't exist.");
  const attached = [...target.attached].flatMap((id) => organization.policies.get(id) ?? []);
  const found = attached.filter(({ type }) => type === filter).map(summary);
  return page('Policies', found, input, world);
}

function policy(organization: OrganizationStore, input: JsonInput): object {
  const found = organization.policies.get(required(input, 'PolicyId'));
  if (found === undefined) throw refusal('PolicyNotFoundException', "You specified a policy that doesn't exist.");
  return { Policy: { PolicySummary: summary(found), Content: found.content } };
}

function summary({ id, arn, name, description: text, type, awsManaged }: OrganizationPolicy): object {
  return { Id: id, Arn: arn, Name: name, Description: text, Type: type, AwsManaged: awsManaged };
}

/** One page of a list (Organizations `MaxResults`, 20 at most; `NextToken`, absent when nothing is left). */
function page(name: string, entries: readonly object[], input: JsonInput, { settings }: World): object {
  const { MaxResults: size = settings.organizationsPageSize, NextToken: token } = input;
  const start = typeof token === 'string' ? Number(Buffer.from(token, 'base64').toString('latin1')) : 0;
  if (!Number.isSafeInteger(start)) throw refusal('InvalidInputException', 'You specified an invalid value.');
  const end = start + Number(size);
  const NextToken = end < entries.length ? Buffer.from(String(end)).toString('base64') : undefined;
  return { [name]: entries.slice(start, end), NextToken };
}
