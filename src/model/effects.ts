/** One entry of a directory. Links are told as links: whoever walks decides whether to follow. */
export interface DirectoryEntry {
  readonly name: string;
  readonly kind: 'file' | 'directory' | 'link' | 'other';
}

/** The file system as the audit sees it; absolute paths. Errors are Node's own (`ENOENT`, `EACCES` in `code`). */
export interface FileSystem {
  list(directory: string): Promise<readonly DirectoryEntry[]>;
  /** Size in bytes and kind after following links. */
  stat(path: string): Promise<{ readonly kind: 'file' | 'directory' | 'other'; readonly bytes: number }>;
  read(file: string): Promise<Uint8Array>;
  realPath(path: string): Promise<string>;
}

/** Environment variables, as a value: replay takes them from the evidence instead of the process. */
export type Environment = Readonly<Record<string, string | undefined>>;

const credential =
  /secret|token|jwt|oidc|otp|pass|pwd|unseal|kubeconfig|proxy|salt|_pem$|(?:database|redis|mongo\w*|amqp|db|smtp|jdbc)_?ur[il]$|sas$|credential|private|cookie|auth|bearer|webhook|hook_url|signature|_sig$|_sk$|_pat$|^pat$|sas_|dsn|conn(?:ection)?_?str|(?:api|access|account|encryption|ssh|gpg|npm|deploy|master|hmac|signing|license|client)_?key/i;

/**
 * True for variables that are never read on behalf of audited code, which could print them: a backend block or a Terragrunt
 * file of a stranger may name any variable. Decided by the name alone, so that it is the same on every machine.
 */
export const isWithheld = (variable: string): boolean => credential.test(variable);
