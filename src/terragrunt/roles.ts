import { Unevaluated } from '../hcl/expressions/datum.ts';
import { constants } from '../hcl/expressions/scope.ts';
import { readProviderRoles } from '../terraform/providers.ts';
import type { GeneratedFiles } from './generated.ts';
import { firstOf, type Layers } from './layers.ts';
import { attributeOf, type Found } from './parts.ts';
import type { UnitRoles } from './unit.ts';

/** `iam_role`: an empty one is none, so that the file below decides (`Merge` in Terragrunt's pkg/config/include.go). */
async function iamRole(layers: Layers): Promise<Found | Unevaluated | null> {
  return firstOf(layers, async (configuration) => {
    const found = await attributeOf(configuration, 'iam_role');
    return found?.value === '' ? null : found;
  });
}

/** The role that Terragrunt assumes for a unit, and those of the provider blocks that it generates. */
export async function unitRoles(layers: Layers, generated: GeneratedFiles): Promise<UnitRoles> {
  const files = generated.files.map(({ file }) => file);
  const { roles, unnamed } = await readProviderRoles(files, () => constants);
  const found = await iamRole(layers);
  // Where a file is unknown, nothing says that it names a role; that it may is said as a problem of the unit.
  if (found === null || found instanceof Unevaluated) return { named: roles, unnamed };
  const { value, place } = found;
  const location = place.file.locate(place.span.start);
  if (typeof value === 'string') {
    const source = `iam_role ${location.file}:${location.line}`;
    return {
      named: [{ arn: value, phase: 'both', use: 'deploy', declaredBy: 'code', source, location }, ...roles],
      unnamed,
    };
  }
  const written = place.file.source.text.slice(place.span.start, place.span.end).replace(/^iam_role\s*=\s*/, '');
  const pattern = value instanceof Unevaluated ? (value.pattern ?? written.slice(0, 200)) : written.slice(0, 200);
  return { named: roles, unnamed: [{ pattern, location }, ...unnamed] };
}
