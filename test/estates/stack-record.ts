/** A record, an hour old, of stacks by id with the roles that they deploy with: each is a stack of Spacelift, without inputs and hooks. */
export const recordOf = (stacks: Readonly<Record<string, readonly string[]>>): string =>
  JSON.stringify({
    schemaVersion: 1,
    recordedAt: new Date(Date.now() - 3_600_000).toISOString(),
    source: 'Spacelift API at acme.app.spacelift.io',
    awsAccounts: [],
    stacks: Object.entries(stacks).map(([id, roles]) => {
      const [projectRoot, workspace = 'default'] = id.split('@');
      return {
        id,
        workspace,
        orchestrator: {
          kind: 'spacelift',
          id: id.replaceAll(/[/@]/g, '-'),
          projectRoot,
          repository: 'github.com/acme/infra',
          repositoryHosted: false,
          workspace,
          stateKeeping: 'external',
          administrative: false,
        },
        roles: roles.map((arn) => ({ arn, phase: 'both', use: 'deploy', source: 'config' })),
        inputs: [],
        hooks: [],
      };
    }),
  });
