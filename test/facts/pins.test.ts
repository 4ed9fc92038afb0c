import { describe, expect, it } from '@jest/globals';
import type { CodeNeeds, ToolPin } from '../../src/model/dependencies.ts';
import { type Fact, known, unknown } from '../../src/model/fact.ts';
import type { Vendor } from '../../src/model/inventory.ts';
import type { Stack } from '../../src/model/subject.ts';
import { API, stackOf as listed } from '../orchestrator/inventories.ts';
import { codeNeeds } from './needs.ts';
import { stackOf } from './subjects.ts';
import { unasked } from './unasked.ts';

const pin = (tool: ToolPin['tool'], version: string, exact = true, file = 'x'): ToolPin => ({
  tool,
  version,
  exact,
  source: file,
  location: { file, line: 1, column: 1 },
});
const needs = (
  pins: readonly ToolPin[],
  tool: CodeNeeds['tool'] = null,
  changes: Partial<CodeNeeds> = {},
): Fact<CodeNeeds> => codeNeeds({ pins, tool, ...changes });
const unparsable = unknown({ fact: 'stack.needs', cause: 'unparsable', detail: 'main.tf breaks' });

const terraform = (
  version: string | null,
  workflow: 'terraform' | 'opentofu' | 'custom' | null = 'terraform',
): Vendor => ({
  kind: 'terraform',
  version,
  workflow,
  externalStateAccess: null,
});
const terragrunt = (
  version: string | null,
  below: string | null,
  tool: 'terraform' | 'opentofu' | 'manual' | null,
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
    ['one of the inventory', [], terraform('1.9.8'), { tool: 'terraform', open: [], otherwise: null }],
    ['a range of the inventory', [], terraform('~> 1.9'), { open: ['terraform'], otherwise: null }],
    ['none of either', [], terraform(null), { open: ['terraform'], otherwise: `${API} takes the latest` }],
    ['one of the code alone', [pin('terraform', '1.9.8')], terraform(null), { open: [] }],
    ['one of another tool', [pin('opentofu', '1.8.0')], terraform(null), { open: ['terraform'], pins: [] }],
    [
      'one of the image',
      [],
      terraform('1.9.8', 'custom'),
      { tool: null, open: ['the tool'], pins: [], otherwise: `${API} takes the tool of the runner’s image` },
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
      { open: ['the tool'], otherwise: `${API} takes the tool of the runner’s image` },
    ],
    ['Terragrunt’s below, whichever it is', [], terragrunt('0.50.1', '1.9.8', null), { open: [] }],
    [
      'not the one below from Terragrunt’s',
      [pin('terragrunt', '0.50.1')],
      terragrunt(null, null, null),
      { open: ['the tool'], otherwise: `${API} takes the latest` },
    ],
    ['not the tool’s from Terragrunt’s', [pin('terragrunt', '0.50.1')], null, { open: ['the tool'], pins: [] }],
    ['one of a tool that the inventory does not name', [], terraform('1.9.8', null), { tool: null, open: [] }],
    [
      'not one of each of two tools, where nobody says which of them runs',
      [pin('terraform', '1.9.8'), pin('opentofu', '1.8.0')],
      null,
      { open: ['the tool'], disagree: [] },
    ],
    ['none that counts for other tools', [], { kind: 'kubernetes' }, { open: ['the tool'], otherwise: null }],
    ['one although nobody tells the tool', [pin(null, '1.9.8')], undefined, { open: [] }],
  ])('have %s', async (_, code, vendor, expected) => {
    expect(await pins(needs(code), vendor)).toMatchObject({ known: expected });
  });

  it('are those of the nearest directory for a tool, and every requirement', async () => {
    const near = pin('terraform', 'latest', false, 'a/.terraform-version');
    const beside = pin('terraform', '1.6.0', true, 'a/.tool-versions');
    const above = pin('terraform', '1.5.0', true, '.terraform-version');
    const required = [pin(null, '>= 1', false, 'a/v.tf'), pin(null, '< 2', false, 'b/v.tf')];
    expect(await pins(needs([near, above, pin('opentofu', '1.8.0'), ...required]), terraform(null))).toMatchObject({
      known: { pins: [near, ...required], open: ['terraform'] },
    });
    expect(await pins(needs([near, beside, above]), terraform(null))).toMatchObject({
      known: { pins: [near, beside], open: [], disagree: [] },
    });
  });

  it.each<readonly [string, readonly ToolPin[], Vendor | null, readonly string[]]>([
    ['one version, in two spellings', [pin(null, '= v1.9.8')], terraform('1.9.8'), []],
    ['a version and its requirement', [pin(null, '~> 1.9', false)], terraform('1.9.8'), []],
    ['two tools', [pin('terragrunt', '0.50.1'), pin(null, '1.9.8')], terragrunt('0.50.1', '1.9.8', 'opentofu'), []],
    ['a word', [pin('terraform', 'latest:^1.5', false)], terraform('1.9.8'), []],
    [
      'two versions',
      [pin('terraform', '1.5.7')],
      terraform('1.9.8'),
      ['terraform 1.5.7 (x)', `terraform 1.9.8 (${API})`],
    ],
    [
      'two files of one directory',
      [pin('terraform', '1.5.7', true, 'a/.terraform-version'), pin('terraform', '1.6.0', true, 'a/.tool-versions')],
      null,
      ['terraform 1.5.7 (a/.terraform-version)', 'terraform 1.6.0 (a/.tool-versions)'],
    ],
    [
      'a version that is not allowed',
      [pin(null, '>= 1.6, < 2.0', false), pin(null, '>= 1.2', false)],
      terraform('1.5.7'),
      ['>= 1.6, < 2.0 (x)', `terraform 1.5.7 (${API})`],
    ],
    [
      'two versions of Terragrunt',
      [pin('terragrunt', '0.50.1')],
      terragrunt('0.55.0', '1.9.8', 'terraform'),
      ['terragrunt 0.50.1 (x)', `terragrunt 0.55.0 (${API})`],
    ],
    ['a range of the orchestrator', [pin('terraform', '1.9.8')], terraform('~> 1.9'), []],
    [
      'a range of the orchestrator that excludes the code’s',
      [pin('terraform', '1.5.7')],
      terraform('~> 1.9'),
      ['terraform 1.5.7 (x)', `terraform ~> 1.9 (${API})`],
    ],
  ])('are held against each other: %s', async (_, code, vendor, disagree) => {
    expect(await pins(needs(code), vendor)).toMatchObject({ known: { disagree } });
  });

  it('are those of the tool that the code names, where the orchestrator does not', async () => {
    const both = [pin('terraform', '1.9.8'), pin('opentofu', '1.8.0')];
    expect(await pins(needs(both, 'opentofu'), terraform(null, null))).toMatchObject({
      known: { tool: 'opentofu', pins: [both[1]], open: [] },
    });
  });

  it('contradict the orchestrator where the code is for another tool', async () => {
    const told = ['the code is for opentofu', `${API} runs terraform`];
    expect(await pins(needs([], 'opentofu'), terraform('1.9.8'))).toMatchObject({ known: { disagree: told } });
    const below = terragrunt('0.50.1', '1.9.8', 'terraform');
    expect(await pins(needs([], 'opentofu'), below)).toMatchObject({ known: { disagree: told } });
    for (const vendor of [terraform('1.9.8', 'opentofu'), terraform('1.9.8', 'custom'), terraform('1.9.8', null)])
      expect(await pins(needs([], 'opentofu'), vendor)).toMatchObject({ known: { disagree: [] } });
  });

  it('are those of Terragrunt, too, in a unit of it', async () => {
    const unit = { terragrunt: true };
    const own = pin('terragrunt', '0.50.1');
    expect(await pins(needs([pin(null, '1.9.8')], 'terraform', unit), null)).toMatchObject({
      known: { tool: 'terragrunt', open: ['terragrunt'] },
    });
    expect(await pins(needs([own], null, unit), null)).toMatchObject({ known: { open: ['the tool'] } });
    expect(await pins(needs([own, pin(null, '1.9.8')], 'terraform', unit), null)).toMatchObject({
      known: { open: [] },
    });
  });

  it('are open where sources of the orchestrator contradict each other, unless the code does, too', async () => {
    const conflict = unknown({ fact: 'stack.vendor', cause: 'undecided', detail: 'vendor differs' });
    const of = (code: readonly ToolPin[]) => {
      const inventory = known({ ...listed('net'), vendor: conflict });
      return unasked('stack.pins', stackOf({ needs: needs(code), inventory }));
    };
    expect(await of([pin(null, '1.9.8')])).toMatchObject({ gaps: [{ detail: 'vendor differs' }] });
    expect(await of([pin(null, '1.9.8'), pin(null, '1.9.9')])).toMatchObject({
      known: { disagree: ['1.9.8 (x)', '1.9.9 (x)'] },
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
