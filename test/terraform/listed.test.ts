import { describe, expect, it } from '@jest/globals';
import type { FileSystem } from '../../src/model/effects.ts';
import { listedFiles } from '../../src/terraform/discovery/listed.ts';
import { memory } from './memory.ts';

/** Files that keep account of what was asked. */
function watched(entries: Parameters<typeof memory>[0]) {
  const asked: string[] = [];
  const fs = memory(entries);
  const stat: FileSystem['stat'] = (path) => {
    asked.push(path);
    return fs.stat(path);
  };
  return { fs: { ...fs, stat }, asked };
}

const directory = (absolute: string, ...names: readonly string[]) => ({
  path: '.',
  absolute,
  entries: names.map((name) => ({ name, kind: 'file' as const })),
  ignored: new Set<string>(),
  contains: async () => true,
});

describe('files of listed directories', () => {
  it('asks for what is listed, and for what nobody listed, and for nothing else', async () => {
    const { fs, asked } = watched({ '/r/a/main.tf': 'text', '/r/b/.terraform-version': '1.9.8\n' });
    const listed = listedFiles(fs, [directory('/r/a', 'main.tf')]);
    expect(await listed.stat('/r/a/main.tf')).toEqual(await fs.stat('/r/a/main.tf'));
    expect((await listed.stat('/r/b/.terraform-version')).kind).toBe('file');
    asked.length = 0;
    await expect(listed.stat('/r/a/.terraform-version')).rejects.toMatchObject({ code: 'ENOENT' });
    expect(asked).toEqual([]);
    await expect(listed.stat('/r/b/missing')).rejects.toThrow('ENOENT');
    expect(asked).toEqual(['/r/b/missing']);
  });
});
