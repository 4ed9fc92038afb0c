import { posix } from 'node:path';
import type { CodeNeeds, ToolPin, ToolPins } from '../model/dependencies.ts';
import { type Fact, isKnown, known } from '../model/fact.ts';
import type { InventoryStack, Vendor } from '../model/inventory.ts';
import { allows, onlyVersion } from '../terraform/needs/constraint.ts';
import { isExactVersion } from '../terraform/needs/pins.ts';
import { resolve } from './resolver.ts';

type Tool = NonNullable<ToolPins['tool']>;

/** What the orchestrator runs a stack with. Null stands for Terraform or OpenTofu, where nobody says which. */
interface Setting {
  readonly pins: readonly ToolPin[];
  /** The tools that have to have a version; the one that is started comes first. */
  readonly needed: readonly (Tool | null)[];
  readonly source: string;
  readonly otherwise: string | null;
}

const pinOf = (tool: Tool | null, version: string | null, source: string): readonly ToolPin[] =>
  version === null ? [] : [{ tool, version, exact: isExactVersion(version), source, location: null }];

const ofImage = (source: string): string => `${source} takes the tool of the runner’s image`;
const latestOf = (source: string, versions: readonly (string | null)[]): string | null =>
  versions.includes(null) ? `${source} takes the latest` : null;

function settingOf(vendor: Vendor, source: string): Setting | null {
  switch (vendor.kind) {
    case 'terraform':
    case 'opentofu': {
      const { workflow, version } = vendor;
      if (workflow === 'custom') return { pins: [], needed: [null], source, otherwise: ofImage(source) };
      // A stack of the Terraform kind may run OpenTofu; one of the OpenTofu kind runs nothing else.
      const tool = workflow ?? (vendor.kind === 'opentofu' ? vendor.kind : null);
      const otherwise = latestOf(source, [version]);
      return { pins: pinOf(tool, version, source), needed: [tool], source, otherwise };
    }
    case 'terragrunt': {
      const { tool, terragruntVersion, toolVersion } = vendor;
      const below = tool === 'manual' ? null : tool;
      const manual = tool === 'manual';
      const own = pinOf('terragrunt', terragruntVersion, source);
      return {
        pins: manual ? own : [...own, ...pinOf(below, toolVersion, source)],
        needed: ['terragrunt', below],
        source,
        otherwise: manual ? ofImage(source) : latestOf(source, [terragruntVersion, toolVersion]),
      };
    }
    case 'pulumi':
    case 'cloudformation':
    case 'kubernetes':
    case 'ansible':
    case 'other':
      return null;
  }
}

/** What a pin without a tool means: `required_version` is Terraform's and OpenTofu's, and not Terragrunt's. */
const holdsFor = (tool: Tool | null, { tool: own }: ToolPin): boolean =>
  tool === null || own === null ? (tool ?? own) !== 'terragrunt' : own === tool;

const directoryOf = ({ location }: ToolPin): string => posix.dirname(location?.file ?? '');

/** The pins that bear on some tools: every `required_version`, and of the files that name one tool those in the nearest directory. */
function bearing(pins: readonly ToolPin[], tools: readonly (Tool | null)[]): readonly ToolPin[] {
  const nearest = new Map<Tool, string>();
  return pins.filter((pin) => {
    if (!tools.some((tool) => holdsFor(tool, pin))) return false;
    if (pin.tool === null) return true;
    const at = nearest.get(pin.tool) ?? directoryOf(pin);
    nearest.set(pin.tool, at);
    return at === directoryOf(pin);
  });
}

/** One version of a tool is stated; where nobody says which tool it is, that is no version of two. */
function isPinned(tool: Tool | null, pins: readonly ToolPin[]): boolean {
  const exact = pins.filter((pin) => pin.exact && holdsFor(tool, pin));
  return exact.length > 0 && new Set(exact.flatMap(({ tool: own }) => own ?? [])).size < 2;
}

const spoken = ({ tool, version, source }: ToolPin): string => `${tool ?? ''} ${version} (${source})`.trim();

function contradict(one: ToolPin, other: ToolPin): boolean {
  if (!holdsFor(one.tool, other) || !holdsFor(other.tool, one)) return false;
  if (one.exact && other.exact) return onlyVersion(one.version) !== onlyVersion(other.version);
  const [exact, range] = one.exact ? [one, other] : [other, one];
  return exact.exact && allows(range.version, onlyVersion(exact.version) ?? '') === false;
}

function disagreeing(pins: readonly ToolPin[], needs: CodeNeeds | null, setting: Setting | null): readonly string[] {
  const run = setting?.needed.find((tool) => tool !== 'terragrunt') ?? null;
  if (run !== null && needs?.tool && needs.tool !== run)
    return [`the code is for ${needs.tool}`, `${setting?.source} runs ${run}`];
  return pins.filter((one) => pins.some((other) => contradict(one, other))).map(spoken);
}

function pinsOf(needs: CodeNeeds | null, setting: Setting | null): ToolPins {
  const byCode: readonly (Tool | null)[] = [...(needs?.terragrunt ? ['terragrunt' as const] : []), needs?.tool ?? null];
  // What the orchestrator does not say of the tool, the code may.
  const needed = setting?.needed.map((tool) => tool ?? needs?.tool ?? null) ?? byCode;
  const pins = [...bearing(needs?.pins ?? [], needed), ...(setting?.pins ?? [])];
  return {
    tool: needed[0] ?? null,
    pins,
    open: needed.filter((one) => !isPinned(one, pins)).map((tool) => tool ?? 'the tool'),
    disagree: disagreeing(pins, needs, setting),
    otherwise: setting?.otherwise ?? null,
  };
}

const vendorOf = (listed: Fact<InventoryStack | null>): (Fact<Vendor> & { readonly source?: string }) | null => {
  if (!isKnown(listed)) return listed.gaps[0].cause === 'no-inventory' ? null : listed;
  return listed.known?.vendor ?? null;
};

/**
 * The versions that code and orchestrator state. A version that both could have had and one could not be read for is not known to be
 * missing, and what sources of the orchestrator contradict each other about is not known although the code says something.
 */
const pins = resolve({
  fact: 'stack.pins',
  asks: ['stack.inventory'],
  calls: [],
  async run(stack, { ask }) {
    const vendor = vendorOf(await ask('stack.inventory', stack));
    const setting = vendor && isKnown(vendor) ? settingOf(vendor.known, vendor.source ?? 'the inventory') : null;
    const { needs } = stack;
    const found = pinsOf(isKnown(needs) ? needs.known : null, setting);
    if (found.disagree.length > 0) return known(found);
    if (vendor && !isKnown(vendor) && vendor.gaps.some(({ cause }) => cause === 'undecided')) return vendor;
    if (found.open.length === 0) return known(found);
    if (!isKnown(needs)) return needs;
    return vendor && !isKnown(vendor) ? vendor : known(found);
  },
});

/** With which version a stack is run. */
export const pinResolvers = [pins];
