import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { type Datum, Unevaluated } from '../../../src/hcl/expressions/datum.ts';
import { backendTypes } from '../../../src/terraform/backend/types/table.ts';
import { at, backendOf, members, open, read, type Values } from './blocks.ts';

const SECRET = 'hidden';

const { datum } = fc.letrec<{ datum: Datum }>((tie) => ({
  datum: fc.oneof(
    { maxDepth: 3 },
    fc.string(),
    fc.webUrl(),
    fc.double(),
    fc.boolean(),
    fc.constant(null),
    fc.constant(open('var.x')),
    fc.array(tie('datum'), { maxLength: 2 }),
    fc
      .dictionary(fc.constantFrom('s3', 'name', 'prefix', 'tags', 'role_arn', '__proto__', 'x'), tie('datum'), {
        noNullPrototype: true,
      })
      .map(members),
  ),
}));

const blocks = fc.constantFrom(...backendTypes).chain(([type, { accepts }]) => {
  const values = fc.array(fc.tuple(fc.constantFrom(...accepts), datum), { maxLength: 6 });
  return fc.record({ type: fc.constant(type), values, workspace: fc.constantFrom('default', 'prod') });
});

describe('whatever the values are', () => {
  it('a block is understood, partial or refused', () => {
    fc.assert(
      fc.property(blocks, ({ type, values, workspace }) => {
        const found = read(type, Object.fromEntries(values), { workspace });
        expect(Object.keys(found)).toEqual(['refusal' in found ? 'refusal' : 'backend']);
      }),
      { numRuns: 2000 },
    );
  });

  // Everything that its name, or its schema, makes a credential, an identity or a policy.
  const secrets =
    /secret_(?:key|id)|password|token|credentials|private_key|^access_key|conn_str|http_auth|^encryption_key|customer_(?:provided_)?key|external_id|client_(?:certificate|key|secret)|username|headers|policy/;
  const text = 'bucket key path region namespace organization secret_suffix storage_account_name container_name';
  const known: Values = {
    ...Object.fromEntries(text.split(' ').map((name) => [name, name])),
    workspaces: members({ name: 'w' }),
    endpoints: members({ s3: `http://${SECRET}@h?${SECRET}` }),
    address: `http://${SECRET}:${SECRET}@h/?t=${SECRET}#${SECRET}`,
  };

  it.each([...backendTypes])('no credential is told of %s', (type, { accepts }) => {
    // Two names for one list of files are refused together.
    const names = [...accepts].filter((name) => secrets.test(name) && name !== 'shared_credentials_files');
    const given = Object.entries({ ...known, ...Object.fromEntries(names.map((name) => [name, SECRET])) });
    const backend = backendOf(read(type, Object.fromEntries(given.filter(([name]) => accepts.has(name)))));
    expect(backend.kind).not.toBe('partial');
    expect(JSON.stringify(backend)).not.toContain(SECRET);
  });

  it('a long list of obstacles is cut', () => {
    const obstacle = { expression: 'var.x', why: 'no value', location: at(1) };
    const many = new Unevaluated([obstacle, ...Array.from({ length: 9999 }, () => obstacle)]);
    const backend = backendOf(read('gcs', { bucket: many }));
    expect(backend).toHaveProperty('missing.0.why', 'var.x: no value; var.x: no value; var.x: no value; and 9997 more');
  });
});
