import type { Lost } from '../model/report.ts';
import type { Severity } from '../model/rule.ts';

/** The options of `check`, as the command line gives them: checked one by one, not against each other. */
export interface CheckOptions {
  readonly paths: readonly string[];
  readonly config: string | undefined;
  readonly save: string | undefined;
  readonly from: string | undefined;
  readonly spacelift: string | undefined;
  readonly record: string | undefined;
  readonly scope: 'repo' | 'inventory';
  readonly terragruntRender: readonly string[];
  readonly static: boolean;
  readonly compareSerial: boolean;
  readonly probe: boolean;
  readonly stack: readonly string[];
  readonly rule: readonly string[];
  readonly skip: readonly string[];
  readonly lost: Lost | null;
  readonly format: readonly string[];
  readonly output: string | undefined;
  readonly failOn: Severity | 'none';
  readonly unknown: 'fail' | 'warn';
  readonly waivers: boolean;
  readonly concurrency: number;
  readonly maxRate: number;
  readonly deadline: number | undefined;
  readonly color: boolean;
  readonly progress: boolean;
  readonly quiet: boolean;
  readonly verbose: boolean;
}

/** What applies where the command line says nothing. */
export const checkDefaults: CheckOptions = {
  paths: ['.'],
  config: undefined,
  save: undefined,
  from: undefined,
  spacelift: undefined,
  record: undefined,
  scope: 'repo',
  terragruntRender: [],
  static: false,
  compareSerial: false,
  probe: false,
  stack: [],
  rule: [],
  skip: [],
  lost: null,
  format: [],
  output: undefined,
  failOn: 'high',
  unknown: 'fail',
  waivers: true,
  concurrency: 16,
  maxRate: 50,
  deadline: undefined,
  color: true,
  progress: true,
  quiet: false,
  verbose: false,
};
