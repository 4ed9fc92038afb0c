import type { Lost } from '../model/report.ts';
import { UsageError } from './terminal.ts';

// `us-gov-west-1`, `eu-isoe-west-1`: https://docs.aws.amazon.com/global-infrastructure/latest/regions/aws-regions.html
const region = /^region:[a-z]{2,5}(?:-[a-z]+){1,3}-[1-9][0-9]?$/;

const isLost = (text: string): text is Lost => text === 'orchestrator' || region.test(text);

/** Reads `--lost`; a region that no region of AWS could be called would touch nothing, and pass for good news. */
export function lostOf(given: string | readonly string[]): Lost {
  const [text = '', ...more] = [given].flat();
  if (more.length > 0) throw new UsageError('--lost takes one disaster: run it once for each');
  if (isLost(text)) return text;
  throw new UsageError(
    `--lost takes orchestrator, or region: and the name of an AWS region, as in region:eu-west-1; not "${text}"`,
  );
}
