import type { Report } from '../../model/report.ts';
import type { Page } from './page.ts';

/** How much of the report is printed: only failures, the useful middle, or every verdict with its evidence. */
export type Verbosity = 'quiet' | 'normal' | 'verbose';

/** What every section is drawn from, and on. */
export interface Sheet {
  readonly report: Report;
  readonly page: Page;
  readonly verbosity: Verbosity;
}
