/** The words that a CI uses for what is alike everywhere. */
export interface Dialect {
  /** Settings that hold commands; those of one list are run by one shell, in this order. */
  readonly commands: readonly (readonly string[])[];
  /** Settings that name the directory of the mapping that they stand in. */
  readonly directories: readonly string[];
  /** They count only in the mapping under this key, which may hold a command itself, too. */
  readonly step?: string;
  /** Settings that hold variables. */
  readonly variables: readonly string[];
  /** Settings whose commands another shell reads than sh. */
  readonly foreign?: readonly string[];
  /** Commands given as a list of arguments, without a shell: `args`, with `entrypoint`. */
  readonly arguments?: boolean;
}

const env = ['env', 'environment', 'variables'];

/**
 * CircleCI, which checks out into the directory of the job, so that it is the root:
 * https://circleci.com/docs/configuration-reference/#run
 */
export const circleci: Dialect = {
  commands: [['command']],
  directories: ['working_directory'],
  step: 'run',
  variables: env,
};

/** Azure Pipelines: https://learn.microsoft.com/azure/devops/pipelines/yaml-schema/steps-script */
export const azure: Dialect = {
  commands: [['script'], ['bash'], ['inlineScript']],
  foreign: ['pwsh', 'powershell'],
  directories: ['workingDirectory'],
  variables: env,
};

/** Bitbucket Pipelines: https://support.atlassian.com/bitbucket-cloud/docs/step-options/ */
export const bitbucket: Dialect = { commands: [['script', 'after-script']], directories: [], variables: env };

/** Buildkite: https://buildkite.com/docs/pipelines/configure/step-types/command-step */
export const buildkite: Dialect = { commands: [['command'], ['commands']], directories: [], variables: env };

/** Cloud Build: https://cloud.google.com/build/docs/build-config-file-schema */
export const cloudbuild: Dialect = { commands: [['script']], directories: ['dir'], variables: env, arguments: true };

/** Drone: https://docs.drone.io/pipeline/docker/syntax/steps/ */
export const drone: Dialect = { commands: [['commands']], directories: [], variables: env };

/** Travis CI runs the phases of a job in one shell: https://docs.travis-ci.com/user/job-lifecycle/ */
export const travis: Dialect = {
  commands: [
    [
      'before_install',
      'install',
      'before_script',
      'script',
      'after_success',
      'before_deploy',
      'deploy',
      'after_script',
    ],
  ],
  directories: [],
  variables: ['env', 'global', 'jobs', 'matrix'],
};
