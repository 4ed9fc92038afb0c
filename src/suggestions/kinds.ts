import type { Context } from './context.ts';
import { azure, bitbucket, buildkite, circleci, cloudbuild, type Dialect, drone, travis } from './dialects.ts';
import { readGithub } from './github.ts';
import { readGitlab } from './gitlab.ts';
import { readJenkinsfile } from './jenkinsfile.ts';
import { readJustfile } from './justfile.ts';
import { readMakefile } from './makefile.ts';
import { readAtlantis, readSpacelift } from './orchestrators.ts';
import { verbatim } from './passage.ts';
import { readBuildspec, readPackage, readPipeline, readTaskfile } from './pipelines.ts';
import { directoryOf, inside } from './places.ts';
import { readScript } from './script.ts';
import type { Found } from './suggestion.ts';
import { type Data, readYaml } from './yaml.ts';

/** A kind of file that may hold commands for terraform. */
interface Kind {
  /** For people. */
  readonly from: string;
  readonly read: (text: string, path: string) => readonly Found[];
}

const yaml =
  (read: (documents: readonly Data[], path: string) => readonly Found[]): Kind['read'] =>
  (text, path) => {
    const documents = readYaml(text);
    return documents === null ? [] : read(documents, path);
  };

const pipeline = (dialect: Dialect) => yaml((documents, path) => readPipeline(documents, path, dialect));

const besideFile = (path: string): Context => ({ path, place: inside(directoryOf(path)), open: [] });

/** Paths, relative to the root, and what is in them; the first that fits counts. */
const kinds: readonly (Kind & { readonly path: RegExp })[] = [
  { path: /(?:^|\/)\.github\/workflows\/[^/]+\.ya?ml$/, from: 'GitHub Actions workflow', read: yaml(readGithub) },
  { path: /(?:^|\/)action\.ya?ml$/, from: 'GitHub action', read: yaml(readGithub) },
  {
    path: /(?:^|\/)(?:[^/]*\.)?gitlab-ci\.ya?ml$|(?:^|\/)\.gitlab\/.+\.ya?ml$/,
    from: 'GitLab CI',
    read: yaml(readGitlab),
  },
  { path: /(?:^|\/)\.circleci\/[^/]+\.ya?ml$/, from: 'CircleCI', read: pipeline(circleci) },
  {
    path: /(?:^|\/)azure-pipelines[^/]*\.ya?ml$|(?:^|\/)\.azure-pipelines\/.+\.ya?ml$/,
    from: 'Azure pipeline',
    read: pipeline(azure),
  },
  { path: /(?:^|\/)bitbucket-pipelines\.ya?ml$/, from: 'Bitbucket pipeline', read: pipeline(bitbucket) },
  { path: /(?:^|\/)\.buildkite\/.+\.ya?ml$/, from: 'Buildkite pipeline', read: pipeline(buildkite) },
  { path: /(?:^|\/)cloudbuild[^/]*\.(?:ya?ml|json)$/, from: 'Cloud Build', read: pipeline(cloudbuild) },
  { path: /(?:^|\/)buildspec[^/]*\.ya?ml$/, from: 'CodeBuild buildspec', read: yaml(readBuildspec) },
  { path: /(?:^|\/)\.drone\.ya?ml$/, from: 'Drone pipeline', read: pipeline(drone) },
  { path: /(?:^|\/)\.travis\.ya?ml$/, from: 'Travis CI', read: pipeline(travis) },
  { path: /(?:^|\/)(?:[^/]*atlantis[^/]*|repos)\.ya?ml$/, from: 'Atlantis config', read: yaml(readAtlantis) },
  { path: /(?:^|\/)\.spacelift\/config\.ya?ml$/, from: 'Spacelift config', read: yaml(readSpacelift) },
  {
    path: /(?:^|\/)[Tt]askfile(?:\.dist)?\.ya?ml$/,
    from: 'Taskfile',
    read: yaml((documents, path) => readTaskfile(documents, besideFile(path))),
  },
  {
    path: /(?:^|\/)package\.json$/,
    from: 'package.json',
    read: yaml((documents, path) => readPackage(documents, besideFile(path))),
  },
  { path: /(?:^|\/)Jenkinsfile[^/]*$/, from: 'Jenkinsfile', read: readJenkinsfile },
  {
    path: /(?:^|\/)(?:GNUm|[Mm])akefile$/,
    from: 'Makefile',
    read: (text, path) => readMakefile(text, path, inside(directoryOf(path))),
  },
  { path: /\.mk$/, from: 'makefile', read: (text, path) => readMakefile(text, path, { kind: 'unsaid' }) },
  {
    path: /(?:^|\/)\.?justfile$/i,
    from: 'justfile',
    read: (text, path) => readJustfile(text, path, inside(directoryOf(path))),
  },
  {
    path: /\.(?:sh|bash)$|(?:^|\/)\.envrc$/,
    from: 'shell script',
    read: (text, path) => readScript(verbatim(text), { path, place: { kind: 'unsaid' } }),
  },
];

/** The kind of a file, by its path alone; undefined for files that hold no commands. */
export const kindOf = (path: string): Kind | undefined => kinds.find((kind) => kind.path.test(path));
