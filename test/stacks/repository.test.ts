import { describe, expect, it } from '@jest/globals';
import type { FileSystem } from '../../src/model/effects.ts';
import { repositoryOf } from '../../src/stacks/repository.ts';

/** A file system that holds nothing but git's config of `/repos/infra`. */
const holding = (config: string): FileSystem => ({
  list: async () => [],
  stat: async () => ({ kind: 'directory', bytes: 0 }),
  read: async (file) => {
    if (file !== '/repos/infra/.git/config') throw new Error(`ENOENT ${file}`);
    return new TextEncoder().encode(config);
  },
  realPath: async (path) => path,
});

const origin = (url: string) => `[core]\n\tbare = false\n[remote "origin"]\n\turl = ${url}\n\tfetch = +refs/heads/*\n`;

describe('the repository of an audited directory', () => {
  it.each([
    ['git@github.com:acme/infra.git', 'github.com/acme/infra'],
    ['https://github.com/acme/infra.git', 'github.com/acme/infra'],
    ['https://user:token@gitlab.example.com/group/sub/infra', 'gitlab.example.com/group/sub/infra'],
    ['ssh://git@git.example.com:2222/acme/infra.git', 'git.example.com:2222/acme/infra'],
    ['git.example.com:acme/infra', 'git.example.com/acme/infra'],
  ])('is told from %s', async (url, expected) => {
    expect(await repositoryOf(holding(origin(url)), '/repos/infra/stacks/network')).toEqual({
      name: expected,
      prefix: 'stacks/network',
    });
  });

  it('is null without an origin, and outside a repository', async () => {
    const upstream = holding('[remote "upstream"]\n\turl = git@github.com:acme/infra.git\n');
    expect(await repositoryOf(upstream, '/repos/infra')).toEqual({ name: null, prefix: '' });
    expect(await repositoryOf(holding(origin('git@github.com:acme/infra.git')), '/somewhere/else')).toEqual({
      name: null,
      prefix: '',
    });
  });

  it('never holds the password of a remote', async () => {
    const told = await repositoryOf(holding(origin('https://user:secret-token@github.com/acme/infra')), '/repos/infra');
    expect(told.name).not.toContain('secret-token');
  });
});
