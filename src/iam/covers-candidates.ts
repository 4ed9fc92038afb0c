import { KNOWN_ACTIONS, type KnownAction, NAME, type Place, type Shape } from './covers-actions.ts';
import type { Pattern, Patterns } from './covers-patterns.ts';
import type { Shortfall } from './covers-statements.ts';
import { ANY, type Glyph, glyphs, matches, matchesIgnoringCase, segments } from './wildcard.ts';

/** One action on one resource. Where `kinds` is unknown, nothing says that the action is about resources of this kind. */
export interface Candidate {
  readonly action: string;
  readonly resource: string;
  readonly kinds: 'known' | 'unknown';
}

const hasWildcard = (text: string): boolean => /[*?]/.test(text);

const SERVICE = /^[a-z0-9-]+:\*$/i;

/** A pattern is stood in for by real actions; a whole service of which none is known here, by itself. */
function actionsOf({ negated, patterns: [first] }: Patterns): readonly KnownAction[] {
  if (negated || first === undefined) return KNOWN_ACTIONS;
  const { text } = first;
  const matching = KNOWN_ACTIONS.filter(({ action }) => matchesIgnoringCase(text, action));
  if (!hasWildcard(text)) return [{ action: text, shape: matching[0]?.shape ?? null }];
  return matching.length === 0 && SERVICE.test(text) ? [{ action: text, shape: null }] : matching;
}

const filled = (pattern: readonly Glyph[], name: string): string =>
  pattern.map((glyph) => (typeof glyph === 'string' ? glyph : glyph === ANY ? name : 'x')).join('');

/** The example where it fits, part by part, and else what the pattern says with a name for each wildcard. */
function instances({ glyphs: pattern }: Pattern, shape: Shape, place: Place): readonly string[] {
  const example = shape.example(place);
  const wanted = segments(pattern);
  const given = segments(glyphs(example));
  const within = (name: string) =>
    wanted && given
      ? wanted.map((segment, index) => {
          const fitting = (given[index] ?? []).join('');
          return matches(segment, fitting) ? fitting : filled(segment, name);
        })
      : [];
  const made = wanted && given ? [within(NAME).join(':'), within(`${NAME}/${NAME}`).join(':')] : [];
  return [...made, example].filter((one) => matches(pattern, one) && shape.fits(one));
}

function resourcesOf({ negated, patterns: [first] }: Patterns, shape: Shape | null, place: Place): readonly string[] {
  if (shape === null) return [negated ? '*' : (first?.text ?? '*')];
  if (negated || first === undefined) return [shape.example(place)];
  return instances(first, shape, place);
}

/** What might show that one may do what the other may not: real actions on resources that fit them. */
export function* candidates(shortfalls: readonly Shortfall[], place: Place): Iterable<Candidate> {
  const seen = new Set<string>();
  for (const { action, resource } of shortfalls) {
    for (const one of actionsOf(action)) {
      for (const about of resourcesOf(resource, one.shape, place)) {
        const key = `${one.action.toLowerCase()} ${about}`;
        if (seen.has(key)) continue;
        seen.add(key);
        yield { action: one.action, resource: about, kinds: one.shape === null ? 'unknown' : 'known' };
      }
    }
  }
}
