/** A record, an hour old, of stacks by id with the roles that they deploy with. */
export const recordOf = (stacks: Readonly<Record<string, readonly string[]>>): string =>
  JSON.stringify({
    schemaVersion: 1,
    recordedAt: new Date(Date.now() - 3_600_000).toISOString(),
    source: 'the code of this tree',
    awsAccounts: [],
    stacks: Object.entries(stacks).map(([id, roles]) => ({
      id,
      roles: roles.map((arn) => ({ arn, phase: 'both', use: 'deploy', source: 'config' })),
    })),
  });
