/** The parts of an Amazon Resource Name that bear on IAM. */
export interface Arn {
  readonly partition: string;
  readonly service: string;
  readonly account: string;
  /** Everything after the fifth colon: `role/path/name`. */
  readonly resource: string;
}

/** The longest are those of S3 objects: 63 characters of a bucket's name and 1,024 bytes of a key (S3 User Guide, "Naming Amazon S3 objects"). */
const LONGEST_ARN = 1280;

/** The six components of an ARN as text, the sixth with its own colons; null when it is none. */
export function components(text: string): readonly string[] | null {
  if (text.length > LONGEST_ARN) return null;
  const [head, ...parts] = text.split(':');
  if (head !== 'arn' || parts.length < 5) return null;
  return [head, ...parts.slice(0, 4), parts.slice(4).join(':')];
}

/** Reads an IAM or STS ARN (IAM User Guide, "IAM identifiers"); null when the text is not one of an account. */
export function parseArn(text: string): Arn | null {
  const [, partition = '', service = '', region = '', account = '', resource = ''] = components(text) ?? [];
  if (!/^aws[a-z-]*$/.test(partition) || !/^(iam|sts)$/.test(service) || region !== '') return null;
  return isAccount(account) && resource !== '' ? { partition, service, account, resource } : null;
}

/** Twelve digits: an account id. */
export const isAccount = (text: string): boolean => /^\d{12}$/.test(text);

/** The friendly name of a user or role: what follows the last slash. */
export const nameOf = (resource: string): string => resource.slice(resource.lastIndexOf('/') + 1);

/** `assumed-role/name/session` taken apart; null for anything else. */
export function sessionOf({ service, resource }: Arn): { readonly role: string; readonly session: string } | null {
  const [kind, role, session, ...rest] = resource.split('/');
  if (service !== 'sts' || kind !== 'assumed-role' || !role || !session || rest.length > 0) return null;
  return { role, session };
}
