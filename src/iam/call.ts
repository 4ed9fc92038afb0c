import type { Caller } from './caller.ts';
import type { AssumeContext } from './question.ts';

/** Something that the caller may pass: left out, passed with a value that is not fixed yet, or given. */
export type Parameter<T> =
  | { readonly is: 'none' }
  | { readonly is: 'some' }
  | { readonly is: 'given'; readonly value: T };

/** What the call passes. */
export interface Request {
  readonly externalId: Parameter<string>;
  readonly sourceIdentity: Parameter<string>;
  readonly tags: Parameter<Readonly<Record<string, string>>>;
  /** Whether some of the tags are to be inherited by chained sessions. */
  readonly transitive: boolean;
}

/** One call of `sts:AssumeRole`, with everything that a policy can test. */
export interface Call {
  readonly caller: Caller;
  readonly role: { readonly arn: string; readonly account: string };
  readonly context: AssumeContext;
  readonly request: Request;
}

const choices = <T>(value: T | null | undefined): readonly Parameter<T>[] => {
  if (value === undefined) return [{ is: 'none' }, { is: 'some' }];
  return [value === null ? { is: 'none' } : { is: 'given', value }];
};

/** Every shape that the request may still take, the plainest first. Each is judged on its own: tags cost a permission. */
export function requests({ externalId, sourceIdentity, requestTags }: AssumeContext): readonly Request[] {
  const passed = requestTags && Object.keys(requestTags).length === 0 ? null : requestTags;
  return choices(passed).flatMap((tags) =>
    (tags.is === 'none' ? [false] : [false, true]).flatMap((transitive) =>
      choices(sourceIdentity).flatMap((identity) =>
        choices(externalId).map((id): Request => ({ externalId: id, sourceIdentity: identity, tags, transitive })),
      ),
    ),
  );
}

/** The request with nothing passed that the context does not give. */
export function plainest({ externalId, sourceIdentity, requestTags }: AssumeContext): Request {
  const given = <T>(value: T | null | undefined): Parameter<T> =>
    value === null || value === undefined ? { is: 'none' } : { is: 'given', value };
  return {
    externalId: given(externalId),
    sourceIdentity: given(sourceIdentity),
    tags: given(requestTags),
    transitive: false,
  };
}

/**
 * The actions that have to be allowed, all with the same context (IAM User Guide, "Passing session tags in AWS STS" and
 * "Monitor and control actions taken with assumed roles").
 */
export function actionsOf({ tags, sourceIdentity }: Request): readonly string[] {
  return [
    'sts:AssumeRole',
    ...(tags.is === 'none' ? [] : ['sts:TagSession']),
    ...(sourceIdentity.is === 'none' ? [] : ['sts:SetSourceIdentity']),
  ];
}
