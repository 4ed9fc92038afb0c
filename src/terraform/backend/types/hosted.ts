import { DEFAULT_WORKSPACE } from '../workspace-key.ts';
import { type BackendType, type Meaning, names, type Reading } from './type.ts';

/**
 * Terraform's default. OpenTofu has none and refuses to start without a hostname (`setConfigurationFields` in its
 * internal/cloud/backend.go), so wherever a block without one works, this is the host.
 */
const HOSTNAME = 'app.terraform.io';

/** `organization/workspace`; a `*` where many are possible or none is declared. Only the organization when nothing follows. */
function spelt(organization: string, workspace: string): string {
  if (organization === '') return workspace === '' ? '' : `*/${workspace}`;
  return workspace === '' ? organization : `${organization}/${workspace}`;
}

/** Terraform's internal/backend/remote/backend.go: `PrepareConfig` wants a name or a prefix, not both. */
function checkRemote(reading: Reading) {
  const { text, refuse, workspace } = reading;
  const [name, prefix] = [text('workspaces.name'), text('workspaces.prefix')];
  if (name !== '' && prefix !== '')
    return refuse('workspaces.prefix', 'only one of workspaces.name and workspaces.prefix can be set');
  // `StateMgr`: ErrWorkspacesNotSupported.
  const isStrange = name !== '' && workspace !== DEFAULT_WORKSPACE;
  return isStrange
    ? refuse('workspaces.name', `workspaces.name is "${name}": there is no workspace "${workspace}"`)
    : null;
}

function remoteMeaning({ text, workspace }: Reading): Meaning {
  const name = text('workspaces.name');
  // With a prefix there is no default workspace, and any other may be the selected one.
  const named = `${text('workspaces.prefix')}${workspace === DEFAULT_WORKSPACE ? '*' : workspace}`;
  const place = spelt(text('organization'), name === '' ? named : name);
  return { kind: 'hosted', type: 'remote', hostname: text('hostname'), place };
}

/** `backend "remote"`: internal/backend/remote/backend.go of both tools. */
export const remote: BackendType = {
  accepts: names('hostname organization token workspaces'),
  nested: { workspaces: names('name prefix') },
  arguments: [
    { name: 'hostname', role: 'locates', fallback: HOSTNAME },
    { name: 'organization', role: 'required' },
    { name: 'workspaces.name', role: 'locates' },
    { name: 'workspaces.prefix', role: 'locates' },
  ],
  anyOf: { name: 'workspaces', members: ['workspaces.name', 'workspaces.prefix'] },
  check: checkRemote,
  meaning: remoteMeaning,
};

/** `resolveCloudConfig` in Terraform's internal/cloud/backend.go, `reconcileWorkspaceMappingEnvVars` in OpenTofu's. */
function checkCloud({ text, refuse, variable, workspace }: Reading) {
  const name = text('workspaces.name');
  if (name === '') return null;
  const selected = variable('TF_WORKSPACE');
  if (selected !== null && selected !== name) {
    return refuse('workspaces.name', `workspaces.name is "${name}", and TF_WORKSPACE is "${selected}"`);
  }
  // `StateMgr`: ErrWorkspacesNotSupported.
  if (workspace === DEFAULT_WORKSPACE || workspace === name) return null;
  return refuse('workspaces.name', `workspaces.name is "${name}": there is no workspace "${workspace}"`);
}

function cloudMeaning({ text, variable, workspace }: Reading): Meaning {
  const selected = workspace === DEFAULT_WORKSPACE ? variable('TF_WORKSPACE') : workspace;
  const place = spelt(text('organization'), text('workspaces.name') || (selected ?? ''));
  return { kind: 'hosted', type: 'cloud', hostname: text('hostname'), place };
}

/**
 * A `cloud` block: internal/cloud/backend.go of both tools. No command line completes it, so its host is known however little else
 * is; organization and workspace are told as far as they are declared.
 */
export const cloud: BackendType = {
  accepts: names('hostname organization token workspaces'),
  nested: { workspaces: names('name project tags') },
  arguments: [
    { name: 'hostname', role: 'locates', environment: ['TF_CLOUD_HOSTNAME'], fallback: HOSTNAME },
    { name: 'organization', role: 'tells', environment: ['TF_CLOUD_ORGANIZATION'] },
    { name: 'workspaces.name', role: 'tells' },
    { name: 'workspaces.project', role: 'tells', environment: ['TF_CLOUD_PROJECT'] },
    { name: 'workspaces.tags', role: 'tells', kind: 'tags' },
  ],
  conflicts: [['workspaces.name', 'workspaces.tags']],
  check: checkCloud,
  meaning: cloudMeaning,
};
