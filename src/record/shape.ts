import type { InventoryHook, Vendor } from '../model/inventory.ts';
import type {
  Escrow,
  RecordedInput,
  RecordedRole,
  RecordedStack,
  RecordedState,
  StackRecord,
} from '../model/record.ts';
import { INVENTORY_FIELDS } from './fields.ts';
import {
  amount,
  flag,
  list,
  matching,
  name,
  nullable,
  object,
  oneOf,
  type Reader,
  Refusal,
  text,
  texts,
} from './reading.ts';

const TIME = /^(\d{4}-\d{2}-\d{2})T\d{2}:\d{2}:\d{2}(?:\.\d{1,9})?(?:Z|[+-]\d{2}:\d{2})$/;

/** An RFC 3339 time, in UTC. */
const time: Reader<string> = (value, at) => {
  const given = matching(TIME, 'a time such as 2026-11-23T12:00:00Z')(value, at);
  const [day = ''] = given.split('T');
  const midnight = new Date(`${day}T00:00:00Z`);
  const exists = !Number.isNaN(Date.parse(given)) && !Number.isNaN(midnight.getTime());
  if (!exists || !midnight.toISOString().startsWith(day)) throw new Refusal(`${at} is a time that does not exist`);
  return new Date(given).toISOString();
};

const sha256 = matching(/^[0-9a-f]{64}$/, 'a SHA-256 in hexadecimal digits');
const phase = oneOf('plan', 'apply', 'both');

const role: Reader<RecordedRole> = object<RecordedRole>({
  arn: text,
  phase,
  use: oneOf('deploy', 'state'),
  source: text,
  mechanism: nullable(oneOf('orchestrator', 'worker', 'oidc')),
  externalId: nullable(text),
  durationSeconds: nullable(amount),
});

const input: Reader<RecordedInput> = object<RecordedInput>({
  name: text,
  kind: oneOf('variable', 'file'),
  secret: flag,
  checksum: nullable(sha256),
  from: text,
  value: nullable(text),
  escrow: nullable(object<Escrow>({ where: text, sha256: nullable(sha256) })),
});

const hook: Reader<InventoryHook> = object<InventoryHook>({ point: text, commands: list(text), from: text });

/** The form of a vendor of one kind. */
type VendorOf<K extends Vendor['kind'], V = Vendor> = V extends { readonly kind: infer Kind }
  ? K extends Kind
    ? V
    : never
  : never;

const terraform = object<VendorOf<'terraform'>>({
  kind: oneOf('terraform', 'opentofu'),
  version: nullable(text),
  workflow: nullable(oneOf('terraform', 'opentofu', 'custom')),
  externalStateAccess: nullable(flag),
});

const vendors: Readonly<Record<Vendor['kind'], Reader<Vendor>>> = {
  terraform,
  opentofu: terraform,
  terragrunt: object<VendorOf<'terragrunt'>>({
    kind: oneOf('terragrunt'),
    terragruntVersion: nullable(text),
    tool: nullable(oneOf('terraform', 'opentofu', 'manual')),
    toolVersion: nullable(text),
  }),
  pulumi: object<VendorOf<'pulumi'>>({ kind: oneOf('pulumi'), loginUrl: nullable(text) }),
  cloudformation: object<VendorOf<'cloudformation'>>({ kind: oneOf('cloudformation') }),
  kubernetes: object<VendorOf<'kubernetes'>>({ kind: oneOf('kubernetes') }),
  ansible: object<VendorOf<'ansible'>>({ kind: oneOf('ansible') }),
  other: object<VendorOf<'other'>>({ kind: oneOf('other'), name: text }),
};

const isVendor = (kind: unknown): kind is Vendor['kind'] => typeof kind === 'string' && Object.hasOwn(vendors, kind);

const vendor: Reader<Vendor> = (value, at) => {
  const kind = typeof value === 'object' && value !== null && 'kind' in value ? value.kind : undefined;
  if (!isVendor(kind)) throw new Refusal(`${at}.kind is none of ${Object.keys(vendors).join(', ')}`);
  return vendors[kind](value, at);
};

const orchestrator = object<NonNullable<RecordedStack['orchestrator']>>({
  kind: name,
  id: name,
  name: nullable(text),
  branch: nullable(text),
  projectRoot: nullable(text),
  repository: nullable(text),
  repositoryHosted: nullable(flag),
  administrative: nullable(flag),
  stateKeeping: nullable(oneOf('orchestrator', 'external', 'not-applicable')),
  workspace: nullable(text),
  workerPool: nullable(text),
  trackedCommit: nullable(text),
  lastApplyAt: nullable(text),
  labels: nullable(list(text)),
});

const replica = object<{ readonly bucket: string; readonly region: string | null }>({
  bucket: text,
  region: nullable(text),
});

const state: Reader<RecordedState> = object<RecordedState>({
  backend: text,
  bucket: nullable(text),
  key: nullable(text),
  region: nullable(text),
  place: nullable(text),
  arguments: texts(),
  replicas: nullable(list(replica)),
});

const stack: Reader<RecordedStack> = object<RecordedStack>({
  id: name,
  repository: nullable(text),
  path: nullable(text),
  workspace: nullable(text),
  orchestrator: nullable(orchestrator),
  vendor: nullable(vendor),
  state: nullable(state),
  roles: nullable(list(role)),
  foreignIdentities: nullable(list(matching(/^(?:azure|gcp): /, 'an identity such as "azure: NAME"'))),
  inputs: nullable(list(input)),
  hooks: nullable(list(hook)),
  dependsOn: nullable(list(text)),
  sources: texts([...INVENTORY_FIELDS, 'state']),
  unknown: texts([...INVENTORY_FIELDS, 'state', 'orchestrator']),
});

const version: Reader<1> = (value, at) => {
  if (value === 1) return value;
  const told = typeof value === 'number' ? ` (${value})` : '';
  throw new Refusal(
    value === undefined ? `${at} is missing` : `${at} is not 1${told}: another release of dr-audit wrote it`,
  );
};

/** Reads a record, in the order in which its fields are written; a list of stacks is taken as it is. */
export const record: Reader<StackRecord> = object<StackRecord>({
  schemaVersion: version,
  recordedAt: time,
  source: text,
  account: nullable(text),
  awsAccounts: list(text),
  stacks: list(stack),
});
