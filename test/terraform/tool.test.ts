import { expect, it } from '@jest/globals';
import { walk } from '../../src/terraform/discovery/walk.ts';
import type { Directory } from '../../src/terraform/files.ts';
import { toolOf } from '../../src/terraform/tool.ts';
import { memory } from './memory.ts';
import type { Nodes } from './reading.ts';

async function toolIn(nodes: Nodes) {
  const all = Object.entries({ 'a/b/main.tf': '', ...nodes });
  const fs = memory(Object.fromEntries(all.map(([path, node]) => [path.startsWith('/') ? path : `/r/${path}`, node])));
  const { directories } = await walk(fs, { root: '/r', paths: ['/r'] });
  const directory: Directory | undefined = directories.find(({ path }) => path === 'a/b');
  if (!directory) throw new Error('the directory was not listed');
  const named = await toolOf(fs, directory);
  return named && `${named.tool} by ${named.because}`;
}

const lock = (host: string) => `# kept\nprovider "${host}/hashicorp/aws" {\n  version = "5.0.0"\n}\n`;
const terraform = lock('registry.terraform.io');
const opentofu = lock('registry.opentofu.org');

it.each<[string, Nodes, string | null]>([
  ['nothing', {}, null],
  ['.tofu files', { 'a/b/x.tofu': '' }, 'opentofu by x.tofu'],
  [
    '.tofu files over a version file',
    { 'a/b/x.tofu.json': '{}', 'a/b/.terraform-version': '1' },
    'opentofu by x.tofu.json',
  ],
  ['a hidden .tofu file', { 'a/b/.x.tofu': '' }, null],
  ['.terraform-version', { 'a/b/.terraform-version': '1.11.4' }, 'terraform by .terraform-version'],
  ['.opentofu-version', { 'a/b/.opentofu-version': '1.10.0' }, 'opentofu by .opentofu-version'],
  ['.terraform-version above', { 'a/.terraform-version': '1' }, 'terraform by .terraform-version'],
  ['at the audited root', { '.opentofu-version': '1' }, 'opentofu by .opentofu-version'],
  ['above the audited root', { '/.opentofu-version': '1' }, null],
  ['the nearest one', { 'a/.terraform-version': '1', '.opentofu-version': '1' }, 'terraform by .terraform-version'],
  ['.tool-versions', { '.tool-versions': 'nodejs 20\nterraform 1.11.4\n' }, 'terraform by .tool-versions'],
  ['.tool-versions for OpenTofu', { '.tool-versions': 'opentofu 1.10.0\n' }, 'opentofu by .tool-versions'],
  ['.tool-versions with both', { '.tool-versions': 'opentofu 1\nterraform 1\n' }, null],
  ['.tool-versions with neither', { '.tool-versions': 'terraform-docs 1\n', 'a/.tool-versions': '' }, null],
  ['a lock file', { 'a/b/.terraform.lock.hcl': terraform }, 'terraform by .terraform.lock.hcl'],
  ['a lock file of OpenTofu', { 'a/b/.terraform.lock.hcl': opentofu }, 'opentofu by .terraform.lock.hcl'],
  ['a lock file with both', { 'a/b/.terraform.lock.hcl': terraform + opentofu }, null],
  ['a lock file above', { 'a/.terraform.lock.hcl': terraform }, null],
  [
    'two that agree',
    { 'a/b/.terraform.lock.hcl': terraform, '.terraform-version': '1' },
    'terraform by .terraform.lock.hcl',
  ],
  ['two that contradict each other', { 'a/b/.terraform.lock.hcl': opentofu, '.terraform-version': '1' }, null],
  ['two version files beside each other', { 'a/.opentofu-version': '1', 'a/.terraform-version': '1' }, null],
  ['a directory of the name', { 'a/.terraform-version/x': '1' }, null],
  ['an unreadable one', { 'a/.terraform-version': { error: 'EACCES' } }, null],
  ['a link out of the root', { 'a/.terraform-version': { link: '/etc/version' }, '/etc/version': '1' }, null],
  ['a huge one', { 'a/.terraform-version': { bytes: 1024 * 1024 } }, null],
])('%s', async (_, nodes, expected) => {
  expect(await toolIn(nodes)).toBe(expected);
});
