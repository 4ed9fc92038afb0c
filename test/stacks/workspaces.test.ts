import type { S3Client } from '@aws-sdk/client-s3';
import { DeleteObjectCommand } from '@aws-sdk/client-s3';
import { beforeEach, describe, expect, it } from '@jest/globals';
import { noAws } from '../../src/aws/aws.ts';
import { createAnswers } from '../../src/facts/answers.ts';
import { resolvers } from '../../src/facts/index.ts';
import type { Backend } from '../../src/model/backend.ts';
import { defaultExpectations } from '../../src/model/expectations.ts';
import { isKnown, known, unknown } from '../../src/model/fact.ts';
import type { Stack } from '../../src/model/subject.ts';
import { expandWorkspaces } from '../../src/stacks/workspaces.ts';
import { answersOf, plainWrites, stackOf, writeState } from '../facts/subjects.ts';
import { AT, HOME, OWN, useAudit } from '../waist/audit.ts';

const audit = useAudit();
let s3: S3Client;
beforeEach(() => {
  ({ s3 } = audit.connect());
  audit.standIn.createBucket({ name: 'state', region: HOME, account: OWN, versioning: 'Enabled' });
});

type Location = Extract<Backend, { kind: 's3' }>['location'];

const backendAt = (change: Partial<Location> = {}) => {
  const key = change.key ?? 'k';
  const location: Location = {
    bucket: 'state',
    key,
    region: HOME,
    regionInCode: true,
    endpoint: { url: audit.standIn.url, pathStyle: true },
    workspaces: { prefix: 'env:', defaultKey: key },
    writes: plainWrites,
    ...change,
  };
  return known({ kind: 's3', location, declaredAt: null, arguments: [] } as const);
};
const stackAt = (path: string, change: Partial<Location> = {}, rest: Partial<Stack> = {}): Stack =>
  stackOf({ id: path, path, backend: backendAt({ key: path, ...change }), ...rest });

const write = async (...keys: readonly string[]): Promise<void> => {
  for (const Key of keys) await writeState(s3, { Key });
  audit.standIn.clearRequests();
};

async function expand(stacks: readonly Stack[]) {
  const { stacks: found, problems } = await expandWorkspaces(stacks, answersOf(audit.open()).answer);
  return { stacks: found, ids: found.map(({ id }) => id), problems };
}

const keyOf = ({ backend }: Stack): string | null =>
  isKnown(backend) && backend.known.kind === 's3' ? backend.known.location.key : null;

describe('the workspaces that a bucket knows of', () => {
  it('are stacks of their own, with their own keys, and all else of the root module', async () => {
    await write('app', 'env:/prod/app', 'env:/test/app', 'env:/test/other', 'env:/x/y/app', 'prod/app');
    const { stacks, problems } = await expand([stackAt('app', {}, { repository: 'github.com/acme/infra' })]);
    expect(stacks.map((stack) => [stack.id, stack.workspace, stack.path, stack.repository, keyOf(stack)])).toEqual([
      ['app', 'default', 'app', 'github.com/acme/infra', 'app'],
      ['app@prod', 'prod', 'app', 'github.com/acme/infra', 'env:/prod/app'],
      ['app@test', 'test', 'app', 'github.com/acme/infra', 'env:/test/app'],
    ]);
    expect(problems).toEqual([]);
  });

  it('are those of each variant', async () => {
    await write('a', 'env:/prod/a', 'b');
    const variants = [
      stackAt('a', {}, { id: 's#a', path: 's', variant: 'a' }),
      stackAt('b', {}, { id: 's#b', path: 's', variant: 'b' }),
    ];
    expect((await expand(variants)).ids).toEqual(['s#a', 's@prod#a', 's#b']);
  });

  it.each<[string, Partial<Location>, string, string]>([
    ['a prefix', { workspaces: { prefix: 'w/x', defaultKey: 'app' } }, 'w/x/prod/app', 'w/x/prod/app'],
    ['no prefix', { workspaces: { prefix: '', defaultKey: 'app' } }, 'prod/app', 'prod/app'],
  ])('with %s', async (_, change, written, key) => {
    await write('app', written);
    const { stacks } = await expand([stackAt('app', change)]);
    expect(stacks.map((stack) => [stack.id, keyOf(stack)])).toEqual([
      ['app', 'app'],
      ['app@prod', key],
    ]);
  });

  it('are none where only the default one has a state, or nothing has', async () => {
    expect((await expand([stackAt('app')])).ids).toEqual(['app']);
    await write('app');
    expect((await expand([stackAt('app')])).ids).toEqual(['app']);
  });
});

describe('the default workspace beside named ones', () => {
  it('is no stack when nothing was ever written there', async () => {
    await write('env:/prod/app');
    expect((await expand([stackAt('app')])).ids).toEqual(['app@prod']);
  });

  it('stays when its state was deleted', async () => {
    await write('app', 'env:/prod/app');
    await s3.send(new DeleteObjectCommand({ Bucket: 'state', Key: 'app' }));
    expect((await expand([stackAt('app')])).ids).toEqual(['app', 'app@prod']);
  });

  it('stays when nobody may see whether it has a state', async () => {
    await write('env:/prod/app');
    audit.standIn.deny('s3:GetObject');
    audit.standIn.deny('s3:ListBucketVersions');
    expect((await expand([stackAt('app')])).ids).toEqual(['app', 'app@prod']);
  });

  it('is none where the version list alone says that nothing was ever there', async () => {
    await write('env:/prod/app');
    audit.standIn.deny('s3:GetObject');
    expect((await expand([stackAt('app')])).ids).toEqual(['app@prod']);
  });
});

describe('nothing is listed', () => {
  it.each<[string, () => Stack]>([
    ['where the config names the workspaces', () => stackAt('app', {}, { workspacesNamed: true })],
    ['of a local state', () => stackOf({ id: 'app', path: 'app' })],
    [
      'of a state that is not known',
      () => stackOf({ id: 'app', backend: unknown({ fact: 'stack.backend', cause: 'unparsable', detail: 'd' }) }),
    ],
  ])('%s', async (_, stack) => {
    await write('app', 'env:/prod/app');
    const own = stack();
    expect(await expand([own])).toEqual({ stacks: [own], ids: ['app'], problems: [] });
    expect(audit.counts()).toEqual({});
  });

  it('where the key hangs on the workspace, which is said', async () => {
    await write('app', 'env:/prod/app');
    const { ids, problems } = await expand([stackAt('app', { workspaces: null })]);
    expect(ids).toEqual(['app']);
    expect(problems).toEqual([
      {
        kind: 'workspaces-not-listed',
        message:
          'only the default workspace of what is kept in app is audited, since its workspaces could not be listed: the key depends on the workspace in a way that no listing shows',
      },
    ]);
    expect(audit.counts()).not.toHaveProperty('s3:ListObjectsV2');
  });
});

describe('a bucket that does not say', () => {
  it('is named once, for all stacks that are in it, and they stay', async () => {
    await write('a', 'env:/prod/a');
    audit.standIn.createBucket({ name: 'second', region: HOME, account: OWN });
    audit.standIn.deny('s3:ListBucket');
    const paths = ['a', 'b', 'c'];
    const { ids, problems } = await expand([
      ...paths.map((path) => stackAt(path)),
      stackAt('d', { workspaces: { prefix: 'w', defaultKey: 'd' } }),
      stackAt('e', { bucket: 'second' }),
    ]);
    expect(ids).toEqual([...paths, 'd', 'e']);
    expect(problems).toEqual(
      ['state', 'second'].map((name) => ({
        kind: 'workspaces-not-listed',
        message: `only the default workspace of what is kept in arn:aws:s3:::${name} is audited, since its workspaces could not be listed: s3:ListBucket`,
      })),
    );
  });

  it('is silent where the store is not allowed, as everything about the bucket says so', async () => {
    const { ids, problems } = await expand([
      stackAt('app', { endpoint: { url: 'http://127.0.0.1:9', pathStyle: true } }),
    ]);
    expect([ids, problems]).toEqual([['app'], []]);
    expect(audit.counts()).toEqual({});
  });

  it('is silent where nobody was asked', async () => {
    await write('app', 'env:/prod/app');
    const { answer } = createAnswers(resolvers, {
      read: noAws.read,
      asOf: AT.toISOString(),
      expected: defaultExpectations,
    });
    const stack = stackAt('app');
    expect(await expandWorkspaces([stack], answer)).toEqual({ stacks: [stack], problems: [] });
    expect(audit.counts()).toEqual({});
  });

  it('is none: nothing is kept there', async () => {
    const { ids, problems } = await expand([stackAt('app', { bucket: 'absent' })]);
    expect([ids, problems]).toEqual([['app'], []]);
  });
});

it('50 root modules in one bucket: it is listed once', async () => {
  const paths = Array.from({ length: 50 }, (_, index) => `stacks/${index}`);
  await write(...paths, 'env:/prod/stacks/7');
  const { ids } = await expand(paths.map((path) => stackAt(path)));
  expect(ids).toEqual(paths.flatMap((path) => (path === 'stacks/7' ? [path, `${path}@prod`] : [path])));
  expect(audit.counts()['s3:ListObjectsV2']).toBe(1);
});
