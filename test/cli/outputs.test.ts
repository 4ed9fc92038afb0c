import {
  chmodSync,
  existsSync,
  lstatSync,
  mkdtempSync,
  readFileSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { parseOutputs, writeWhole } from '../../src/commands/outputs.ts';
import { ToolError, UsageError } from '../../src/commands/terminal.ts';

const inside = (name: string) => join(mkdtempSync(join(tmpdir(), 'outputs-')), name);

describe('a file that is written', () => {
  it('keeps its mode, and its link', async () => {
    const [file, link] = [inside('report.json'), inside('link.json')];
    writeFileSync(file, 'old');
    chmodSync(file, 0o600);
    symlinkSync(file, link);
    await writeWhole(link, 'new');
    expect(lstatSync(link).isSymbolicLink()).toBe(true);
    expect([readFileSync(file, 'utf8'), statSync(file).mode & 0o777]).toEqual(['new', 0o600]);
  });

  it('is not put in the place of a device', async () => {
    const link = inside('device');
    symlinkSync('/dev/null', link);
    await writeWhole(link, 'text');
    expect(lstatSync('/dev/null').isCharacterDevice()).toBe(true);
  });

  it('leaves nothing behind where it cannot be written', async () => {
    const file = join(inside('missing'), 'report.json');
    await expect(writeWhole(file, 'text')).rejects.toThrow(ToolError);
    expect(existsSync(file)).toBe(false);
  });
});

describe('outputs', () => {
  it.each<[readonly string[], string | undefined]>([
    [['json=a', 'text=a'], undefined],
    [['json', 'text'], undefined],
    [['json=a'], 'b'],
    [['json='], undefined],
    [['yaml'], undefined],
  ])('%j with -o %s are a mistake', (formats, output) => {
    expect(() => parseOutputs(formats, output)).toThrow(UsageError);
  });

  it('go to stdout, to a file of their own, or to the one of -o', () => {
    expect(parseOutputs([], undefined)).toEqual([{ format: 'text', file: null }]);
    expect(parseOutputs(['json=a', 'text'], undefined)).toEqual([
      { format: 'json', file: 'a' },
      { format: 'text', file: null },
    ]);
    expect(parseOutputs(['json=a', 'text'], 'b')).toEqual([
      { format: 'json', file: 'a' },
      { format: 'text', file: 'b' },
    ]);
  });
});
