import { type ChildProcess, execFileSync, spawn, spawnSync } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { type Clients, clients } from '../aws/clients.ts';
import { freePort } from '../aws/free-port.ts';

const PROGRAMS = ['ceph', 'ceph-authtool', 'ceph-mon', 'ceph-osd', 'monmaptool', 'radosgw', 'radosgw-admin'] as const;

/** Why the suite cannot run here, or nothing when every program of a small cluster is on the PATH. */
export function whyNoCeph(): string | undefined {
  const missing = PROGRAMS.filter((program) => spawnSync(program, ['--version'], { stdio: 'ignore' }).error);
  return missing.length > 0 ? `${missing.join(', ')} not on the PATH` : undefined;
}

/** A RADOS gateway over a cluster of one monitor and one OSD in memory. A tenant of twelve digits is an account. */
export interface Gateway {
  /** Makes a user, who may do everything about roles where asked; returns clients for it. */
  readonly user: (account: string, name: string, options?: { readonly admin?: boolean }) => Clients;
  readonly close: () => Promise<void>;
}

interface Place {
  readonly directory: string;
  readonly fsid: string;
  readonly monitor: number;
  readonly gateway: number;
}

const settings = ({ directory, fsid, monitor, gateway }: Place): string => `[global]
fsid = ${fsid}
mon host = v2:127.0.0.1:${monitor}/0
ms bind msgr1 = false
public addr = 127.0.0.1
cluster addr = 127.0.0.1
keyring = ${directory}/keyring
run dir = ${directory}
admin socket =
log file = ${directory}/$name.log
osd objectstore = memstore
osd data = ${directory}/osd
mon data = ${directory}/mon
osd pool default size = 1
osd pool default min size = 1
mon allow pool size one = true
osd crush chooseleaf type = 0
osd pool default pg num = 1
osd pool default pgp num = 1
osd pool default pg autoscale mode = off
mon data avail crit = 1
paxos propose interval = 0.05
paxos min wait = 0.01
osd class load list = *
osd class default list = *
rgw sts key = abcdefghijklmnop
rgw s3 auth use sts = true
rgw frontends = beast endpoint=127.0.0.1:${gateway}
`;

/** The daemons of one cluster: started in order, stopped together. */
class Cluster {
  readonly #running: ChildProcess[] = [];
  readonly #config: string;

  constructor(config: string) {
    this.#config = config;
  }

  run(program: (typeof PROGRAMS)[number], ...args: readonly string[]): string {
    return execFileSync(program, ['-c', this.#config, ...args], { stdio: 'pipe', timeout: 30_000, encoding: 'utf8' });
  }

  start(program: (typeof PROGRAMS)[number], ...args: readonly string[]): void {
    this.#running.push(spawn(program, ['-c', this.#config, '-f', ...args], { stdio: 'ignore' }));
  }

  async stop(): Promise<void> {
    const ended = this.#running.map((daemon) => new Promise((resolve) => void daemon.once('exit', resolve)));
    for (const daemon of this.#running) daemon.kill('SIGKILL');
    await Promise.all(ended);
  }
}

async function listening(endpoint: string): Promise<void> {
  for (let attempt = 0; attempt < 400; attempt += 1) {
    try {
      await fetch(endpoint);
      return;
    } catch {
      await wait(50);
    }
  }
  throw new Error('radosgw did not start listening');
}

function makeCluster(cluster: Cluster, { directory, fsid, monitor }: Place): void {
  const keyring = join(directory, 'keyring');
  const key = (name: string, ...caps: readonly string[]) =>
    execFileSync('ceph-authtool', [keyring, '--gen-key', '-n', name, ...caps], { stdio: 'ignore' });
  execFileSync('ceph-authtool', ['--create-keyring', keyring], { stdio: 'ignore' });
  key('mon.', '--cap', 'mon', 'allow *');
  key('client.admin', '--cap', 'mon', 'allow *', '--cap', 'osd', 'allow *');
  key('osd.0', '--cap', 'mon', 'allow profile osd', '--cap', 'osd', 'allow *');
  const monmap = join(directory, 'monmap');
  const address = `[v2:127.0.0.1:${monitor}]`;
  execFileSync('monmaptool', ['--create', '--fsid', fsid, '--addv', 'a', address, monmap], { stdio: 'ignore' });
  cluster.run('ceph-mon', '--mkfs', '-i', 'a', '--monmap', monmap, '--keyring', keyring);
  cluster.start('ceph-mon', '-i', 'a');
  const osd = randomUUID();
  cluster.run('ceph', 'osd', 'new', osd, '0');
  cluster.run('ceph-osd', '-i', '0', '--mkfs', '--osd-uuid', osd);
  cluster.run('ceph', 'osd', 'crush', 'add', 'osd.0', '1', 'root=default', 'host=h');
  cluster.start('ceph-osd', '-i', '0');
}

/** Starts a cluster and its gateway; some seconds. */
export async function startGateway(): Promise<Gateway> {
  const directory = mkdtempSync(join(tmpdir(), 'dr-audit-ceph-'));
  const place: Place = { directory, fsid: randomUUID(), monitor: await freePort(), gateway: await freePort() };
  const config = join(directory, 'ceph.conf');
  for (const data of ['mon', 'osd']) mkdirSync(join(directory, data));
  writeFileSync(config, settings(place));
  const cluster = new Cluster(config);
  const endpoint = `http://127.0.0.1:${place.gateway}`;
  const opened: Clients[] = [];
  const close = async () => {
    for (const connected of opened) connected.destroy();
    await cluster.stop();
    rmSync(directory, { recursive: true, force: true });
  };
  try {
    makeCluster(cluster, place);
    // The first user makes the pools, which the gateway would otherwise make while it starts.
    cluster.run('radosgw-admin', '-n', 'client.admin', 'user', 'create', '--uid=first', '--display-name=first');
    cluster.start('radosgw', '-n', 'client.admin');
    await listening(endpoint);
  } catch (error) {
    await close();
    throw error;
  }
  const user: Gateway['user'] = (account, name, { admin = false } = {}) => {
    const credentials = { accessKeyId: `${account}${name}`, secretAccessKey: `secret-of-${name}` };
    const owner = [`--tenant=${account}`, `--uid=${name}`, `--display-name=${name}`];
    const keys = [`--access-key=${credentials.accessKeyId}`, `--secret=${credentials.secretAccessKey}`];
    const caps = admin ? ['--caps=roles=*'] : [];
    cluster.run('radosgw-admin', '-n', 'client.admin', 'user', 'create', ...owner, ...keys, ...caps);
    const connected = clients({ endpoint, credentials });
    opened.push(connected);
    return connected;
  };
  return { user, close };
}
