import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { readInventoryFile } from '../../../src/orchestrator/spacelift/formats.ts';
import { steers } from '../../../src/orchestrator/spacelift/inputs.ts';
import { inventoryStackOf } from '../../../src/orchestrator/spacelift/stack-node.ts';
import { sampleAccount } from './account.ts';
import { ANSWER, BARE, LIST, NO_INTEGRATIONS } from './nodes.ts';

const CANARY = 'CANARY';
const words = fc.constantFrom(
  'constructor',
  '__proto__',
  'toString',
  'ENVIRONMENT_VARIABLE',
  'StackConfigVendorTerraform',
  '..',
);
const anything = fc.oneof(fc.jsonValue({ maxDepth: 3 }), words, fc.constantFrom(null, [], {}, -1, 1e300));

/** An object with some of its keys, however deep, replaced by anything. */
const broken = (value: unknown): fc.Arbitrary<unknown> => {
  if (Array.isArray(value)) return fc.oneof({ weight: 6, arbitrary: fc.tuple(...value.map(broken)) }, anything);
  if (typeof value !== 'object' || value === null)
    return fc.oneof({ weight: 6, arbitrary: fc.constant(value) }, anything);
  const keys = Object.fromEntries(Object.entries(value).map(([key, below]) => [key, broken(below)]));
  return fc.oneof({ weight: 12, arbitrary: fc.record(keys, { requiredKeys: [] }) }, anything);
};

/** Nothing but what JSON has: no function that a hostile name found. */
const isPlain = (value: unknown): boolean =>
  typeof value === 'object' && value !== null
    ? Object.values(value).every(isPlain)
    : value === null || ['string', 'boolean', 'number'].includes(typeof value);

const wellFormed = (stack: object): void => {
  for (const [key, stated] of Object.entries(stack)) {
    if (key === 'id' || key === 'location') continue;
    const says = 'known' in stated ? typeof stated.source : typeof stated.gaps[0].detail;
    expect([key, says]).toEqual([key, 'string']);
    expect([key, isPlain(stated)]).toEqual([key, true]);
  }
};

describe('hostile answers', () => {
  const [network, , eks] = sampleAccount().stacks;
  it.each([
    ['an answer', ANSWER],
    ['a list', LIST],
  ])('never throw as stacks of %s, and every field is told or a gap', (_name, origin) => {
    const nodes = fc.oneof(broken(BARE), broken(network), broken(eks));
    fc.assert(
      fc.property(nodes, (node) => {
        const stack = inventoryStackOf({ id: 'app', ...(node as object) }, origin);
        if (stack) wellFormed(stack);
      }),
      { numRuns: 300 },
    );
  });

  it('never throw as files', () => {
    const stacks = fc.array(fc.oneof(broken(eks), anything), { maxLength: 3 });
    const integrations = broken([
      { id: 'a', roleArn: 'x', labels: ['autoattach:*'], autoattachEnabled: true, generateCredentialsInWorker: true },
    ]);
    const errors = fc.array(fc.record({ message: anything, path: anything }, { requiredKeys: [] }), { maxLength: 2 });
    const data = fc.record({ name: anything, stacks, awsIntegrations: integrations }, { requiredKeys: [] });
    const value = fc.oneof(stacks, data, fc.record({ data, errors }, { requiredKeys: ['errors'] }), anything);
    const text = fc.oneof({ weight: 8, arbitrary: value.map((one) => JSON.stringify(one)) }, fc.string());
    fc.assert(
      fc.property(text, fc.nat(), (whole, end) => {
        for (const one of [whole, whole.slice(0, end % (whole.length + 1))]) {
          const file = readInventoryFile(one, 'f');
          if (file.kind === 'read') for (const stack of file.inventory.stacks) wellFormed(stack);
          else expect(file.message).toMatch(/^f: /);
        }
      }),
      { numRuns: 300 },
    );
  });
});

describe('what an inventory must not hold', () => {
  const element = fc
    .record({
      id: fc.constantFrom(
        'TF_VAR_x',
        'TF_CLI_ARGS_init',
        'wo_TF_WORKSPACE',
        'AWS_SECRET_ACCESS_KEY',
        'a.tf',
        'AWS_ROLE_ARN',
      ),
      type: fc.constantFrom('ENVIRONMENT_VARIABLE', 'FILE_MOUNT'),
      writeOnly: fc.boolean(),
      runtime: fc.oneof(fc.boolean(), anything),
      checksum: fc.constantFrom('', null, CANARY),
      fileMode: fc.constant(CANARY),
    })
    .map((one) => {
      const isShown = steers(one.id) && !one.writeOnly && one.type === 'ENVIRONMENT_VARIABLE';
      return { ...one, value: isShown ? 'shown' : CANARY };
    });
  const elements = fc.array(element, { maxLength: 4 });
  const url = fc.constantFrom(
    `https://u:${CANARY}@git.acme.net/x`,
    `https://${CANARY}@git.acme.net/x`,
    `ssh://u:${CANARY}@git.acme.net/x`,
  );
  const login = fc.constantFrom(
    `s3://b?secret=${CANARY}`,
    `postgres://u:${CANARY}@h/d`,
    `u:${CANARY}@h`,
    `postgres://u:x@${CANARY}/@h/d`,
  );

  it('is the value of a secret, of a file or of what steers nothing', () => {
    fc.assert(
      fc.property(elements, elements, url, login, fc.boolean(), (own, shared, repositoryURL, loginURL, inWorker) => {
        const node = {
          ...BARE,
          config: own,
          attachedContexts: [{ contextName: 'c', config: shared }],
          repositoryURL,
          vendorConfig: { __typename: 'StackConfigVendorPulumi', loginURL },
          integrations: {
            ...NO_INTEGRATIONS,
            aws: { assumedRoleArn: null, generateCredentialsInWorker: inWorker, assumeRolePolicyStatement: CANARY },
          },
        };
        const file = readInventoryFile(JSON.stringify({ data: { stacks: [node] } }), 'f');
        expect(file).toMatchObject({
          kind: 'read',
          inventory: { stacks: [{ id: 'app', inputs: { known: expect.anything() } }] },
        });
        expect(JSON.stringify(file)).not.toContain(CANARY);
      }),
      { numRuns: 200 },
    );
  });
});
