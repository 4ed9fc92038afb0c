import { describe, expect, it } from '@jest/globals';
import { type Nodes, readRoot, readTree, s3 } from './reading.ts';

const at = (line: number, column: number, file = 's/main.tf') => ({ file, line, column });
const variable = { 's/v.tf': 'variable "x" {\n  default = "v"\n}\n' };
const block = { ...variable, 's/main.tf': s3('bucket = "b"', 'key = "${var.x}/k"') };
const known = (key: string) => ({ known: { kind: 's3', location: { key } } });

describe('an expression in a block', () => {
  const refusal = (because: string) =>
    `s/main.tf:4:5: var.x in a backend block is refused by Terraform, which ${because} names`;

  it.each<[string, Nodes, string]>([
    ['.terraform-version', { '.terraform-version': '1.11.4' }, '.terraform-version'],
    ['.tool-versions', { '.tool-versions': 'terraform 1.11.4\n' }, '.tool-versions'],
    [
      'a lock file',
      { 's/.terraform.lock.hcl': 'provider "registry.terraform.io/hashicorp/aws" {\n}\n' },
      '.terraform.lock.hcl',
    ],
  ])('is refused where %s names Terraform', async (_, nodes, because) => {
    const { backend, problems } = await readRoot({ ...block, ...nodes }, { workspaces: () => ['default', 'prod'] });
    const message = refusal(because);
    expect(backend).toEqual({ gaps: [{ fact: 'stack.backend', cause: 'unparsable', detail: message }] });
    expect(problems).toEqual([{ kind: 'invalid-backend', message, location: at(4, 5) }]);
  });

  it.each<[string, Nodes]>([
    ['.opentofu-version', { '.opentofu-version': '1.10.0' }],
    ['a .tofu file', { 's/x.tofu': '' }],
    ['a lock file', { 's/.terraform.lock.hcl': 'provider "registry.opentofu.org/hashicorp/aws" {\n}\n' }],
  ])('is evaluated where %s names OpenTofu', async (_, nodes) => {
    const { backend, problems } = await readRoot({ ...block, ...nodes });
    expect([backend, problems]).toMatchObject([known('v/k'), []]);
  });

  it.each<[string, Nodes]>([
    ['nothing', {}],
    ['a contradiction', { '.terraform-version': '1', '.opentofu-version': '1' }],
  ])('is evaluated where %s names a tool, and that is said once', async (_, nodes) => {
    const { root, problems } = await readRoot({ ...block, ...nodes }, { workspaces: () => ['default', 'prod'] });
    expect(root.configurations.map(({ backend }) => backend)).toMatchObject([known('v/k'), known('env:/prod/v/k')]);
    expect(problems).toEqual([
      {
        kind: 'tool-assumed',
        message: 's/main.tf:2: var.x in a backend block is refused by Terraform; it is read as OpenTofu does',
        location: at(4, 5),
      },
    ]);
  });

  it.each([
    ['a literal', '"k"'],
    ['a template of constants', '"${"k"}"'],
    ['a conditional of constants', 'true ? "k" : "x"'],
  ])('that is %s both tools fold', async (_, key) => {
    const nodes = { 's/main.tf': s3('bucket = "b"', `key = ${key}`), '.terraform-version': '1' };
    const { backend, problems } = await readRoot(nodes);
    expect([backend, problems]).toMatchObject([known('k'), []]);
  });

  it.each([
    ['a function', 'lower("K")', 'lower("K")'],
    ['one in an object', '{ a = [var.x] }["a"][0]', 'var.x'],
  ])('that is %s Terraform refuses', async (_, key, shown) => {
    const nodes = { ...variable, 's/main.tf': s3('bucket = "b"', `key = ${key}`), '.terraform-version': '1' };
    const { problems } = await readRoot(nodes);
    expect(problems.map(({ message }) => message)).toEqual([
      `s/main.tf:4:5: ${shown} in a backend block is refused by Terraform, which .terraform-version names`,
    ]);
  });

  it('that is none is refused, by its block', async () => {
    const { backend, problems } = await readRoot({ 's/main.tf': s3('bucket = "b"', 'key = { a = 1 b = 2 }') });
    const message = 's/main.tf:2:3: an expression in the backend block is not valid';
    expect(backend).toMatchObject({ gaps: [{ detail: message }] });
    expect(problems).toEqual([{ kind: 'invalid-backend', message, location: at(2, 3) }]);
  });

  it('in a cloud block is one, too', async () => {
    const text = 'terraform {\n  cloud {\n    workspaces {\n      name = var.x\n    }\n  }\n}\n';
    const { backend, problems } = await readRoot({ ...variable, 's/main.tf': text });
    expect(backend).toMatchObject({ known: { kind: 'hosted', type: 'cloud', place: '*/v' } });
    expect(problems).toMatchObject([{ kind: 'tool-assumed', location: at(3, 5) }]);
  });
});

it('without an expression nobody asks for the tool', async () => {
  const { problems } = await readTree({
    's/main.tf': s3('bucket = "b"', 'key = "k"'),
    's/.terraform-version': '1',
    's/.opentofu-version': '1',
  });
  expect(problems).toEqual([]);
});
