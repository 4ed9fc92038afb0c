import { DEFAULT_WORKSPACE, joinPath } from '../workspace-key.ts';
import { type BackendType, type Meaning, names, type Reading } from './type.ts';

/** `PrepareConfig` refuses what is given and empty. */
function checkLocal({ find, refuse }: Reading) {
  const empty = ['path', 'workspace_dir'].find((name) => find(name)?.text === '');
  return empty === undefined ? null : refuse(empty, `${empty} must not be empty`);
}

/** `StatePaths`: the path is the default workspace's, as it is spelt; all others are below the workspace directory. */
function localMeaning({ text, workspace }: Reading): Meaning {
  const path =
    workspace === DEFAULT_WORKSPACE ? text('path') : joinPath(text('workspace_dir'), workspace, 'terraform.tfstate');
  return { kind: 'local', path };
}

/** `backend "local"`, and no backend at all: internal/backend/local/backend.go of both tools. */
export const local: BackendType = {
  accepts: names('path workspace_dir'),
  arguments: [
    { name: 'path', role: 'locates', fallback: 'terraform.tfstate', empty: 'counts', workspaces: 'default' },
    { name: 'workspace_dir', role: 'locates', fallback: 'terraform.tfstate.d', empty: 'counts', workspaces: 'named' },
  ],
  check: checkLocal,
  meaning: localMeaning,
};

/** `backend "inmem"`, which is for tests of the tools: internal/backend/remote-state/inmem/backend.go. */
export const inmem: BackendType = {
  accepts: names('lock_id'),
  arguments: [],
  meaning: () => ({ kind: 'other', type: 'inmem', place: 'memory of one process', hostname: null }),
};
