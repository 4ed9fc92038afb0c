import type { CodeNeeds, ToolPin, ToolPins } from '../model/dependencies.ts';
import { type Fact, isKnown, known } from '../model/fact.ts';
import type { InventoryStack, Vendor } from '../model/inventory.ts';
import { isExactVersion } from '../terraform/needs/pins.ts';
import { resolve } from './resolver.ts';

type Tool = NonNullable<ToolPins['tool']>;

/** What the orchestrator runs a stack with. */
interface Setting {
  readonly tool: Tool;
  readonly pins: readonly ToolPin[];
  /** The tools that have to have a version. */
  readonly needed: readonly Tool[];
  readonly otherwise: string;
}

const pinOf = (tool: Tool, version: string | null, source: string): readonly ToolPin[] =>
  version === null ? [] : [{ tool, version, exact: isExactVersion(version), source, location: null }];

function settingOf(vendor: Vendor, source: string): Setting | null {
  switch (vendor.kind) {
    case 'terraform':
    case 'opentofu': {
      if (vendor.workflow === 'custom')
        return {
          tool: vendor.kind,
          pins: [],
          needed: [vendor.kind],
          otherwise: `${source} takes the tool of the runner’s image`,
        };
      const tool = vendor.workflow ?? vendor.kind;
      return {
        tool,
        pins: pinOf(tool, vendor.version, source),
        needed: [tool],
        otherwise: `${source} takes the latest`,
      };
    }
    case 'terragrunt': {
      const below = vendor.tool === 'opentofu' ? 'opentofu' : 'terraform';
      const pins = [
        ...pinOf('terragrunt', vendor.terragruntVersion, source),
        ...(vendor.tool === 'manual' ? [] : pinOf(below, vendor.toolVersion, source)),
      ];
      const otherwise =
        vendor.tool === 'manual' ? `${source} takes the tool of the runner’s image` : `${source} takes the latest`;
      return { tool: 'terragrunt', pins, needed: ['terragrunt', below], otherwise };
    }
    case 'pulumi':
    case 'cloudformation':
    case 'kubernetes':
    case 'ansible':
    case 'other':
      return null;
  }
}

const holdsFor = (tool: Tool | null, { tool: own }: ToolPin): boolean => own === null || tool === null || own === tool;

/** The pins that bear on some tools: every `required_version`, and of the files of one tool the nearest. */
function bearing(pins: readonly ToolPin[], tools: readonly (Tool | null)[]): readonly ToolPin[] {
  const nearest = new Set<string>();
  return pins.filter((pin) => {
    if (!tools.some((tool) => holdsFor(tool, pin))) return false;
    if (pin.tool === null) return true;
    if (nearest.has(pin.tool)) return false;
    nearest.add(pin.tool);
    return true;
  });
}

function pinsOf(needs: CodeNeeds | null, setting: Setting | null): ToolPins {
  const tool = setting?.tool ?? needs?.tool ?? null;
  const needed = setting?.needed ?? (tool ? [tool] : []);
  const pins = [...bearing(needs?.pins ?? [], needed.length > 0 ? needed : [null]), ...(setting?.pins ?? [])];
  // Terragrunt is not the tool of which `required_version` speaks.
  const isPinned = (one: Tool) =>
    pins.some((pin) => pin.exact && (pin.tool === one || (pin.tool === null && one !== 'terragrunt')));
  const open =
    needed.length > 0 ? needed.filter((one) => !isPinned(one)) : pins.some(({ exact }) => exact) ? [] : ['the tool'];
  return { tool, pins, open, otherwise: setting?.otherwise ?? null };
}

const vendorOf = (listed: Fact<InventoryStack | null>): (Fact<Vendor> & { readonly source?: string }) | null => {
  if (!isKnown(listed)) return listed.gaps[0].cause === 'no-inventory' ? null : listed;
  return listed.known?.vendor ?? null;
};

/** The versions that code and orchestrator state. A version that both could have had and one could not be read for is not known to be missing. */
const pins = resolve({
  fact: 'stack.pins',
  asks: ['stack.inventory'],
  calls: [],
  async run(stack, { ask }) {
    const vendor = vendorOf(await ask('stack.inventory', stack));
    const setting = vendor && isKnown(vendor) ? settingOf(vendor.known, vendor.source ?? 'the inventory') : null;
    const { needs } = stack;
    const found = pinsOf(isKnown(needs) ? needs.known : null, setting);
    if (found.open.length === 0) return known(found);
    if (!isKnown(needs)) return needs;
    return vendor && !isKnown(vendor) ? vendor : known(found);
  },
});

/** With which version a stack is run. */
export const pinResolvers = [pins];
