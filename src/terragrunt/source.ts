import { posix } from 'node:path';
import { Unevaluated } from '../hcl/expressions/datum.ts';
import { firstOf, type Layers } from './layers.ts';
import { sourceIn } from './parts.ts';
import { type Run, refusedAt } from './run.ts';
import type { ModuleSource } from './unit.ts';

// What go-getter's detectors take for an address; everything else is a path (`toSourceURL` in Terragrunt's internal/tf/source.go).
const ADDRESS =
  /^[\w-]+::|^[A-Za-z][\w+.-]*:\/\/|^git@|^(?:github\.com|gitlab\.com|bitbucket\.org)\/|^[\w.-]*s3[\w.-]*\.amazonaws\.com\//;

/** What the text of a `terraform.source` leads to; its relative paths count from the unit, an absolute path. */
export function sourceFrom(
  text: string,
  { unit, root }: { readonly unit: string; readonly root: string },
): ModuleSource {
  if (text === '') return { kind: 'own' };
  const address = text.replace(/^file:\/\//, '');
  if (ADDRESS.test(address)) return { kind: 'remote', text: address };
  // `//` only tells which part of the source is copied.
  const path = posix.relative(root, posix.resolve(unit, address)) || '.';
  return path === '..' || path.startsWith('../') ? { kind: 'outside', text } : { kind: 'local', path };
}

const unknown = ({ obstacles, pattern }: Unevaluated): ModuleSource => ({ kind: 'unknown', obstacles, pattern });

/** The module that a unit runs: `terraform.source`, in whichever of its files it stands. */
export async function moduleSource({ library: { root } }: Run, layers: Layers, unit: string): Promise<ModuleSource> {
  const found = await firstOf(layers, sourceIn);
  if (found === null) return { kind: 'own' };
  if (found instanceof Unevaluated) return unknown(found);
  const { value, place } = found;
  if (typeof value === 'string') return sourceFrom(value, { unit, root });
  return unknown(value instanceof Unevaluated ? value : refusedAt(place, 'it is no text'));
}
