import { resolve, sep } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { auditedRoot, findConfig } from '../../src/config/discovery.ts';
import type { DirectoryEntry, FileSystem } from '../../src/model/effects.ts';

const coded = (code: string) => Object.assign(new Error(code), { code });

/** A file system of nothing but directory listings; `links` tells where links lead. */
function tree(
  listings: Readonly<Record<string, readonly DirectoryEntry[]>>,
  links: Readonly<Record<string, string>> = {},
) {
  const at = new Map(Object.entries(listings).map(([path, entries]) => [resolve(path), entries]));
  const targets = new Map(Object.entries(links).map(([path, target]) => [resolve(path), resolve(target)]));
  const files: FileSystem = {
    list: async (directory) => {
      const entries = at.get(directory);
      if (!entries) throw coded('ENOENT');
      return entries;
    },
    stat: async () => ({ kind: 'other', bytes: 0 }),
    read: async () => new Uint8Array(),
    realPath: async (path) => targets.get(path) ?? path,
  };
  return files;
}

const file = (name: string): DirectoryEntry => ({ name, kind: 'file' });
const link = (name: string): DirectoryEntry => ({ name, kind: 'link' });

const found = (directory: string, name = 'dr-audit.yaml') => ({
  kind: 'found',
  file: `${resolve(directory)}${sep}${name}`,
  directory: resolve(directory),
});

describe('which config applies', () => {
  const search = (files: FileSystem, workingDirectory: string, ...paths: readonly [string, ...string[]]) =>
    findConfig({ files, paths, workingDirectory });

  test('the nearest, from the audited path upward to the working directory', async () => {
    const files = tree({ '/r': [file('dr-audit.yaml')], '/r/a': [file('dr-audit.json')], '/r/a/b': [], '/r/c': [] });
    expect(await search(files, '/r', '/r/a/b')).toEqual(found('/r/a', 'dr-audit.json'));
    expect(await search(files, '/r', '/r/c')).toEqual(found('/r'));
    expect(await search(files, '/r', '/r')).toEqual(found('/r'));
    expect(await search(files, '/r', '/r/a', '/r/c')).toEqual(found('/r'));
  });

  test('none above the working directory, nor above a path outside of it', async () => {
    const files = tree({ '/': [file('dr-audit.yml')], '/r': [], '/other': [file('dr-audit.yaml')], '/other/x': [] });
    expect(await search(files, '/r', '/r')).toEqual({ kind: 'none' });
    expect(await search(files, '/r', '/other/x')).toEqual({ kind: 'none' });
    expect(await search(files, '/r', '/other')).toEqual(found('/other'));
    expect(await search(files, '/r', '/r/missing')).toEqual({ kind: 'none' });
  });

  test('two in one directory are refused', async () => {
    const files = tree({ '/r': [file('dr-audit.yml'), file('dr-audit.json')] });
    const refused = await search(files, '/r', '/r');
    expect(refused).toMatchObject({ kind: 'refused' });
    expect(JSON.stringify(refused)).toContain('more than one config: dr-audit.json, dr-audit.yml');
  });

  test('a link is followed inside its directory only', async () => {
    const files = (target: string) => tree({ '/r': [link('dr-audit.yaml')] }, { '/r/dr-audit.yaml': target });
    expect(await search(files('/r/conf/audit.yaml'), '/r', '/r')).toEqual(found('/r'));
    expect(await search(files('/etc/passwd'), '/r', '/r')).toMatchObject({ kind: 'refused' });
  });

  test('a directory of that name is no config', async () => {
    const files = tree({ '/r': [{ name: 'dr-audit.yaml', kind: 'directory' }] });
    expect(await search(files, '/r', '/r')).toEqual({ kind: 'none' });
  });

  test('a directory that cannot be listed is not taken for one without a config', async () => {
    const files = { ...tree({}), list: async () => Promise.reject(coded('EACCES')) };
    await expect(search(files, '/r', '/r')).rejects.toThrow('EACCES');
  });
});

test.each<[readonly [string, ...string[]], string | null, string]>([
  [['/r/a'], null, '/r/a'],
  [['/r/a', '/r/b/c'], null, '/r'],
  [['/r/a', '/r/ab'], null, '/r'],
  [['/r/a/b', '/r/a'], null, '/r/a'],
  [['/r/a'], '/r', '/r'],
  [['/r'], '/r', '/r'],
  [['/r/a', '/r/..b'], '/r', '/r'],
  [['/r/a'], '/r/ab', '/r/a'],
  [['/r'], '/r/a', '/r'],
  [['/r/a', '/s'], '/r', '/'],
])('the audited root of %j with a config in %j is %s', (paths, configDirectory, root) => {
  expect(auditedRoot({ paths, configDirectory, workingDirectory: '/' })).toBe(resolve(root));
});

test('a config above the working directory does not widen what is audited', () => {
  const audited = { paths: ['/r/repo'], configDirectory: '/r' } as const;
  expect(auditedRoot({ ...audited, workingDirectory: '/r/repo' })).toBe('/r/repo');
  expect(auditedRoot({ ...audited, workingDirectory: '/r' })).toBe('/r');
});
