/** What gives an orchestrator away in trust policies, backends and module sources. Hosts are exact, or `*.` and a suffix. */
export interface Fingerprint {
  readonly kind:
    | 'spacelift'
    | 'hcp-terraform'
    | 'env0'
    | 'scalr'
    | 'github-actions'
    | 'gitlab'
    | 'terrateam'
    | 'digger'
    | 'atlantis';
  readonly name: string;
  /** The AWS accounts that its hosted service assumes roles from. */
  readonly accounts: readonly string[];
  /** The regions in which its service runs, and to which it fails over, by the account from which it assumes roles; only what is published. */
  readonly regions?: Readonly<Record<string, readonly string[]>>;
  /** Issuers of the tokens that its runs present to AWS. */
  readonly oidcHosts: readonly string[];
  /** `hostname` of `cloud {}` and `backend "remote"`, and the address of an `http` backend. */
  readonly stateHosts: readonly string[];
  /** Hosts of module and provider sources. */
  readonly registryHosts: readonly string[];
}

const NOTHING = { accounts: [], oidcHosts: [], stateHosts: [], registryHosts: [] } as const;
const GITHUB_OIDC = 'token.actions.githubusercontent.com';

/** The orchestrators that are told apart. Self-hosted installations have accounts and hosts of their own, which only a config knows. */
export const FINGERPRINTS: readonly Fingerprint[] = [
  {
    // docs.spacelift.io: "AWS" (accounts of spacelift.io and us.spacelift.io), "OpenID Connect", "Worker pools" (URLs by
    // region), "External state access" and "Module registry". The account of the FedRAMP service is not published.
    kind: 'spacelift',
    name: 'Spacelift',
    accounts: ['324880187172', '577638371743'],
    // "AWS": STS has to be active in eu-west-1, and in eu-central-1 for disaster recovery. Of us.spacelift.io nothing is published.
    regions: { '324880187172': ['eu-central-1', 'eu-west-1'] },
    oidcHosts: ['*.app.spacelift.io', '*.app.us.spacelift.io'],
    stateHosts: [
      'spacelift.io',
      'app.spacelift.io',
      '*.app.spacelift.io',
      'us.spacelift.io',
      'app.us.spacelift.io',
      '*.app.us.spacelift.io',
    ],
    registryHosts: ['spacelift.io', 'registry.spacelift.io', 'us.spacelift.io', 'registry.us.spacelift.io'],
  },
  {
    // developer.hashicorp.com: "Dynamic provider credentials: AWS", "cloud block" (default hostname), "Private registry".
    kind: 'hcp-terraform',
    name: 'HCP Terraform',
    accounts: [],
    oidcHosts: ['app.terraform.io'],
    stateHosts: ['app.terraform.io'],
    registryHosts: ['app.terraform.io'],
  },
  {
    // docs.envzero.com: "OIDC with AWS", "Local login to env zero remote backend". The account is from a public role, not from
    // a page of the vendor.
    ...NOTHING,
    kind: 'env0',
    name: 'env zero',
    accounts: ['913128560467'],
    oidcHosts: ['login.app.env0.com'],
    stateHosts: ['backend.api.env0.com'],
  },
  {
    // docs.scalr.io: "Provider configurations: AWS" (the user scalr-saas), "Remote backends", `<account>.scalr.io`.
    kind: 'scalr',
    name: 'Scalr',
    accounts: ['919814621061'],
    oidcHosts: ['scalr.io'],
    stateHosts: ['*.scalr.io'],
    registryHosts: ['*.scalr.io'],
  },
  // docs.github.com: "Configuring OpenID Connect in Amazon Web Services".
  { ...NOTHING, kind: 'github-actions', name: 'GitHub Actions', oidcHosts: [GITHUB_OIDC] },
  // docs.gitlab.com: "Configure OpenID Connect in AWS", "GitLab-managed OpenTofu state" (an http backend).
  { ...NOTHING, kind: 'gitlab', name: 'GitLab CI', oidcHosts: ['gitlab.com'], stateHosts: ['gitlab.com'] },
  // Both run inside GitHub Actions and present its tokens (terrateamio/terrateam and diggerhq/digger, documentation).
  { ...NOTHING, kind: 'terrateam', name: 'Terrateam', oidcHosts: [GITHUB_OIDC] },
  { ...NOTHING, kind: 'digger', name: 'Digger', oidcHosts: [GITHUB_OIDC] },
  // runatlantis.io: "Provider credentials": the server's own role, in the team's own account.
  { ...NOTHING, kind: 'atlantis', name: 'Atlantis' },
];

/**
 * Issuers that give tokens to runs and workloads alone, never to a person who signs in: the orchestrators', other CI's (Buildkite,
 * "OIDC with AWS"; CircleCI, "Using OpenID Connect tokens in jobs"; Bitbucket, "Deploy on AWS using OpenID Connect") and the clusters
 * of Amazon EKS ("Create an IAM OIDC provider for your cluster").
 */
export const MACHINE_OIDC_HOSTS: readonly string[] = [
  ...new Set(FINGERPRINTS.flatMap(({ oidcHosts }) => oidcHosts)),
  'agent.buildkite.com',
  'oidc.circleci.com',
  'api.bitbucket.org',
  'oidc.eks.*.amazonaws.com',
  'oidc.eks.*.amazonaws.com.cn',
];

const isHost = (patterns: readonly string[], hostname: string): boolean => {
  const host = hostname.toLowerCase();
  return patterns.some((pattern) => (pattern.startsWith('*.') ? host.endsWith(pattern.slice(1)) : host === pattern));
};

/** The fingerprint of one kind of orchestrator; undefined for a kind that has none. */
export const fingerprintOf = (kind: string): Fingerprint | undefined => FINGERPRINTS.find((one) => one.kind === kind);

/** Whose service keeps the state behind this hostname; undefined for a host that no fingerprint has. */
export const stateHostOwner = (hostname: string): Fingerprint | undefined =>
  FINGERPRINTS.find(({ stateHosts }) => isHost(stateHosts, hostname));

/** Whose registry a hostname is; undefined for a host that no fingerprint has. */
export const registryHostOwner = (hostname: string): Fingerprint | undefined =>
  FINGERPRINTS.find(({ registryHosts }) => isHost(registryHosts, hostname));
