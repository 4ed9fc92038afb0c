import type { Where } from '../aws/reply.ts';
import type { Guardrails } from '../model/assumability.ts';
import { type Fact, isKnown, known, unknown } from '../model/fact.ts';
import type { Gap } from '../model/gap.ts';
import type { Account } from '../model/subject.ts';
import { organizationsHome } from '../s3/partition.ts';
import { levelsOf, pathTo, type Reader, walkCalls } from './organization.ts';
import { resolve } from './resolver.ts';

const guardrails = resolve({
  fact: 'account.guardrails',
  asks: [],
  calls: ['organizations:DescribeOrganization', ...walkCalls],
  async run(account, { read, gap }): Promise<Fact<Guardrails>> {
    const call = 'organizations:DescribeOrganization';
    const reply = await read(call, {}, organizationsWhere(account, account.id));
    if (!isKnown(reply)) return reply;
    if (reply.known.kind !== 'answer') return known({ kind: 'no-organization' });
    const { Id: orgId, MasterAccountId: management, FeatureSet: features } = reply.known.pages[0].Organization ?? {};
    if (!orgId || !management) {
      const detail = 'DescribeOrganization named no organization or no management account';
      return gap({ cause: 'unexpected-answer', detail, call, resource: account.id });
    }
    // "SCPs don't affect users or roles in the management account" (AWS Organizations User Guide, "Service control policies");
    // RCPs do not affect resources there either ("Resource control policies").
    if (management === account.id) return known({ kind: 'management', orgId });
    // Policies need "all features" (AWS Organizations User Guide, "Enabling all features for an organization").
    if (features === 'CONSOLIDATED_BILLING') return known({ kind: 'member', orgId, scps: null, rcps: null });
    return boundBy(account, { orgId, management }, { read, gap });
  },
});

const organizationsWhere = ({ partition }: Account, account: string | null): Where => ({
  region: organizationsHome(partition),
  endpoint: null,
  account,
});

/**
 * The tree is told to the management account, and to delegated administrators: the account itself may be one, or that of the
 * auditor. Where none of them may ask, the gap is that of the management account, where the permission is always enough.
 */
async function boundBy(
  account: Account,
  { orgId, management }: { readonly orgId: string; readonly management: string },
  context: Omit<Reader, 'where'>,
): Promise<Fact<Guardrails>> {
  const asManagement: Reader = { ...context, where: organizationsWhere(account, management) };
  const path = await pathTo(account.id, asManagement);
  if (isKnown(path)) return boundAlong(path.known, orgId, asManagement);
  for (const as of [account.id, null]) {
    const reader: Reader = { ...context, where: organizationsWhere(account, as) };
    const other = await pathTo(account.id, reader);
    if (isKnown(other)) return boundAlong(other.known, orgId, reader);
  }
  const [gap, ...gaps] = path.gaps.map((one): Gap => ({ ...one, permission: 'organizations:ListParents' }));
  return gap ? unknown(gap, ...gaps) : path;
}

async function boundAlong(path: readonly string[], orgId: string, reader: Reader): Promise<Fact<Guardrails>> {
  const [scps, rcps] = await Promise.all([
    levelsOf(path, 'SERVICE_CONTROL_POLICY', reader),
    levelsOf(path, 'RESOURCE_CONTROL_POLICY', reader),
  ]);
  if (!isKnown(scps)) return scps;
  return isKnown(rcps) ? known({ kind: 'member', orgId, scps: scps.known, rcps: rcps.known }) : rcps;
}

/** Facts about what binds everybody in an account. */
export const guardrailResolvers = [guardrails];
