import { parseArn } from '../iam/arn.ts';
import { type Fact, isKnown, known } from '../model/fact.ts';
import type { LockTrap } from '../model/replication.ts';
import type { Replica } from '../model/subject.ts';
import { tableTrap } from '../s3/lock.ts';
import type { Context } from './resolver.ts';

/** What is asked to tell whether a lock table would serve at a replica. */
export const tableAsks = ['bucket.location', 'bucket.replication', 'table.description'] as const;

/** One way to be trapped: seen, certainly not there, or not known. */
export type Judged = Fact<LockTrap | null>;

type LockContext = Pick<Context<(typeof tableAsks)[number], never>, 'ask' | 'gap'>;

/** The table of this name in the replica's region: the backend asks for it in whatever region it is told. */
export async function trapsOfTable(
  { state }: Replica,
  region: string,
  context: LockContext,
): Promise<readonly Judged[]> {
  const { table, tableEndpoint } = state.writes;
  if ('known' in table && table.known === null) return [];
  if ('open' in table) return [context.gap({ cause: 'backend-incomplete', detail: table.open })];
  if ('open' in tableEndpoint) return [context.gap({ cause: 'backend-incomplete', detail: tableEndpoint.open })];
  if (tableEndpoint.known !== null) {
    const detail = `the code asks for table ${table.known} at ${tableEndpoint.known}, whatever the region`;
    return [context.gap({ cause: 'undecided', detail })];
  }
  return [await tableIn({ name: table.known ?? '', region, state }, context)];
}

async function tableIn(
  { name, region, state }: { readonly name: string; readonly region: string } & Pick<Replica, 'state'>,
  context: LockContext,
): Promise<Judged> {
  const { ask, gap } = context;
  const place = `table ${name} in ${region}`;
  const there = await ask('table.description', { kind: 'table', name, region });
  if (!isKnown(there)) return there;
  if (there.known.kind === 'found') {
    const ours = await inOwnAccount(there.known, { place, state }, context);
    if (!isKnown(ours)) return ours;
    const trap = tableTrap(there.known, place);
    return trap === 'undecided'
      ? gap({ cause: 'undecided', detail: `${place} is ${there.known.status}` })
      : known(trap);
  }
  const location = await ask('bucket.location', state.bucket);
  if (!isKnown(location)) return location;
  const home = location.known.kind === 'found' ? location.known.region : null;
  const here = home === null ? null : await ask('table.description', { kind: 'table', name, region: home });
  if (here && !isKnown(here)) return here;
  if (here?.known.kind !== 'found') {
    const detail = `there is no ${place}, and none in ${home} either: it does not exist, or is in another account`;
    return gap({ cause: 'undecided', detail });
  }
  // Only where the one in use is seen is it this account in which the other one is missing.
  const ours = await inOwnAccount(here.known, { place: `table ${name} in ${home}`, state }, context);
  return isKnown(ours) ? known({ why: 'table-missing', detail: `there is no ${place}` }) : ours;
}

/**
 * The auditor looks into its own account, and any account may have a table of that name. The state's is that of the role with which
 * S3 copies: whoever sets it up passes it on, and nobody passes on a role of another account
 * (https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_use_passrole.html).
 */
async function inOwnAccount(
  { account }: { readonly account: string },
  { place, state }: { readonly place: string } & Pick<Replica, 'state'>,
  { ask, gap }: LockContext,
): Promise<Fact<null>> {
  const configuration = await ask('bucket.replication', state.bucket);
  if (!isKnown(configuration)) return configuration;
  const own = parseArn(configuration.known.role ?? '')?.account ?? null;
  if (own === account) return known(null);
  const whose =
    own === null ? `nothing says whose ${state.bucket.name} is` : `${state.bucket.name} is in account ${own}`;
  return gap({
    cause: 'undecided',
    detail: `${place} is in account ${account}, and ${whose}: Terraform may use another table of that name`,
  });
}
