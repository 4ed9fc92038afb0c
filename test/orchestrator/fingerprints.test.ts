import { describe, expect, test } from '@jest/globals';
import { FINGERPRINTS, fingerprintOf, stateHostOwner } from '../../src/orchestrator/fingerprints.ts';

describe('fingerprints', () => {
  test('are one for each kind, with accounts of twelve digits and hosts in lower case', () => {
    expect(new Set(FINGERPRINTS.map(({ kind }) => kind)).size).toBe(FINGERPRINTS.length);
    for (const { accounts, oidcHosts, stateHosts, registryHosts } of FINGERPRINTS) {
      for (const account of accounts) expect(account).toMatch(/^\d{12}$/);
      for (const host of [...oidcHosts, ...stateHosts, ...registryHosts])
        expect(host).toMatch(/^(\*\.)?[a-z0-9-]+(\.[a-z0-9-]+)+$/);
    }
  });

  test.each([
    ['app.terraform.io', 'hcp-terraform'],
    ['spacelift.io', 'spacelift'],
    ['acme.app.spacelift.io', 'spacelift'],
    ['Acme.App.US.Spacelift.io', 'spacelift'],
    ['backend.api.env0.com', 'env0'],
    ['acme.scalr.io', 'scalr'],
    ['gitlab.com', 'gitlab'],
    ['tfe.acme.example', undefined],
    ['notspacelift.io', undefined],
    ['app.terraform.io.example.com', undefined],
  ])('the state behind %s is kept by %s', (host, kind) => {
    expect(stateHostOwner(host)?.kind).toBe(kind);
  });

  test('are found by kind', () => {
    expect(fingerprintOf('spacelift')?.accounts).toContain('577638371743');
    expect(fingerprintOf('jenkins')).toBeUndefined();
  });
});
