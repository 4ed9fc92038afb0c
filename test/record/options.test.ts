import { describe, expect, it } from '@jest/globals';
import { recordOptionsOf } from '../../src/commands/record-options.ts';

type Parsed = Parameters<typeof recordOptionsOf>[0];

const parsed = (given: Readonly<Record<string, unknown>>) =>
  recordOptionsOf({ $0: 'dr-audit', _: [], ...given } as unknown as Parsed);
const nothing = {
  config: undefined,
  spacelift: undefined,
  from: undefined,
  out: undefined,
  static: false,
  check: false,
};

describe('the options of record', () => {
  it('are the directory here, and whatever the config says, where nothing is given', () => {
    expect(parsed({})).toEqual({ ...nothing, paths: ['.'] });
  });

  it('take what stands after -- for a path', () => {
    expect(parsed({ paths: ['a'], '--': ['-b'], check: true })).toEqual({
      ...nothing,
      check: true,
      paths: ['a', '-b'],
    });
  });

  it.each([
    [{ paths: [''] }, 'is empty'],
    [{ out: '' }, 'is empty'],
    [{ static: true, from: 'e' }, '--static asks nothing'],
    [{ static: true, spacelift: 'api' }, '--spacelift api asks the network'],
    [{ from: 'e', spacelift: 'api' }, '--spacelift api asks the network'],
  ])('cannot be %j', (given, why) => {
    expect(() => parsed(given)).toThrow(why);
  });

  it('may name a file where no network is asked', () => {
    expect(parsed({ static: true, spacelift: 'a.json' })).toMatchObject({ static: true, spacelift: 'a.json' });
  });
});
