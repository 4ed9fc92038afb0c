import type { Requirement } from '../model/requirement.ts';
import { inRange } from './addresses.ts';
import type { AssumeAnswer } from './assume.ts';
import type { Choice } from './choices.ts';
import type { Asked } from './literals.ts';
import { rangesIn } from './plain-call.ts';
import type { AssumeContext } from './question.ts';
import { over } from './witness.ts';

/** A witness, and how to see whether another context would do as well. */
export interface Witness {
  readonly plain: AssumeContext;
  readonly chosen: readonly Choice[];
  readonly satisfiedBy: AssumeContext;
  readonly asked: Asked;
  readonly judge: (context: AssumeContext) => AssumeAnswer;
}

const atLeastOne = (first: string, all: readonly string[]): readonly [string, ...string[]] => {
  const [head = first, ...rest] = all.length > 0 ? all : [first];
  return [head, ...rest];
};

/** The values of one choice with which the witness would do as well. */
function others<T>(
  choice: Choice,
  { plain, satisfiedBy, judge }: Witness,
  read: (way: AssumeContext) => T | undefined,
): readonly T[] {
  return choice.ways.flatMap((way) => {
    const value = read(way);
    const does = judge(over(plain, { ...satisfiedBy, ...way })).verdict === 'yes';
    return does && value !== undefined ? [value] : [];
  });
}

function requirementOf(choice: Choice, witness: Witness): Requirement | null {
  const { satisfiedBy, asked } = witness;
  switch (choice.type) {
    case 'mfa': {
      if (satisfiedBy.mfaAgeSeconds === undefined) return { type: 'mfa' };
      const ages = others(choice, witness, ({ mfaAgeSeconds }) => mfaAgeSeconds);
      return { type: 'mfa', maxAgeSeconds: Math.max(satisfiedBy.mfaAgeSeconds, ...ages) };
    }
    case 'externalId':
    case 'sessionName':
    case 'callerSessionName':
    case 'sourceIdentity':
      return { type: choice.type, equals: satisfiedBy[choice.type] ?? '' };
    case 'vpcEndpoint':
      return { type: 'vpcEndpoint', equals: satisfiedBy.viaVpcEndpoint ?? '' };
    case 'sourceIp': {
      const does = others(choice, witness, ({ sourceIp }) => sourceIp ?? undefined);
      const ranges = [...new Set(rangesIn(asked))].filter((range) => does.some((address) => inRange(address, range)));
      return { type: 'sourceIp', in: atLeastOne(satisfiedBy.sourceIp ?? '', ranges) };
    }
    case 'requestedRegion':
      return {
        type: 'requestedRegion',
        anyOf: atLeastOne(
          satisfiedBy.requestedRegion ?? '',
          others(choice, witness, ({ requestedRegion }) => requestedRegion),
        ),
      };
    case 'credentialType':
      return { type: 'credentialType', equals: satisfiedBy.credentialType ?? 'temporary' };
    case 'orgId':
    case 'resourceOrgId':
      return { type: choice.type, equals: satisfiedBy[choice.type] ?? null };
    case 'principalTags':
    case 'requestTags':
      return null;
  }
}

/** What a witness asks of the caller, one requirement per choice; session tags are one together. */
export function requirementsOf(witness: Witness): readonly Requirement[] {
  const tags = witness.satisfiedBy.requestTags;
  const passed: readonly Requirement[] = tags
    ? [{ type: 'requestTags', keys: Object.keys(tags), tags, needsAction: 'sts:TagSession' }]
    : [];
  const rest = witness.chosen.flatMap((choice) => requirementOf(choice, witness) ?? []);
  return [...rest, ...passed];
}
