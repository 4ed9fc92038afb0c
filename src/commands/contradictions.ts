import type { CheckOptions } from './check-options.ts';
import { UsageError } from './terminal.ts';

/** Refuses options that undo each other: a usage error that says why. */
export function refuseContradictions({
  static: isStatic,
  save,
  from,
  compareSerial,
  spacelift,
  probe,
  quiet,
  verbose,
}: CheckOptions): void {
  if (isStatic && compareSerial) {
    throw new UsageError('--static asks nothing, so there are no states whose serial --compare-serial could read');
  }
  if (isStatic && probe) throw new UsageError('--static asks nothing, and --probe calls sts:AssumeRole');
  if (isStatic && (save !== undefined || from !== undefined)) {
    throw new UsageError('--static asks nothing, so there is nothing to --save and no use for --from');
  }
  if (spacelift === 'api' && (isStatic || from !== undefined))
    throw new UsageError(
      '--spacelift api asks the network, which --static and --from rule out; name a file, or leave it to the record',
    );
  if (save !== undefined && from !== undefined)
    throw new UsageError('--save records what AWS answers; with --from AWS is not asked');
  if (quiet && verbose) throw new UsageError('--quiet and --verbose contradict each other');
}
