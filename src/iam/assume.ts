import { type Answer, unknown } from './answer.ts';
import { type Arn, nameOf, parseArn } from './arn.ts';
import { authorise } from './authorise.ts';
import { actionsOf, type Request, requests } from './call.ts';
import { type Caller, callerName, callerOf } from './caller.ts';
import { caseOf } from './case.ts';
import { placePolicies } from './policies.ts';
import { type AssumeQuestion, misunderstood } from './question.ts';
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

function judge(question: AssumeQuestion, caller: Caller, account: string): AssumeAnswer {
  const policies = placePolicies(question);
  const rulings = requests(question.context).map((request) => {
    const call = { caller, role: { arn: question.roleArn, account }, context: question.context, request };
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

/**
 * May this principal assume this role? Yes only when the call is certain to succeed with nothing passed that the context
 * does not give; no only when it fails whatever is not known and whatever may still be chosen (STS API Reference,
 * "AssumeRole"; IAM User Guide, "Policy evaluation logic").
 */
export function canAssume(question: AssumeQuestion): AssumeAnswer {
  const [problem] = misunderstood(question);
  if (problem !== undefined) return unknown([{ kind: 'question', detail: problem }]);
  const role = roleOf(question.roleArn);
  if (!role) return unknown([{ kind: 'question', detail: 'roleArn is not the ARN of a role' }]);
  const answer = callerOf(question);
  if ('problem' in answer) return unknown([{ kind: 'question', detail: answer.problem }]);
  const { caller } = answer;
  if (caller.kind === 'root') return no('AWS lets no root user assume a role');
  if (caller.partition !== role.partition) {
    return no(
      `${callerName(caller)} is in the partition ${caller.partition} and the role in ${role.partition}, which share no credentials`,
    );
  }
  return judge(question, caller, role.account);
}
