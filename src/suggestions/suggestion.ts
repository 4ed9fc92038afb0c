import type { SourceLocation } from '../model/location.ts';

/** One `-backend-config` item of a command, in the order of the command line. */
export type SuggestedItem =
  /** `-backend-config=env/prod.s3.tfbackend`: the path as written. */
  | { readonly kind: 'file'; readonly path: string }
  /** `-backend-config="key=app/terraform.tfstate"`: the text as Terraform would get it; `(secret)` for a credential. */
  | { readonly kind: 'value'; readonly name: string; readonly text: string };

/** A command, or an environment variable for one, that completes a partial backend block. */
export interface Suggestion {
  /** The first `-backend-config` of the command, or where the command takes it from a variable. */
  readonly location: SourceLocation;
  /** What kind of file it stands in, for people: `GitHub Actions workflow`. */
  readonly from: string;
  /**
   * Where terraform runs, relative to the audited root (`.` for the root itself); null when the text does not say.
   * As written, `live/${ENV}`, where `open` has a part of it.
   */
  readonly directory: string | null;
  readonly items: readonly SuggestedItem[];
  /**
   * What only the shell or the CI knows (`${ENV}`, `$(pwd)`, `${{ matrix.env }}`), and what stands on the command and was
   * not understood. Empty when every item, and the directory, is literal: only then may the suggestion be used.
   */
  readonly open: readonly string[];
}

/** A suggestion before it has a line and a file: `at` is an offset into the file's text. */
export interface Found {
  readonly at: number;
  readonly directory: string | null;
  readonly items: readonly SuggestedItem[];
  readonly open: readonly string[];
}
