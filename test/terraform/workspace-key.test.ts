import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import {
  isWorkspaceName,
  listedWorkspaces,
  listingPrefix,
  workspaceKey,
} from '../../src/terraform/backend/workspace-key.ts';

// Observed of Terraform 1.11 and an S3 stand-in: what is written, and whether `workspace list` finds it again.
const observed: readonly (readonly [key: string, prefix: string, named: string, isListed: boolean])[] = [
  ['a/b.tfstate', 'env:', 'env:/team-a/a/b.tfstate', true],
  ['./a/b.tfstate', 'env:', 'env:/team-a/a/b.tfstate', false],
  ['a/../b.tfstate', 'env:', 'env:/team-a/b.tfstate', false],
  ['a/b.tfstate', 'ws/deep', 'ws/deep/team-a/a/b.tfstate', true],
  ['a/b.tfstate', '', 'team-a/a/b.tfstate', true],
  ['a/b.tfstate', 'x//y', 'x/y/team-a/a/b.tfstate', false],
];

describe('the key of a workspace', () => {
  it.each(observed)('%s below "%s": %s, listed: %s', (key, prefix, named, isListed) => {
    expect(workspaceKey({ key, prefix, workspace: 'team-a' })).toBe(named);
    expect(workspaceKey({ key, prefix, workspace: 'default' })).toBe(key);
    expect(listedWorkspaces([key, named], { key, prefix })).toEqual(isListed ? ['default', 'team-a'] : ['default']);
  });

  // https://pkg.go.dev/path#Join and #Clean
  it.each([
    ['k//', 'env:', 'env:/w/k'],
    ['../../../k', 'env:', '../k'],
    ['..', '', '.'],
    ['.', 'p', 'p/w'],
  ])('%s below "%s" is cleaned to %s', (key, prefix, named) => {
    expect(workspaceKey({ key, prefix, workspace: 'w' })).toBe(named);
  });
});

describe('the workspaces that are listed', () => {
  const pattern = { key: 'a/k', prefix: 'env:' };

  it.each<[string, readonly string[], { key: string; prefix: string }, readonly string[]]>([
    ['none', [], pattern, []],
    ['in the order of bytes', ['env:/b/a/k', 'env:/B/a/k', 'env:/a/a/k'], pattern, ['B', 'a', 'b']],
    ['not those of other keys', ['env:/w/k', 'env:/w/b/a/k', 'env:/w/a/k.tflock', 'env:/w'], pattern, []],
    ['not below other prefixes', ['env/w/a/k', 'xenv:/w/a/k', 'env:w/a/k', 'x/env:/w/a/k'], pattern, []],
    ['not without a name', ['env://a/k'], pattern, []],
    ['without a prefix, of any directory', ['w/k', 'x/k', '/k', 'k', 'w/x/k'], { key: 'k', prefix: '' }, ['w', 'x']],
    ['a second default', ['env:/default/a/k'], pattern, ['default']],
  ])('%s', (_, keys, asked, named) => {
    expect(listedWorkspaces(keys, asked)).toEqual(['default', ...named]);
  });

  it('are asked for by prefix', () => {
    expect(['env:', 'a/b', ''].map(listingPrefix)).toEqual(['env:/', 'a/b/', '']);
  });
});

// https://pkg.go.dev/net/url#PathEscape
describe('the name of a workspace', () => {
  it.each(['prod', 'a.b-c_d~e', 'feature:x', 'a@b', '$&+=', 'default', '..'])('%s', (name) => {
    expect(isWorkspaceName(name)).toBe(true);
  });

  it.each(['', 'a/b', 'a b', 'a;b', 'a,b', 'a?b', 'a%b', 'é', 'a*', "a'b", 'a(b)', 'a!', 'a\n'])('not %j', (name) => {
    expect(isWorkspaceName(name)).toBe(false);
  });
});

describe('for clean keys and valid names', () => {
  const segment = fc.stringMatching(/^[a-z0-9_:-]{1,8}(?:\.[a-z]{1,4})?$/);
  const path = fc.array(segment, { minLength: 1, maxLength: 4 }).map((parts) => parts.join('/'));
  const name = segment.filter((text) => text !== 'default' && isWorkspaceName(text));

  it('what is written is listed', () => {
    const anything = fc.record({
      key: path,
      prefix: fc.oneof(path, fc.constant('')),
      workspaces: fc.uniqueArray(name),
    });
    fc.assert(
      fc.property(anything, ({ key, prefix, workspaces }) => {
        const keys = ['default', ...workspaces].map((workspace) => workspaceKey({ key, prefix, workspace }));
        expect(keys.slice(1).every((written) => written.startsWith(listingPrefix(prefix)))).toBe(true);
        expect(new Set(listedWorkspaces(keys, { key, prefix }))).toEqual(new Set(['default', ...workspaces]));
      }),
    );
  });
});
