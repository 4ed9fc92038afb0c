import { describe, expect, it } from '@jest/globals';
import type { CodeNeeds, ToolPin } from '../../src/model/dependencies.ts';
import { type Fact, known, unknown } from '../../src/model/fact.ts';
import type { Vendor } from '../../src/model/inventory.ts';
import type { Stack } from '../../src/model/subject.ts';
import { API, stackOf as listed } from '../orchestrator/inventories.ts';
import { stackOf } from './subjects.ts';
import { unasked } from './unasked.ts';

const pin = (tool: ToolPin['tool'], version: string, exact = true): ToolPin => ({
  tool,
  version,
  exact,
  source: 'a file',
  location: null,
});
const needs = (pins: readonly ToolPin[], tool: CodeNeeds['tool'] = null): Fact<CodeNeeds> =>
  known({
    dependencies: { found: [], managesOrchestrator: null, unread: [] },
    pins,
    tool,
    lock: known({ kind: 'absent', required: [] }),
  });
const unparsable = unknown({ fact: 'stack.needs', cause: 'unparsable', detail: 'main.tf breaks' });

const terraform = (version: string | null, workflow: 'terraform' | 'opentofu' | 'custom' | null = null): Vendor => ({
  kind: 'terraform',
  version,
  workflow,
  externalStateAccess: null,
});
const terragrunt = (
  version: string | null,
  below: string | null,
  tool: 'terraform' | 'opentofu' | 'manual',
): Vendor => ({
  kind: 'terragrunt',
  terragruntVersion: version,
  tool,
  toolVersion: below,
});

/** `vendor`: null for a stack without inventory, undefined for an inventory that does not tell it. */
const pins = (code: Fact<CodeNeeds>, vendor: Vendor | null | undefined) => {
  const inventory: Partial<Stack> = vendor === null ? {} : { inventory: known(listed('net', { vendor })) };
  return unasked('stack.pins', stackOf({ needs: code, ...inventory }));
};

describe('the versions with which a stack is run', () => {
  it.each<readonly [string, readonly ToolPin[], Vendor | null | undefined, object]>([
    ['an exact one of the code', [pin(null, '1.9.8')], null, { tool: null, open: [], otherwise: null }],
    ['a range alone', [pin(null, '~> 1.9', false)], null, { open: ['the tool'] }],
    ['none', [], null, { open: ['the tool'], pins: [] }],
    [
      'one of the inventory',
      [],
      terraform('1.9.8'),
      { tool: 'terraform', open: [], otherwise: `${API} takes the latest` },
    ],
    ['a range of the inventory', [], terraform('~> 1.9'), { open: ['terraform'] }],
    ['none of either', [], terraform(null), { open: ['terraform'], otherwise: `${API} takes the latest` }],
    ['one of the code alone', [pin('terraform', '1.9.8')], terraform(null), { open: [] }],
    ['one of another tool', [pin('opentofu', '1.8.0')], terraform(null), { open: ['terraform'], pins: [] }],
    [
      'one of the image',
      [],
      terraform('1.9.8', 'custom'),
      { open: ['terraform'], pins: [], otherwise: `${API} takes the tool of the runner’s image` },
    ],
    ['the workflow’s tool', [pin('opentofu', '1.8.0')], terraform(null, 'opentofu'), { tool: 'opentofu', open: [] }],
    ['both of Terragrunt', [], terragrunt('0.50.1', '1.8.0', 'opentofu'), { tool: 'terragrunt', open: [] }],
    ['Terragrunt’s own alone', [], terragrunt('0.50.1', null, 'terraform'), { open: ['terraform'] }],
    [
      'not Terragrunt’s from what the code requires',
      [pin(null, '1.9.8')],
      terragrunt(null, null, 'terraform'),
      { open: ['terragrunt'] },
    ],
    [
      'none that Terragrunt’s image brings',
      [],
      terragrunt('0.50.1', '1.9.8', 'manual'),
      { open: ['terraform'], otherwise: `${API} takes the tool of the runner’s image` },
    ],
    ['none that counts for other tools', [], { kind: 'kubernetes' }, { open: ['the tool'], otherwise: null }],
    ['one although nobody tells the tool', [pin(null, '1.9.8')], undefined, { open: [] }],
  ])('have %s', async (_, code, vendor, expected) => {
    expect(await pins(needs(code), vendor)).toMatchObject({ known: expected });
  });

  it('are the nearest file of a tool, and every requirement', async () => {
    const near = pin('terraform', 'latest', false);
    const all = [
      near,
      pin('terraform', '1.5.0'),
      pin('opentofu', '1.8.0'),
      pin(null, '>= 1', false),
      pin(null, '< 2', false),
    ];
    expect(await pins(needs(all), terraform(null))).toMatchObject({
      known: { pins: [near, all[3], all[4]], open: ['terraform'] },
    });
  });

  it('say who says it', async () => {
    const told = { tool: 'terraform', version: '1.9.8', exact: true, source: API, location: null };
    expect(await pins(needs([]), terraform('1.9.8'))).toMatchObject({ known: { pins: [told] } });
  });

  it('are known from the inventory although the code cannot be read', async () => {
    expect(await pins(unparsable, terraform('1.9.8'))).toMatchObject({ known: { open: [] } });
  });

  it.each<readonly [string, Fact<CodeNeeds>, Vendor | null | undefined, string]>([
    ['the code cannot be read, and nothing else pins', unparsable, terraform(null), 'main.tf breaks'],
    ['the code cannot be read, and there is no inventory', unparsable, null, 'main.tf breaks'],
    ['nothing is in the code, and the inventory does not tell', needs([]), undefined, `${API} does not tell the tool`],
  ])('are open where %s', async (_, code, vendor, detail) => {
    expect(await pins(code, vendor)).toMatchObject({ gaps: [{ detail }] });
  });
});
