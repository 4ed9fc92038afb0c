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
