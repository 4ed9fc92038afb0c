import type { Requirement } from '../model/requirement.ts';
import { inRange, lastOf } from './addresses.ts';
import type { Caller } from './caller.ts';
import { EXTERNAL_ID, SESSION_NAME, TAG_VALUE } from './domains.ts';
import { ANY_VALUE, type Asked, isWild, type Literal, sampleOf } from './literals.ts';
import type { Domain } from './presence.ts';
import type { AssumeContext } from './question.ts';
import { textClasses } from './text-classes.ts';
import { type Glyph, matches } from './wildcard.ts';

/** One thing that may be otherwise than in a plain call, in one of several ways. */
export interface Choice {
  readonly type: Requirement['type'];
  /** The condition keys that it decides. */
  readonly keys: readonly string[];
  /** What each way puts over the context. Tags of several choices are passed together. */
  readonly ways: readonly AssumeContext[];
  /** Whether the ways stand for all that there are. */
  readonly complete: boolean;
}

/** What the choices of one call hang on. */
interface Situation {
  readonly asked: Asked;
  readonly caller: Exclude<Caller, { readonly kind: 'root' }>;
  readonly context: AssumeContext;
}

const FILLER = ANY_VALUE;
const OTHER = 'x7';
/** Those that are compared with a value, not only asked whether they are there. */
const compared = (literals: readonly Literal[]) => literals.filter(({ operator }) => operator !== 'Null');
const on = ({ literals }: Asked, ...keys: readonly string[]): readonly Literal[] =>
  keys.flatMap((key) => literals.get(key) ?? []);

/** Texts of a domain that tell the literals apart; readable ones first. */
function texts(
  literals: readonly Literal[],
  domain: Domain,
): { readonly texts: readonly string[]; readonly complete: boolean } {
  const fits = (text: string) =>
    text.length >= domain.shortest &&
    text.length <= domain.longest &&
    Array.from(text).every((character) => domain.character.test(character));
  const readable = literals.map(({ pattern }) => sampleOf(pattern, FILLER));
  const bare = literals.map(({ pattern }) => sampleOf(pattern, ''));
  const cased = literals
    .filter(({ operator }) => operator.includes('IgnoreCase'))
    .flatMap(({ text }) => [text.toUpperCase(), text.toLowerCase()]);
  const plain = [...new Set([...readable, ...bare, ...cased, FILLER, OTHER])].filter(fits);
  const patterns = distinct(literals);
  const classes = tellApart(plain, patterns) ? { samples: [], complete: true } : textClasses(patterns, domain);
  const all = [...new Set([...plain, ...classes.samples])].filter(fits);
  return { texts: all, complete: classes.complete };
}

/**
 * Whether texts show all that the patterns can do: beside literals, each of which is a text of its own, a pattern with wildcards
 * is met by one of the others, or not. Of several such patterns that is not seen at a glance.
 */
function tellApart(all: readonly string[], patterns: readonly (readonly Glyph[])[]): boolean {
  const [wild, ...more] = patterns.filter(isWild);
  if (!wild) return true;
  const exact = new Set(patterns.filter((pattern) => !isWild(pattern)).map((pattern) => pattern.join('')));
  const met = all.filter((text) => !exact.has(text)).map((text) => matches(wild, text));
  return more.length === 0 && met.includes(true) && met.includes(false);
}

const distinct = (literals: readonly Literal[]) => [
  ...new Map(literals.map(({ pattern }) => [pattern.map(String).join('\u0000'), pattern])).values(),
];

function text(
  situation: Situation,
  key: string,
  { type, domain, put }: { type: Choice['type']; domain: Domain; put: (text: string) => AssumeContext },
): readonly Choice[] {
  const literals = on(situation.asked, key);
  if (literals.length === 0) return [];
  const found = texts(literals, domain);
  const complete = found.complete && !situation.asked.beyond.has(key);
  return [{ type, keys: [key], ways: found.texts.map(put), complete }];
}

function mfa({ asked, caller, context }: Situation): readonly Choice[] {
  const keys = ['aws:multifactorauthpresent', 'aws:multifactorauthage'];
  if (caller.kind !== 'user' || context.mfa === false || on(asked, ...keys).length === 0) return [];
  const limits = on(asked, 'aws:multifactorauthage').flatMap(({ text: limit }) =>
    /^\d{1,9}$/.test(limit) ? [Number(limit)] : [],
  );
  if (limits.length === 0 || context.mfaAgeSeconds !== undefined)
    return context.mfa === true ? [] : [{ type: 'mfa', keys, ways: [{ mfa: true }], complete: true }];
  const ages = [...new Set([0, ...limits.flatMap((limit) => [limit - 1, limit, limit + 1])])].filter((age) => age >= 0);
  const ways = ages.sort((a, b) => a - b).map((mfaAgeSeconds): AssumeContext => ({ mfa: true, mfaAgeSeconds }));
  return [{ type: 'mfa', keys, ways, complete: true }];
}

function credentials({ asked, caller, context }: Situation): readonly Choice[] {
  const keys = ['aws:tokenissuetime', 'aws:multifactorauthpresent'];
  if (caller.kind !== 'user' || context.credentialType !== undefined || on(asked, ...keys).length === 0) return [];
  return [{ type: 'credentialType', keys, ways: [{ credentialType: 'temporary' }], complete: true }];
}

function addresses({ asked, context }: Situation): readonly Choice[] {
  const ranges = on(asked, 'aws:sourceip').flatMap(({ values }) => values);
  if (context.sourceIp !== undefined || typeof context.viaVpcEndpoint === 'string' || ranges.length === 0) return [];
  const found = ranges.flatMap((range) => {
    const [base = ''] = range.split('/');
    return inRange(base, range) ? [base, ...lastOf(range)] : [];
  });
  return [
    {
      type: 'sourceIp',
      keys: ['aws:sourceip'],
      ways: [...new Set(found)].map((sourceIp) => ({ sourceIp })),
      complete: !asked.beyond.has('aws:sourceip'),
    },
  ];
}

function endpoints({ asked, context }: Situation): readonly Choice[] {
  const keys = ['aws:sourcevpce', 'aws:sourceip', 'aws:sourcevpc', 'aws:vpcsourceip'];
  if (context.viaVpcEndpoint !== undefined || typeof context.sourceIp === 'string') return [];
  if (on(asked, ...keys).length === 0) return [];
  const named = compared(on(asked, 'aws:sourcevpce')).map(({ pattern }) => sampleOf(pattern, '0'));
  // Any endpoint does where only the absence of an address is asked for; of a VPC the context says nothing.
  const ids = named.length > 0 ? [...new Set(named)] : ['vpce-0'];
  const complete = on(asked, 'aws:sourcevpc', 'aws:vpcsourceip').length === 0;
  return [{ type: 'vpcEndpoint', keys, ways: ids.map((viaVpcEndpoint) => ({ viaVpcEndpoint })), complete }];
}

function regions({ asked, context }: Situation): readonly Choice[] {
  const found = on(asked, 'aws:requestedregion').map(({ pattern }) => sampleOf(pattern, 'west-1'));
  if (context.requestedRegion !== undefined || found.length === 0) return [];
  const isRegion = (region: string) => /^[a-z]{2,5}(-[a-z]+)+-\d$/.test(region);
  const ways = [...new Set([...found, 'us-east-2'])].filter(isRegion).map((requestedRegion) => ({ requestedRegion }));
  return [
    {
      type: 'requestedRegion',
      keys: ['aws:requestedregion'],
      ways,
      complete: !asked.beyond.has('aws:requestedregion'),
    },
  ];
}

const TAG = 'aws:requesttag/';

/** One choice per tag: some statement may ask for several. */
function tags({ asked, context }: Situation): readonly Choice[] {
  if (context.requestTags !== undefined) return [];
  const named = [...asked.literals.keys()].filter((key) => key.startsWith(TAG));
  const listed = on(asked, 'aws:tagkeys').map(({ pattern }) => sampleOf(pattern, 'x'));
  const spelled = new Map([
    ...named.map((key) => [key.slice(TAG.length), key.slice(TAG.length)] as const),
    ...listed.map((name) => [name.toLowerCase(), name] as const),
  ]);
  return [...spelled].map(([lower, name]) => {
    const found = texts(on(asked, `${TAG}${lower}`), TAG_VALUE);
    return {
      type: 'requestTags',
      keys: [`${TAG}${lower}`, 'aws:tagkeys', 'sts:transitivetagkeys'],
      ways: found.texts.map((value) => ({ requestTags: { [asked.spelling.get(`${TAG}${lower}`) ?? name]: value } })),
      complete: found.complete && !asked.beyond.has(`${TAG}${lower}`),
    };
  });
}

function sessions({ asked, caller, context }: Situation): readonly Choice[] {
  if (caller.kind !== 'role' || caller.session !== null || context.callerSessionName !== undefined) return [];
  const named = asked.sessions.filter(({ role }) => role === caller.name).map(({ session }) => session);
  if (named.length === 0) return [];
  const ways = [...new Set(named)].map((callerSessionName) => ({ callerSessionName }));
  return [{ type: 'callerSessionName', keys: [], ways, complete: true }];
}

function organizations({ asked, context }: Situation): readonly Choice[] {
  const own = context.orgId === undefined ? on(asked, 'aws:principalorgid') : [];
  const role = context.resourceOrgId === undefined ? on(asked, 'aws:resourceorgid') : [];
  const ids = (literals: readonly Literal[]) => [
    ...new Set(compared(literals).map(({ pattern }) => sampleOf(pattern, FILLER))),
    null,
  ];
  return [
    ...(own.length === 0
      ? []
      : [
          {
            type: 'orgId' as const,
            keys: ['aws:principalorgid'],
            ways: ids(own).map((orgId) => ({ orgId })),
            complete: false,
          },
        ]),
    ...(role.length === 0
      ? []
      : [
          {
            type: 'resourceOrgId' as const,
            keys: ['aws:resourceorgid'],
            ways: ids(role).map((resourceOrgId) => ({ resourceOrgId })),
            complete: false,
          },
        ]),
  ];
}

/** Everything that a call may bring, or be made under, and that some policy asks about; likelier things first. */
export function choicesIn(situation: Situation): readonly Choice[] {
  const { context } = situation;
  return [
    ...mfa(situation),
    ...(context.externalId === undefined
      ? text(situation, 'sts:externalid', {
          type: 'externalId',
          domain: EXTERNAL_ID,
          put: (externalId) => ({ externalId }),
        })
      : []),
    ...sessions(situation),
    ...(context.sessionName === undefined
      ? text(situation, 'sts:rolesessionname', {
          type: 'sessionName',
          domain: SESSION_NAME,
          put: (sessionName) => ({ sessionName }),
        })
      : []),
    ...addresses(situation),
    ...endpoints(situation),
    ...regions(situation),
    ...(context.sourceIdentity === undefined
      ? text(situation, 'sts:sourceidentity', {
          type: 'sourceIdentity',
          domain: SESSION_NAME,
          put: (sourceIdentity) => ({ sourceIdentity }),
        })
      : []),
    ...tags(situation),
    ...credentials(situation),
    ...organizations(situation),
  ];
}
