import type { Access } from './access.ts';
import { type Answer, unknown } from './answer.ts';
import { type Arn, nameOf, parseArn } from './arn.ts';
import { authorise } from './authorise.ts';
import { actionsOf, type Call, plainest, type Request, requests } from './call.ts';
import { type Caller, callerName, callerOf } from './caller.ts';
import { caseOf } from './case.ts';
import { accessOf } from './keys.ts';
import { type Policies, placePolicies } from './policies.ts';
import { type AssumeContext, type AssumeQuestion, misunderstood } from './question.ts';
import { allOf, type Ruling } from './ruling.ts';

/** Whether the call succeeds on what is known. */
export type AssumeAnswer = Answer;

const no = (because: string): AssumeAnswer => ({ verdict: 'no', because, statements: [] });

function described({ tags, sourceIdentity, externalId }: Request): string {
  const parts = [
    ...(tags.is === 'none' ? [] : ['session tags']),
    ...(sourceIdentity.is === 'none' ? [] : ['a source identity']),
    ...(externalId.is === 'none' ? [] : ['an external id']),
  ];
  return parts.join(' and ') || 'none of them';
}

/** No to every shape of the request: the plainest says why, and the first that fails for another reason is added. */
function refusal(
  plain: Ruling & { readonly verdict: 'no' },
  others: readonly { readonly request: Request; readonly ruling: Ruling }[],
): AssumeAnswer {
  const different = others.find(({ ruling }) => ruling.verdict === 'no' && ruling.because !== plain.because);
  if (different?.ruling.verdict !== 'no') return plain;
  const { because, statements } = different.ruling;
  const joined = `${plain.because}; with ${described(different.request)} passed, ${because}`;
  return { verdict: 'no', because: joined, statements: [...plain.statements, ...statements] };
}

/** What a question comes to in one context, its policies read once. */
type Judge = (context: AssumeContext) => AssumeAnswer;

function judgeFor(question: AssumeQuestion, role: Arn, policies: Policies): Judge {
  return (context) => {
    const answer = callerOf({ ...question, context });
    if ('problem' in answer) return unknown([{ kind: 'question', detail: answer.problem }]);
    return judge({ caller: answer.caller, role: { arn: question.roleArn, account: role.account } }, context, policies);
  };
}

function judge(ends: Pick<Call, 'caller' | 'role'>, context: AssumeContext, policies: Policies): AssumeAnswer {
  const rulings = requests(context).map((request) => {
    const call = { ...ends, context, request };
    return { request, ruling: allOf(actionsOf(request).map((action) => authorise(caseOf(call, action, policies)))) };
  });
  const [plain, ...others] = rulings;
  if (!plain) return unknown([{ kind: 'question', detail: 'the request can take no shape' }]);
  if (plain.ruling.verdict === 'yes') return plain.ruling;
  if (plain.ruling.verdict === 'no' && others.every(({ ruling }) => ruling.verdict === 'no'))
    return refusal(plain.ruling, others);
  // The smallest request that is not refused outright says what to find out.
  const [next] = rulings.filter(({ ruling }) => ruling.verdict !== 'no');
  if (next?.ruling.verdict === 'unknown') return unknown(next.ruling.undecided);
  return unknown([
    { kind: 'question', detail: `whether the call passes ${described(next?.request ?? plain.request)}` },
  ]);
}

function roleOf(roleArn: unknown): Arn | null {
  const arn = typeof roleArn === 'string' ? parseArn(roleArn) : null;
  return arn?.service === 'iam' && arn.resource.startsWith('role/') && nameOf(arn.resource) !== '' ? arn : null;
}

/** What a question comes to whatever the context, or who calls and how to judge one context after another. */
export type Prepared =
  | { readonly settled: AssumeAnswer }
  | {
      readonly caller: Exclude<Caller, { readonly kind: 'root' }>;
      readonly policies: Policies;
      readonly accessIn: (context: AssumeContext) => Access;
      readonly in: Judge;
    };

/** Reads a question once, to be judged in many contexts; each is as in {@link canAssume}. */
export function prepare(question: AssumeQuestion): Prepared {
  const asked = (detail: string): Prepared => ({ settled: unknown([{ kind: 'question', detail }]) });
  const [problem] = misunderstood(question);
  if (problem !== undefined) return asked(problem);
  const role = roleOf(question.roleArn);
  if (!role) return asked('roleArn is not the ARN of a role');
  const answer = callerOf(question);
  if ('problem' in answer) return asked(answer.problem);
  const { caller } = answer;
  if (caller.kind === 'root') return { settled: no('AWS lets no root user assume a role') };
  if (caller.partition !== role.partition) {
    const because = `${callerName(caller)} is in the partition ${caller.partition} and the role in ${role.partition}, which share no credentials`;
    return { settled: no(because) };
  }
  const policies = placePolicies(question);
  const ends = { caller, role: { arn: question.roleArn, account: role.account } };
  const accessIn = (context: AssumeContext) => accessOf({ ...ends, context, request: plainest(context) });
  return { caller, policies, accessIn, in: judgeFor(question, role, policies) };
}

/**
 * May this principal assume this role? Yes only when the call is certain to succeed with nothing passed that the context
 * does not give; no only when it fails whatever is not known and whatever may still be chosen (STS API Reference,
 * "AssumeRole"; IAM User Guide, "Policy evaluation logic").
 */
export function canAssume(question: AssumeQuestion): AssumeAnswer {
  const prepared = prepare(question);
  return 'settled' in prepared ? prepared.settled : prepared.in(question.context);
}
