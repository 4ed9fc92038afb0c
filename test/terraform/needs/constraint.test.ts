import { describe, expect, it } from '@jest/globals';
import { allows, onlyVersion } from '../../../src/terraform/needs/constraint.ts';

// By the documentation of version constraints (developer.hashicorp.com/terraform/language/expressions/version-constraints).
describe('a version constraint', () => {
  it.each<readonly [string, string, boolean | null]>([
    ['= 1.9.8', '1.9.8', true],
    ['1.9.8', '1.9.7', false],
    ['!= 1.9.8', '1.9.8', false],
    ['!= 1.9.8', '1.9.7', true],
    ['> 1.9.8', '1.9.8', false],
    ['> 1.9.8', '1.10.0', true],
    ['>= 1.9.8', '1.9.8', true],
    ['>= 1.9.8', '1.9.7', false],
    ['>= 1.10', '1.9.8', false],
    ['< 2', '1.99.0', true],
    ['< 2', '2.0.0', false],
    ['<= 1.5.7', '1.5.7', true],
    ['<= 1.5.7', '1.5.8', false],
    ['~> 1.9', '1.9.0', true],
    ['~> 1.9', '1.99.0', true],
    ['~> 1.9', '2.0.0', false],
    ['~> 1.9', '1.8.9', false],
    ['~> 1.9.2', '1.9.8', true],
    ['~> 1.9.2', '1.9.1', false],
    ['~> 1.9.2', '1.10.0', false],
    ['~> 1', '2.0.0', true],
    ['>=1.5,<1.6', '1.5.7', true],
    ['>= 1.5, < 1.6', '1.6.0', false],
    // What cannot be read, or is ordered in another way, is not decided.
    ['latest', '1.9.8', null],
    ['latest:^1.9', '1.9.8', null],
    ['>= 1.9.0', '1.9.0-rc1', null],
    ['>= 1.9.0-rc1', '1.9.0', null],
    ['1.9', '1.9.8', null],
    ['>= 1.9, x', '1.9.8', null],
    ['~> 1.9', 'latest', null],
    ['', '1.9.8', null],
  ])('%j allows %s: %s', (range, version, expected) => {
    expect(allows(range, version)).toBe(expected);
  });

  it.each<readonly [string, string | null]>([
    ['1.9.8', '1.9.8'],
    ['= v1.9.8', '1.9.8'],
    ['1.9', '1.9.0'],
    ['= 1.9', '1.9.0'],
    ['>= 1.5, 1.9.8', '1.9.8'],
    ['1.9.8-rc1', '1.9.8-rc1'],
    ['~> 1.9.8', null],
    ['>= 1.9.8', null],
    ['!= 1.9.8', null],
    ['latest', null],
    ['1.9.8, x', null],
    ['', null],
  ])('%j leaves one version: %s', (constraint, expected) => {
    expect(onlyVersion(constraint)).toBe(expected);
  });
});
