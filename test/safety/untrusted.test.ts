import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { projectRoot, run } from '../cli/program.ts';
import { reportIn } from '../cli/report.ts';
import { cloudRoot, s3Root, useTrees } from '../cli/tree.ts';

const tree = useTrees();

describe('nothing of the audited tree is executed', () => {
  it('programs that a careless tool would start are on the PATH, and are not started', async () => {
    const trap = tree();
    const marker = join(trap, 'started');
    for (const name of ['terraform', 'tofu', 'terragrunt', 'git', 'sh', 'bash', 'aws', 'env']) {
      writeFileSync(join(trap, name), `#!/bin/sh\necho "$0" >> ${marker}\n`, { mode: 0o755 });
    }
    const root = tree({
      'a/main.tf': `${s3Root()}data "external" "x" {\n  program = ["${trap}/sh"]\n}\n`,
      'a/.terraform.lock.hcl': '',
      '.git/config': `[core]\n  fsmonitor = ${trap}/sh\n[remote "origin"]\n  url = ext::${trap}/sh\n`,
      'terragrunt.hcl': `terraform {\n  before_hook "x" {\n    execute = ["${trap}/sh"]\n  }\n}\n`,
    });
    for (const args of [['-v'], ['--static'], ['rules'], ['permissions']])
      await run(args, { cwd: root, env: { PATH: trap, AWS_ENDPOINT_URL: 'http://127.0.0.1:1' } });
    expect(existsSync(marker)).toBe(false);
    // The trap works.
    spawnSync('terraform', { env: { PATH: trap } });
    expect(existsSync(marker)).toBe(true);
  });

  it('the source imports nothing that could', () => {
    const sources = ['src', 'rules'].flatMap((folder) =>
      readdirSync(join(projectRoot, folder), { recursive: true, encoding: 'utf8' })
        .filter((name) => name.endsWith('.ts'))
        .map((name) => readFileSync(join(projectRoot, folder, name), 'utf8')),
    );
    expect(sources.length).toBeGreaterThan(100);
    expect(sources.filter((text) => /child_process|worker_threads|node:vm|\beval\(|new Function\(/.test(text))).toEqual(
      [],
    );
  });
});

describe('links out of the root', () => {
  it('are not read: what is there appears nowhere', async () => {
    const outside = tree({
      'main.tf': s3Root({ bucket: 'canary-bucket' }),
      'dr-audit.yaml': 'canary_key: true\n',
      'nested/main.tf': s3Root({ bucket: 'canary-bucket' }),
      'broken.tf': 'canary "unterminated',
    });
    const root = tree({
      'a/main.tf': cloudRoot,
      'a/backend.tf': { link: join(outside, 'main.tf') },
      'a/broken.tf': { link: join(outside, 'broken.tf') },
      b: { link: join(outside, 'nested') },
      'c/main.tf': s3Root({ bucket: 'inside' }),
      'c/d': { link: '../../../../../../../../etc' },
    });
    const env = { AWS_ENDPOINT_URL: 'http://127.0.0.1:1', AWS_ACCESS_KEY_ID: 'x', AWS_SECRET_ACCESS_KEY: 'x' };
    const { stdout, stderr } = await run(
      ['-v', '-f', 'text', '-f', 'json=r.json', '--save', 'e.ndjson', '--rule', 'state-versioned'],
      { cwd: root, env },
    );
    const written = ['r.json', 'e.ndjson'].map((file) => readFileSync(join(root, file), 'utf8'));
    expect([stdout, stderr, ...written].filter((text) => text.includes('canary'))).toEqual([]);
    expect(reportIn(written[0] ?? '').problems.map(({ kind }) => kind)).toEqual(
      Array.from({ length: 4 }, () => 'link-outside-root'),
    );
    expect(reportIn(written[0] ?? '').stacks.map(({ id }) => id)).toEqual(['a', 'c']);
  });

  it('as a config are refused without quoting them', async () => {
    const outside = tree({ 'secret.yaml': 'canary_key: true\n' });
    const root = tree({ 'a/main.tf': cloudRoot, 'dr-audit.yaml': { link: join(outside, 'secret.yaml') } });
    const { exitCode, stdout, stderr } = await run(['--static'], { cwd: root });
    expect([exitCode, stdout]).toEqual([2, '']);
    expect(stderr).toContain('is a link to another directory');
    expect(stderr).not.toContain('canary');
  });
});

describe('text that acts on a terminal', () => {
  const active = /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]/;
  const evil = 'x\u001b[2J\u009b31m\u202e\u0007\u2066y';

  it('is written as escapes wherever it comes from: paths, code, config, AWS', async () => {
    const exchange = (op: string, input: object, body: string, status = 200) =>
      JSON.stringify({
        op,
        input,
        region: 'eu-west-1',
        endpoint: null,
        as: 'caller',
        at: '2026-01-01T00:00:00Z',
        status,
        headers: { 'x-amz-request-id': 'r', 'x-amz-bucket-region': 'eu-west-1' },
        body,
      });
    const lines = [
      exchange('s3:HeadBucket', { Bucket: evil }, ''),
      exchange(
        's3:GetBucketVersioning',
        { Bucket: evil },
        `<Error><Code>Strange&#27;[31m</Code><Message>${evil.replaceAll('\u001b', '&#155;').replaceAll('\u0007', '')}</Message></Error>`,
        400,
      ),
    ];
    const header = { format: 'dr-audit-evidence', version: 1, asOf: '2026-01-01T00:00:00Z', environment: {} };
    const root = tree({
      [`${evil}/main.tf`]: s3Root({ bucket: evil }),
      [`b\r/main.tf`]: `terraform {\n  cloud {\n    hostname = "${evil}"\n  }\n}\n`,
      'c/main.tf': `terraform {\n  backend "${evil}" {}\n}\n`,
      'd/main.tf': `terraform {\n  backend "s3" {\n  ${evil} = 1\n`,
      'dr-audit.yaml': `waivers:\n  - { rule: state-external, stack: "**", reason: "a\\e[31m\\u009bb", owner: "\\u202eann", expires: 2020-01-01 }\n`,
      'e.ndjson': `${[JSON.stringify(header), ...lines, JSON.stringify({ lines: lines.length })].join('\n')}\n`,
    });
    for (const args of [['-v'], [], ['-q'], ['-f', 'json']]) {
      const { stdout, stderr } = await run(['--from', 'e.ndjson', ...args], { cwd: root });
      expect([args, active.exec(stdout), active.exec(stderr)]).toEqual([args, null, null]);
      if (args.length !== 1) expect(stdout).toContain('\\u001b[2J\\u009b31m\\u202e\\u0007\\u2066y');
      // The same strings in the JSON, once it is read.
      if (args.includes('json')) expect(reportIn(stdout).stacks.map(({ id }) => id)).toContain(evil);
    }
  });

  it.each([
    ['a path', [evil]],
    ['a rule', ['--rule', evil]],
    ['an option', [`--${evil}`]],
    ['a format', ['-f', evil]],
    ['a config', ['--config', evil]],
    ['evidence', ['--from', evil]],
    ['an output', ['--static', '-o', `nowhere/${evil}`]],
    ['a glob', ['--static', '--stack', evil]],
    ['a choice', ['--fail-on', evil]],
  ])('is escaped in messages about %s', async (_, args) => {
    const { stderr } = await run(args, { cwd: tree({ 'a/main.tf': cloudRoot }) });
    expect(stderr).toContain('\\u001b[2J');
    expect(active.exec(stderr)).toBeNull();
  });

  it('is escaped in messages about a config', async () => {
    const root = tree({ 'a/main.tf': cloudRoot, 'dr-audit.yaml': `"k\\e[31m\\u009b": 1\n` });
    const { exitCode, stderr } = await run([], { cwd: root });
    expect([exitCode, active.exec(stderr)]).toEqual([2, null]);
    expect(stderr).toContain('dr-audit.yaml:1:1: unknown key');
  });
});

describe('data that does something when it is read', () => {
  it('aliases that expand to a billion are refused', async () => {
    const levels = Array.from(
      { length: 12 },
      (_, level) =>
        `${String.fromCharCode(98 + level)}: &${String.fromCharCode(98 + level)} [${Array.from({ length: 9 }, () => `*${String.fromCharCode(97 + level)}`).join(', ')}]\n`,
    );
    const root = tree({ 'a/main.tf': cloudRoot, 'dr-audit.yaml': `a: &a [lol]\n${levels.join('')}` });
    const { exitCode, stdout, stderr } = await run([], { cwd: root });
    expect([exitCode, stdout]).toEqual([2, '']);
    expect(stderr).toContain('aliases expand to too much');
    expect(stderr.length).toBeLessThan(2_000);
  });

  it('nesting without end is refused', async () => {
    const root = tree({ 'a/main.tf': cloudRoot, 'dr-audit.yaml': '['.repeat(200_000) });
    const { exitCode, stderr } = await run([], { cwd: root });
    expect([exitCode, stderr.includes('nested too deeply')]).toEqual([2, true]);
  });

  it.each(['__proto__', 'constructor', 'toString', 'hasOwnProperty'])(
    'the key %s changes nothing anywhere',
    async (key) => {
      const plainRoot = tree({ 'a/main.tf': cloudRoot });
      const header = `{"format":"dr-audit-evidence","version":1,"asOf":"2026-01-01T00:00:00Z","environment":{"${key}":"x","AWS_REGION":"eu-west-1"}}`;
      const line = `{"op":"s3:${key}","input":{"${key}":{"status":1}},"region":"x","endpoint":null,"as":"caller","at":"2026-01-01T00:00:00Z","status":200,"headers":{"${key}":"x"},"body":""}`;
      const root = tree({
        'a/main.tf': `${cloudRoot}locals {\n  ${key} = { polluted = "yes" }\n}\n`,
        'b/main.tf.json': `{"terraform":{"backend":{"s3":{"bucket":"b","key":"k","region":"eu-west-1","${key}":{"polluted":1}}}},"${key}":{"status":1}}`,
        'e.ndjson': `${header}\n${line}\n{"lines":1}\n`,
        'c.yaml': `${key}: { polluted: true }\n`,
        'r.yaml': `rules: { ${key}: { severity: high } }\n`,
      });
      const { exitCode, stdout, stderr } = await run(['-f', 'json', '--from', 'e.ndjson'], { cwd: root });
      expect([exitCode, stderr, reportIn(stdout).stacks.length]).toEqual([1, '', 2]);
      expect(stdout).not.toContain('polluted');
      for (const config of ['c.yaml', 'r.yaml']) {
        const refused = await run(['--static', '--config', join(root, config)], { cwd: plainRoot });
        expect([refused.exitCode, refused.stdout]).toEqual([2, '']);
        expect(refused.stderr).toContain(key);
      }
    },
  );
});
