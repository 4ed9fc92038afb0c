import type { Caller } from '../accounts.ts';
import { AwsError } from '../http.ts';
import type { AwsSettings } from '../settings.ts';
import { element, type XmlElement } from '../xml.ts';
import type { Group, Holder, IamStore, Role, User } from './store.ts';

/** One IAM call: its form parameters and the account's IAM. */
export interface IamCall {
  readonly store: IamStore;
  readonly params: URLSearchParams;
  readonly settings: AwsSettings;
  readonly caller: Caller;
}

/** The children of `<…Result>`; nothing for operations that answer with metadata only. */
export type Result = readonly (XmlElement | undefined)[] | undefined;

/** A required form parameter (IAM and STS `ValidationError`). */
export function required(params: URLSearchParams, name: string): string {
  const value = params.get(name);
  if (value !== null && value !== '') return value;
  const field = name.charAt(0).toLowerCase() + name.slice(1);
  throw validationError(`1 validation error detected: Value null at '${field}' failed to satisfy constraint`);
}

/** IAM and STS `ValidationError`. */
export function validationError(message: string): AwsError {
  return new AwsError({ status: 400, code: 'ValidationError', message });
}

/** IAM `NoSuchEntity`. */
export function noSuchEntity(message: string): AwsError {
  return new AwsError({ status: 404, code: 'NoSuchEntity', message });
}

/** IAM `EntityAlreadyExists`. */
export function alreadyExists(message: string): AwsError {
  return new AwsError({ status: 409, code: 'EntityAlreadyExists', message });
}

function existing<T>(found: T | undefined, kind: Holder['kind'], name: string): T {
  if (found !== undefined) return found;
  throw noSuchEntity(`The ${kind} with name ${name} cannot be found.`);
}

/** The role that `RoleName` names. */
export function roleOf({ store, params }: IamCall): Role {
  const name = required(params, 'RoleName');
  return existing(store.roles.get(name), 'role', name);
}

/** The user that `UserName` names. */
export function userOf({ store, params }: IamCall): User {
  const name = required(params, 'UserName');
  return existing(store.users.get(name), 'user', name);
}

/** The user who asks, for operations that are about whoever asks unless they name a user. */
export function callingUser({ store, caller }: IamCall): User {
  for (const user of store.users.values()) if (user.arn === caller.arn) return user;
  throw validationError('Must specify userName when calling with non-User credentials');
}

/** The group that `GroupName` names. */
export function groupOf({ store, params }: IamCall): Group {
  const name = required(params, 'GroupName');
  return existing(store.groups.get(name), 'group', name);
}

/** Checks that a policy document is JSON with statements (IAM `MalformedPolicyDocument`). */
export function policyDocument(params: URLSearchParams, name: string): string {
  const text = required(params, name);
  try {
    const parsed: unknown = JSON.parse(text);
    if (typeof parsed === 'object' && parsed !== null && 'Statement' in parsed) return text;
  } catch {
    // Answered below: not JSON and not a policy are the same error.
  }
  throw new AwsError({ status: 400, code: 'MalformedPolicyDocument', message: 'Syntax errors in policy.' });
}

/** A document as IAM answers it: URL-encoded according to RFC 3986, unless the test wants it plain. */
export function encoded(text: string, settings: AwsSettings): string {
  if (settings.policyDocuments === 'plain') return text;
  return encodeURIComponent(text).replace(/[!'()*]/g, (found) => `%${found.charCodeAt(0).toString(16).toUpperCase()}`);
}

/** Timestamps in Query answers have whole seconds. */
export function timestamp(date: Date): string {
  return date.toISOString().replace(/\.\d{3}Z$/, 'Z');
}

/** An entry of a list: its children, or its text (`ListRolePolicies` lists bare names). */
export type Member = string | readonly (XmlElement | undefined)[];

/** One page of a list, as one element and what follows it. */
export function page(call: IamCall, name: string, all: readonly Member[]): Result {
  const { members, trailer } = pageOf(call, all);
  return [
    element(
      name,
      members.map((member) => element('member', member)),
    ),
    ...trailer,
  ];
}

/** The entries of one page, and what ends it (IAM `Marker`, `MaxItems`, `IsTruncated`). */
export function pageOf<T>({ params, settings }: IamCall, all: readonly T[]): Page<T> {
  const start = Number(Buffer.from(params.get('Marker') ?? '', 'base64').toString('latin1') || '0');
  if (!Number.isSafeInteger(start)) throw validationError('Invalid Marker.');
  const end = start + Number(params.get('MaxItems') ?? settings.iamPageSize);
  const isTruncated = end < all.length;
  const marker = isTruncated ? element('Marker', Buffer.from(String(end)).toString('base64')) : undefined;
  return { members: all.slice(start, end), trailer: [element('IsTruncated', isTruncated), marker] };
}

interface Page<T> {
  readonly members: readonly T[];
  readonly trailer: readonly (XmlElement | undefined)[];
}
