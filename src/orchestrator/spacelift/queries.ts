const HOOKS =
  'hooks { beforeInit afterInit beforePlan afterPlan beforeApply afterApply beforePerform afterPerform beforeDestroy afterDestroy afterRun }';

const CONFIG = 'config { id type value writeOnly checksum runtime }';

/** Every field of a stack that is read. Names as in spacectl, the provider and Spacelift's own clients. */
const STACK = `
  id name repository namespace provider repositoryURL branch projectRoot labels administrative
  managesStateFile terraformVersion lastApplyAt
  workerPool { id name }
  trackedCommit { hash }
  vendorConfig {
    __typename
    ... on StackConfigVendorTerraform { version workspace workflowTool externalStateAccessEnabled }
    ... on StackConfigVendorOpenTofu { version workspace openTofuWorkflowTool: workflowTool externalStateAccessEnabled }
    ... on StackConfigVendorTerragrunt { terraformVersion terragruntVersion tool useStateManagement }
    ... on StackConfigVendorPulumi { loginURL }
  }
  ${HOOKS}
  ${CONFIG}
  attachedContexts { contextId contextName ${CONFIG} }
  integrations {
    aws { assumedRoleArn externalID generateCredentialsInWorker durationSeconds }
    awsV2 { name read write roleArn durationSeconds externalId generateCredentialsInWorker legacy }
    azure { integrationName }
    gcp { serviceAccountEmail }
  }
  dependsOn { dependsOnStackId }
`;

const PAGE_INFO = 'pageInfo { endCursor hasNextPage }';

const INTEGRATIONS =
  'awsIntegrations(includeLegacy: true) { id name roleArn externalId durationSeconds generateCredentialsInWorker labels autoattachEnabled }';

/** One page of stacks; variables `{ input: { first, after } }`. */
export const STACKS = `query DrAuditStacks($input: SearchInput!) { searchStacks(input: $input) { edges { node { ${STACK} } } ${PAGE_INFO} } }`;

/**
 * The same for a Self-Hosted installation that lacks newer types: one field that it does not know fails the whole document
 * (spacectl gates its full query at 6.0.0).
 */
export const STACKS_MINIMAL = `query DrAuditStacksMinimal($input: SearchInput!) { searchStacks(input: $input) { edges { node {
  id name repository branch namespace provider projectRoot labels administrative managesStateFile terraformVersion
  vendorConfig { __typename ... on StackConfigVendorTerraform { version workspace } ... on StackConfigVendorPulumi { loginURL } }
  workerPool { id name }
  integrations { aws { assumedRoleArn externalID generateCredentialsInWorker durationSeconds } }
} } ${PAGE_INFO} } }`;

/** The account, and its integrations. */
export const ACCOUNT = `query DrAuditAccount { name spaceliftAwsAccountId ${INTEGRATIONS} }`;

/** The account alone, for a server that does not know a field of its integrations. */
export const ACCOUNT_MINIMAL = 'query DrAuditAccountMinimal { name spaceliftAwsAccountId }';

/** The hooks of contexts, which an attachment of a context does not have. */
export const CONTEXTS = `query DrAuditContexts { contexts { id ${HOOKS} } }`;

/** Who asks: nobody who is not logged in. */
export const VIEWER = 'query DrAuditViewer { viewer { id } }';

/** A token for an API key; variables `{ id, secret }`. */
export const TOKEN =
  'mutation GetSpaceliftToken($id: ID!, $secret: String!) { apiKeyUser(id: $id, secret: $secret) { jwt validUntil } }';

/** A token for GitHub's; variables `{ token }`. */
export const GITHUB_TOKEN =
  'mutation GetSpaceliftTokenFromGitHub($token: String!) { oauthUser(token: $token) { jwt validUntil } }';

/** What `dr-audit.graphql` asks, without its comments: everything at once, for `spacectl api`. */
export const EXPORT = `{ name spaceliftAwsAccountId stacks { ${STACK} } ${INTEGRATIONS} contexts { id ${HOOKS} } }`;
