import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll } from '@jest/globals';

/** A file's content, or where a link leads. */
type Entry = string | Uint8Array | { readonly link: string };

/** Files by their path in the tree; a path that ends in `/` is an empty directory. */
export type Entries = Readonly<Record<string, Entry>>;

/** Makes directories of this machine that are gone after the tests of the file. */
export function useTrees(): (entries?: Entries) => string {
  const made: string[] = [];
  afterAll(() => {
    for (const directory of made) rmSync(directory, { recursive: true, force: true });
  });
  return (entries = {}) => {
    const root = realpathSync(mkdtempSync(join(tmpdir(), 'dr-audit-test-')));
    made.push(root);
    for (const [path, entry] of Object.entries(entries)) add(join(root, path), entry);
    return root;
  };
}

function add(path: string, entry: Entry): void {
  if (path.endsWith('/')) {
    mkdirSync(path, { recursive: true });
    return;
  }
  mkdirSync(dirname(path), { recursive: true });
  if (typeof entry === 'string' || entry instanceof Uint8Array) writeFileSync(path, entry);
  else symlinkSync(entry.link, path);
}

/** A root module with an `s3` backend of these arguments. */
export function s3Root(changes: Readonly<Record<string, string>> = {}, more = ''): string {
  const given = { bucket: 'acme-state', key: 'net/terraform.tfstate', region: 'eu-west-1', ...changes };
  const lines = Object.entries(given).map(([name, value]) => `    ${name} = "${value}"\n`);
  return `terraform {\n  backend "s3" {\n${lines.join('')}${more}  }\n}\n`;
}

/** A root module whose state HCP Terraform keeps: `state-external` fails without any network. */
export const cloudRoot = 'terraform {\n  cloud {\n    organization = "acme"\n  }\n}\n';

/** A root module whose `s3` backend says nothing itself. */
export const emptyRoot = 'terraform {\n  backend "s3" {}\n}\n';

/** What `terraform init` leaves in `.terraform/terraform.tfstate` (version 3, as 1.11 writes it). */
export const initRecord = (config: object): string =>
  JSON.stringify({ version: 3, terraform_version: '1.11.4', backend: { type: 's3', config, hash: 1 } });
