import { defaultExpectations, type Expectations } from '../model/expectations.ts';
import type { RulesInFile } from '../schema/config.ts';

/** What the `rules` section demands where the rules leave it to the team; `compareSerial` and `probe` are options' to say, not the file's. */
export const expectationsOf = (rules: RulesInFile): Expectations => ({
  ...defaultExpectations,
  maxLagMinutes: rules['replica-in-sync']?.maxLagMinutes ?? defaultExpectations.maxLagMinutes,
  retentionDays: rules['state-retention']?.retentionDays ?? defaultExpectations.retentionDays,
  insteadOfMfaDelete: [...new Set(rules['mfa-delete']?.accept)],
  sameRegionCounts: rules['state-replicated']?.accept?.includes('same-region') ?? defaultExpectations.sameRegionCounts,
  unreadGuardrailsCount:
    rules['role-assumable']?.accept?.includes('unread-organization-policies') ??
    defaultExpectations.unreadGuardrailsCount,
  minSessionMinutes: rules['role-session-duration']?.minSessionMinutes ?? defaultExpectations.minSessionMinutes,
  recordMaxAgeDays: rules['role-recorded']?.recordMaxAgeDays ?? defaultExpectations.recordMaxAgeDays,
  drillMaxAgeDays: rules['emergency-tested']?.drillMaxAgeDays ?? defaultExpectations.drillMaxAgeDays,
});

/** The rules that have a setting besides `severity`, by the name of the setting. */
export const ruleSettings: ReadonlyMap<string, readonly string[]> = new Map([
  ['accept', ['mfa-delete', 'role-assumable', 'state-replicated']],
  ['drillMaxAgeDays', ['emergency-tested']],
  ['maxLagMinutes', ['replica-in-sync']],
  ['minSessionMinutes', ['role-session-duration']],
  ['recordMaxAgeDays', ['role-recorded']],
  ['retentionDays', ['state-retention']],
]);
