import { expect, test } from '@jest/globals';
import { sessionFrom } from '../../../src/orchestrator/spacelift/session.ts';

const jwt = (aud: unknown): string => `h.${Buffer.from(JSON.stringify({ aud })).toString('base64url')}.CANARY`;
const token = jwt(['https://acme.app.spacelift.io']);
const endpoint = { SPACELIFT_API_KEY_ENDPOINT: 'https://acme.app.spacelift.io/' };
const key = { SPACELIFT_API_KEY_ID: '01K', SPACELIFT_API_KEY_SECRET: 'CANARY' };
const all = { ...endpoint, ...key, SPACELIFT_API_TOKEN: token, SPACELIFT_API_GITHUB_TOKEN: 'ghp' };

test.each<[string, Readonly<Record<string, string>>, string, string]>([
  ['a key', { ...endpoint, ...key }, 'key', 'https://acme.app.spacelift.io'],
  ['the old name', { ...key, SPACELIFT_API_ENDPOINT: 'https://old.example' }, 'key', 'https://old.example'],
  [
    'both names',
    { ...endpoint, ...key, SPACELIFT_API_ENDPOINT: 'https://old' },
    'key',
    'https://acme.app.spacelift.io',
  ],
  ['a token', { SPACELIFT_API_TOKEN: token }, 'token', 'https://acme.app.spacelift.io'],
  ['all', all, 'token', 'https://acme.app.spacelift.io'],
  ['GitHub before a key', { ...all, SPACELIFT_API_TOKEN: '' }, 'github', 'https://acme.app.spacelift.io'],
  ['a preference', { ...all, SPACELIFT_API_PREFERRED_METHOD: 'apikey' }, 'key', 'https://acme.app.spacelift.io'],
  ['loopback', { ...key, SPACELIFT_API_KEY_ENDPOINT: 'http://127.0.0.1:8080' }, 'key', 'http://127.0.0.1:8080'],
  ['a path', { ...key, SPACELIFT_API_KEY_ENDPOINT: 'https://a.example/b//' }, 'key', 'https://a.example/b'],
])('%s', (_name, environment, kind, address) => {
  expect(sessionFrom(environment)).toMatchObject({ session: { endpoint: address, credentials: { kind } } });
});

test.each<[string, Readonly<Record<string, string>>, RegExp]>([
  ['nothing', {}, /no credentials/],
  ['half a key', { ...endpoint, SPACELIFT_API_KEY_SECRET: 'CANARY' }, /no credentials/],
  ['no endpoint', key, /ENDPOINT is not set/],
  ['two audiences', { SPACELIFT_API_TOKEN: jwt(['https://a.example', 'https://b.example']) }, /names no endpoint/],
  ['no token at all', { SPACELIFT_API_TOKEN: 'CANARY' }, /names no endpoint/],
  ['http', { ...key, SPACELIFT_API_KEY_ENDPOINT: 'http://acme.app.spacelift.io' }, /must be an https URL/],
  ['a look-alike', { ...key, SPACELIFT_API_KEY_ENDPOINT: 'http://localhost.evil.example' }, /must be an https URL/],
  ['a user', { ...key, SPACELIFT_API_KEY_ENDPOINT: 'https://u:CANARY@a.example' }, /must be an https URL/],
  ['an unknown preference', { ...all, SPACELIFT_API_PREFERRED_METHOD: 'constructor' }, /must be token, github or/],
  ['a preference without means', { ...endpoint, ...key, SPACELIFT_API_PREFERRED_METHOD: 'token' }, /no credentials/],
])('%s is refused, and no value is told', (_name, environment, words) => {
  const result = sessionFrom(environment);
  expect(result).toMatchObject({ reason: expect.stringMatching(words) });
  expect(JSON.stringify(result)).not.toContain('CANARY');
});
