import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import {
  type Candidate,
  type Circumstances,
  ignoredBackend,
  leftOutProblem,
  listedPath,
  selectRoots,
} from '../../src/terraform/discovery/selection.ts';

type Traits = Partial<Candidate>;

const candidate = (path: string, traits: Traits = {}): Candidate => ({
  path,
  hasBackend: false,
  hasProvider: false,
  hasResources: true,
  requiredInputs: false,
  initialised: false,
  calls: [],
  ...traits,
});

const backend = { hasBackend: true };
const provider = { hasProvider: true };
const lock = { initialised: true };

function chosen(modules: Readonly<Record<string, Traits>>, circumstances: Partial<Circumstances> = {}) {
  const { roots, ignored, leftOut } = selectRoots(
    Object.entries(modules).map(([path, traits]) => candidate(path, traits)),
    { named: new Set(['.']), aliases: new Map(), ...circumstances },
  );
  const paths = (of: readonly Candidate[]) => of.map(({ path }) => path).join(' ');
  return { roots: paths(roots), ignored: paths(ignored), leftOut: paths(leftOut) };
}

const answer = (roots: string, rest: { ignored?: string; leftOut?: string } = {}) => ({
  roots,
  ignored: '',
  leftOut: '',
  ...rest,
});

type Case = [string, Readonly<Record<string, Traits>>, ReturnType<typeof answer>];

describe('what looks like a root', () => {
  it.each<Case>([
    ['a backend, a lock file, a provider; sorted', { c: provider, b: lock, a: backend, d: {} }, answer('a b c')],
    ['not a provider that anything calls', { a: provider, 'examples/x': { calls: ['a'] } }, answer('')],
    ['variable files', { a: { hasVariableFile: true, requiredInputs: true } }, answer('a')],
    ['not variable files beside nothing', { a: { hasVariableFile: true, hasResources: false } }, answer('')],
    [
      'not variable files in a called module',
      { a: { hasVariableFile: true }, b: { ...backend, calls: ['a'] } },
      answer('b'),
    ],
    ['complete, and put together from modules that are there', { a: { calls: ['m'] }, m: {} }, answer('a')],
    ['not put together from modules that are not', { a: { calls: ['m'] } }, answer('')],
    ['not with inputs that somebody must give', { a: { calls: ['m'], requiredInputs: true }, m: {} }, answer('')],
    ['not what calls itself only', { a: { calls: ['a'] } }, answer('')],
    ['not a library where nobody calls anybody', { a: {}, b: {}, c: { requiredInputs: true } }, answer('')],
    ['not put together, below a name that is left out', { 'examples/a': { calls: ['m'] }, m: {} }, answer('')],
  ])('%s', (_, modules, expected) => {
    expect(chosen(modules)).toEqual(expected);
  });

  it('is what the inventory knows, whatever else', () => {
    const known = (path: string) => path.endsWith('a');
    expect(chosen({ a: {}, 'modules/a': {}, b: { ...backend, calls: ['a'] } }, { known }).roots).toBe('a b modules/a');
  });
});

describe('calls', () => {
  it.each<Case>([
    ['a root’s demote', { a: { ...backend, calls: ['b'] }, b: backend }, answer('a', { ignored: 'b' })],
    [
      'a provider’s or an initialised one’s too',
      { a: { ...provider, calls: ['b'] }, b: backend, c: { ...lock, calls: ['d'] }, d: backend },
      answer('a c', { ignored: 'b d' }),
    ],
    [
      'those of the modules that it calls',
      { a: { ...backend, calls: ['m'] }, m: { calls: ['b'] }, b: backend },
      answer('a', { ignored: 'b' }),
    ],
    [
      'not those of an example',
      { a: backend, 'examples/x': { ...backend, calls: ['a'] } },
      answer('a', { leftOut: 'examples/x' }),
    ],
    [
      'not those of a module that no root calls',
      { a: backend, m: { calls: ['a'], requiredInputs: true } },
      answer('a'),
    ],
    ['not those of a root that has nothing of its own to show', { a: backend, b: { calls: ['a'] } }, answer('a b')],
    ['not where it is initialised', { a: { ...backend, calls: ['b'] }, b: { ...backend, ...lock } }, answer('a b')],
    [
      'one circle leaves one root',
      { a: { ...backend, calls: ['b'] }, b: { ...backend, calls: ['a'] } },
      answer('a', { ignored: 'b' }),
    ],
    [
      'a circle below a root leaves none',
      { r: { ...backend, calls: ['b'] }, a: { ...backend, calls: ['b'] }, b: { ...backend, calls: ['a'] } },
      answer('r', { ignored: 'a b' }),
    ],
    [
      'of a module below modules demote',
      { a: { ...backend, calls: ['modules/m'] }, 'modules/m': backend },
      answer('a', { ignored: 'modules/m' }),
    ],
    ['itself', { a: { ...backend, calls: ['a'] } }, answer('a')],
  ])('%s', (_, modules, expected) => {
    expect(chosen(modules)).toEqual(expected);
  });

  it('do not demote what is named', () => {
    const modules = { a: { ...backend, calls: ['b'] }, b: backend, c: { ...backend, calls: ['.'] }, '.': backend };
    expect(chosen(modules, { named: new Set(['.', 'b']) })).toEqual(answer('a b c', { ignored: '.' }));
  });

  it('go through links', () => {
    const aliases = new Map([['l', 'b']]);
    const modules = { a: { ...backend, calls: ['l/x'] }, 'b/x': backend };
    expect(chosen(modules, { aliases })).toEqual(answer('a', { ignored: 'b/x' }));
  });

  it('lose no backend: each is a root, ignored below a root, or left out', () => {
    const name = fc.constantFrom('a', 'b', 'c', 'd', 'modules/m', 'examples/x', 'test/t', '.');
    const traits = fc.record({
      hasBackend: fc.boolean(),
      hasProvider: fc.boolean(),
      initialised: fc.boolean(),
      requiredInputs: fc.boolean(),
      calls: fc.array(name, { maxLength: 3 }),
    });
    fc.assert(
      fc.property(fc.dictionary(name, traits), (modules) => {
        const { roots, ignored, leftOut } = chosen(modules);
        const all = `${roots} ${ignored} ${leftOut}`.split(' ').filter((path) => path !== '');
        expect(new Set(all).size).toBe(all.length);
        const declared = Object.keys(modules).filter((path) => modules[path]?.hasBackend);
        expect(declared.filter((path) => !all.includes(path))).toEqual([]);
        expect(ignored === '' || roots !== '').toBe(true);
      }),
    );
  });

  it('of ten thousand, each calling the next, end', () => {
    const chain = Array.from({ length: 10_000 }, (_, i) => [`m${i}`, { ...backend, calls: [`m${i + 1}`] }] as const);
    expect(chosen(Object.fromEntries(chain)).roots).toBe('m0');
  });
});

describe('names that speak against it', () => {
  it.each([
    'examples',
    'example',
    'modules',
    'module',
    'test',
    'tests',
    'fixtures',
    'testdata',
    'test-fixtures',
    'vendor',
  ])('%s', (name) => {
    const modules = { a: backend, [`${name}/x`]: backend, [`b/${name}`]: backend };
    expect(chosen(modules)).toEqual(answer('a', { leftOut: [`b/${name}`, `${name}/x`].sort().join(' ') }));
  });

  it.each<Case>([
    ['only whole names', { 'my-modules/a': backend, testing: backend }, answer('my-modules/a testing')],
    [
      'a test beside other environments is one',
      { 'x/test/a': backend, 'x/prod/a': backend },
      answer('x/prod/a x/test/a'),
    ],
    [
      'a test beside anything else is not',
      { 'x/test/a': backend, 'x/a': backend },
      answer('x/a', { leftOut: 'x/test/a' }),
    ],
    [
      'environments somewhere else do not count',
      { 'a/test/a': backend, 'b/prod': backend, 'a/test/prod': backend },
      answer('b/prod', { leftOut: 'a/test/a a/test/prod' }),
    ],
    [
      'an environment may have examples',
      { 'test/examples/a': backend, prod: backend },
      answer('prod', { leftOut: 'test/examples/a' }),
    ],
    [
      'an initialised directory does not count, but is counted',
      { a: backend, 'examples/x': lock, 'modules/x': lock, 'test/x': provider },
      answer('a', { leftOut: 'examples/x modules/x' }),
    ],
    [
      'directly below environments it is an environment',
      { 'environments/example': backend, 'y/env/test/a': backend, 'accounts/tests/x': backend },
      answer('accounts/tests/x environments/example y/env/test/a'),
    ],
    [
      'but never modules, nor further below',
      { 'environments/modules/a': backend, 'environments/b/example': backend },
      answer('', { leftOut: 'environments/b/example environments/modules/a' }),
    ],
    ['what has no backend is not counted', { a: backend, 'examples/x': provider }, answer('a')],
    [
      'unless there is nothing else',
      { 'examples/x': provider, 'modules/y': {}, 'modules/z': lock },
      answer('', { leftOut: 'examples/x modules/z' }),
    ],
    [
      'the audited root is not taken for them',
      { '.': { requiredInputs: true }, 'examples/x': backend },
      answer('', { leftOut: 'examples/x' }),
    ],
  ])('%s', (_, modules, expected) => {
    expect(chosen(modules)).toEqual(expected);
  });

  const modules = { 'examples/a': backend, 'examples/a/modules/m': backend, 'examples/b': backend, c: backend };
  it.each<[readonly string[], string, string]>([
    [['examples'], 'c examples/a examples/b', 'examples/a/modules/m'],
    [['.', 'examples/a'], 'c examples/a', 'examples/a/modules/m examples/b'],
    [['examples/a/modules/m'], 'c examples/a/modules/m', 'examples/a examples/b'],
    [['examples/a/modules'], 'c examples/a/modules/m', 'examples/a examples/b'],
    [['exam'], 'c', 'examples/a examples/a/modules/m examples/b'],
  ])('do not count at or below what is named: %j', (named, roots, leftOut) => {
    expect(chosen(modules, { named: new Set(named) })).toEqual(answer(roots, { leftOut }));
  });

  it('do not count where the config asks for it', () => {
    expect(chosen(modules, { wanted: (path) => path === 'examples/b' }).roots).toBe('c examples/b');
  });
});

describe('a named path', () => {
  it.each<[string, Readonly<Record<string, Traits>>, string]>([
    ['is meant itself where nothing is found', { a: { hasResources: false }, 'a/b': {} }, 'a'],
    ['is not where a root is below it', { a: {}, 'a/b': backend }, 'a/b'],
    ['is not where somebody calls it', { a: {}, b: { calls: ['a'], requiredInputs: true } }, ''],
    ['is where what is found only has a name that begins alike', { a: {}, ab: backend }, 'a ab'],
  ])('%s', (_, modules, roots) => {
    expect(chosen(modules, { named: new Set(['a']) }).roots).toBe(roots);
  });
});

describe('what is said', () => {
  it.each([
    [[], null],
    [
      ['examples/a'],
      '1 root module below examples, modules or test directories is left out: examples/a; name one to audit it',
    ],
    [
      ['x', 'y', 'z'],
      '3 root modules below examples, modules or test directories are left out: x and 2 more; name one to audit it',
    ],
  ])('%j', (paths, message) => {
    const problem = leftOutProblem(paths.map((path) => ({ path })));
    expect(problem).toEqual(message === null ? null : { kind: 'not-audited', message });
  });

  it('names the block whose backend is ignored, where it is known', () => {
    const at = { file: 'm/main.tf', line: 2, column: 3 };
    const message =
      'm declares a backend but is used as a module; it is audited only where it is run as a root module itself';
    expect(ignoredBackend({ path: 'm', declaredAt: at })).toEqual({ kind: 'backend-ignored', message, location: at });
    expect(ignoredBackend({ path: 'm', declaredAt: null })).toEqual({ kind: 'backend-ignored', message });
  });
});

it.each([
  ['l', 't'],
  ['l/x/y', 't/x/y'],
  ['l/inner/x', 'u/x'],
  ['lx', 'lx'],
  ['.', '.'],
])('lists %s under %s', (path, listed) => {
  expect(
    listedPath(
      path,
      new Map([
        ['l', 't'],
        ['l/inner', 'u'],
      ]),
    ),
  ).toBe(listed);
});
