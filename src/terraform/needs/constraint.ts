/** One term of a constraint: `>= 1.9`. */
interface Term {
  readonly operator: string;
  /** One to three numbers. */
  readonly segments: readonly number[];
  readonly prerelease: string | null;
}

const TERM = /^(=|!=|>=|<=|>|<|~>)?\s*v?(\d+(?:\.\d+){0,2})(?:-([\w.-]+))?$/;

function termOf(text: string): Term | null {
  const [, operator = '', numbers, prerelease = null] = TERM.exec(text.trim()) ?? [];
  return numbers === undefined ? null : { operator, segments: numbers.split('.').map(Number), prerelease };
}

const padded = ({ segments }: Term): readonly number[] => [...segments, 0, 0].slice(0, 3);

function order(one: readonly number[], other: readonly number[]): number {
  const at = one.findIndex((number, index) => number !== (other[index] ?? 0));
  return at < 0 ? 0 : (one[at] ?? 0) - (other[at] ?? 0);
}

function meets(version: Term, term: Term): boolean {
  const compared = order(padded(version), padded(term));
  switch (term.operator) {
    case '!=':
      return compared !== 0;
    case '>':
      return compared > 0;
    case '>=':
      return compared >= 0;
    case '<':
      return compared < 0;
    case '<=':
      return compared <= 0;
    case '~>': {
      // All numbers but the last that is written are fixed (hashicorp/go-version, `constraintPessimistic`).
      const fixed = term.segments.slice(0, -1);
      return compared >= 0 && order(padded(version).slice(0, fixed.length), fixed) === 0;
    }
    default:
      return compared === 0;
  }
}

const spelled = (term: Term): string =>
  padded(term).join('.') + (term.prerelease === null ? '' : `-${term.prerelease}`);

/** The one version that a constraint leaves, `1.9` being `= 1.9.0` (hashicorp/go-version, constraint.go); null where it leaves several. */
export function onlyVersion(constraint: string): string | null {
  const terms = constraint.split(',').map(termOf);
  const exact = terms.find((term) => term !== null && ['', '='].includes(term.operator));
  return exact && terms.every((term) => term !== null) ? spelled(exact) : null;
}

/**
 * Whether a range allows a version, for certain; null where either is something else, and for versions before a release, which are
 * ordered by rules of their own.
 */
export function allows(range: string, version: string): boolean | null {
  const own = termOf(version);
  const terms = range.split(',').map(termOf);
  if (own === null || own.prerelease !== null) return null;
  if (terms.some((term) => term === null || term.prerelease !== null)) return null;
  // A part of a version without an operator means one thing to the tool and another to who installs it.
  if (terms.some((term) => term?.operator === '' && term.segments.length < 3)) return null;
  return terms.every((term) => term !== null && meets(own, term));
}
