import { describe, expect, test } from '@jest/globals';
import { configErrorText, loadConfig } from '../../src/config/load.ts';
import { defaultExpectations, type Expectations } from '../../src/model/expectations.ts';

const ruleIds = [
  'emergency-tested',
  'mfa-delete',
  'replica-in-sync',
  'role-assumable',
  'role-recorded',
  'role-session-duration',
  'state-replicated',
  'state-retention',
  'state-versioned',
];

/** What a config demands, or what is wrong with it, a line each. */
function demandsOf(text: string): Expectations | readonly string[] {
  const loaded = loadConfig({ text, file: 'dr-audit.yaml', trusted: false, ruleIds });
  return loaded.kind === 'invalid' ? loaded.errors.map(configErrorText) : loaded.config.expected;
}

describe('what a config demands', () => {
  test.each<readonly [string, Partial<Expectations>]>([
    ['', {}],
    ['rules: {}', {}],
    ['rules: { mfa-delete: { severity: high }, state-retention: {} }', {}],
    ['rules: { mfa-delete: { accept: [object-lock] } }', { insteadOfMfaDelete: ['object-lock'] }],
    [
      'rules: { mfa-delete: { accept: [deny-version-deletion, object-lock, deny-version-deletion] } }',
      { insteadOfMfaDelete: ['deny-version-deletion', 'object-lock'] },
    ],
    ['rules: { mfa-delete: { accept: [] } }', {}],
    ['rules: { state-replicated: { accept: [same-region] } }', { sameRegionCounts: true }],
    ['rules: { state-replicated: { accept: [] } }', {}],
    ['rules: { replica-in-sync: { maxLagMinutes: 60 } }', { maxLagMinutes: 60 }],
    ['rules: { replica-in-sync: { maxLagMinutes: 0.5 } }', { maxLagMinutes: 0.5 }],
    ['rules: { state-retention: { severity: low, retentionDays: 1 } }', { retentionDays: 1 }],
    ['rules: { role-recorded: { recordMaxAgeDays: 30 } }', { recordMaxAgeDays: 30 }],
    ['rules: { state-retention: { retentionDays: 365 } }', { retentionDays: 365 }],
    ['rules: { role-assumable: { accept: [unread-organization-policies] } }', { unreadGuardrailsCount: true }],
    ['rules: { role-assumable: { accept: [], severity: high } }', {}],
    ['rules: { role-session-duration: { minSessionMinutes: 1 } }', { minSessionMinutes: 1 }],
    ['rules: { emergency-tested: { drillMaxAgeDays: 365 } }', { drillMaxAgeDays: 365 }],
  ])('%s', (text, changes) => {
    expect(demandsOf(text)).toEqual({ ...defaultExpectations, ...changes });
  });

  test('stands beside the severity', () => {
    const text = 'rules: { state-retention: { severity: low, retentionDays: 7 } }';
    const loaded = loadConfig({ text, file: 'dr-audit.yaml', trusted: false, ruleIds });
    expect(loaded).toMatchObject({ config: { rules: { 'state-retention': { severity: 'low' } } } });
  });
});

const guards = 'must be one of object-lock, deny-version-deletion';
const minutes = 'rules.replica-in-sync.maxLagMinutes must be a number of minutes greater than 0, such as 60';
const days = 'rules.state-retention.retentionDays must be a whole number of days from 1 up, such as 30';

// ¦ stands where the error points, and is no part of the config.
describe('a demand that no rule can meet is refused where it stands', () => {
  test.each<readonly [string, string]>([
    ['mfa-delete: { accept: [¦same-region] }', `rules.mfa-delete.accept[0] ${guards}`],
    ['mfa-delete: { accept: [object-lock, ¦mfa] }', `rules.mfa-delete.accept[1] ${guards}`],
    ['mfa-delete: { accept: ¦object-lock }', 'rules.mfa-delete.accept must be a list'],
    ['mfa-delete: { accept: [¦1] }', `rules.mfa-delete.accept[0] ${guards}`],
    ['mfa-delete: { accept: ¦}', 'rules.mfa-delete.accept must be a list'],
    ['state-replicated: { accept: [¦object-lock] }', 'rules.state-replicated.accept[0] must be one of same-region'],
    ['replica-in-sync: { maxLagMinutes: ¦0 }', minutes],
    ['replica-in-sync: { maxLagMinutes: ¦-1 }', minutes],
    ['replica-in-sync: { maxLagMinutes: ¦.inf }', minutes],
    ['replica-in-sync: { maxLagMinutes: ¦.nan }', minutes],
    ['replica-in-sync: { maxLagMinutes: ¦15m }', minutes],
    ['replica-in-sync: { maxLagMinutes: ¦"15" }', minutes],
    ['replica-in-sync: { maxLagMinutes: ¦null }', minutes],
    [
      'role-assumable: { accept: [¦same-region] }',
      'rules.role-assumable.accept[0] must be one of unread-organization-policies',
    ],
    ['role-assumable: { accept: ¦unread-organization-policies }', 'rules.role-assumable.accept must be a list'],
    ...['0', '1.5', '"60"', 'true'].map(
      (given) =>
        [
          `role-session-duration: { minSessionMinutes: ¦${given} }`,
          'rules.role-session-duration.minSessionMinutes must be a whole number of minutes from 1 up, such as 120',
        ] as const,
    ),
    ...['0', '-1', '0.5', 'quarter'].map(
      (given) =>
        [
          `emergency-tested: { drillMaxAgeDays: ¦${given} }`,
          'rules.emergency-tested.drillMaxAgeDays must be a whole number of days from 1 up, such as 90',
        ] as const,
    ),
    ['state-retention: { retentionDays: ¦0 }', days],
    ['state-retention: { retentionDays: ¦0.5 }', days],
    ['state-retention: { retentionDays: ¦30.5 }', days],
    ['state-retention: { retentionDays: ¦true }', days],
    ['state-retention: { retentionDays: ¦[30] }', days],
  ])('%s', (settings, message) => {
    const marked = `rules: { ${settings} }`;
    const column = marked.indexOf('¦') + 1;
    expect(demandsOf(marked.replace('¦', ''))).toEqual([`dr-audit.yaml:1:${column}: ${message}`]);
  });

  test.each<readonly [string, string, string, string]>([
    ['state-versioned', 'accept', ' (a setting of mfa-delete, role-assumable and state-replicated)', 'severity'],
    [
      'replica-in-sync',
      'accept',
      ' (a setting of mfa-delete, role-assumable and state-replicated)',
      'severity, maxLagMinutes',
    ],
    ['state-versioned', 'maxLagMinutes', ' (a setting of replica-in-sync)', 'severity'],
    ['state-replicated', 'maxLagMinutes', ' (a setting of replica-in-sync)', 'severity, accept'],
    ['mfa-delete', 'retentionDays', ' (a setting of state-retention)', 'severity, accept'],
    ['replica-in-sync', 'retentionDays', ' (a setting of state-retention)', 'severity, maxLagMinutes'],
    ['mfa-delete', 'drillMaxAgeDays', ' (a setting of emergency-tested)', 'severity, accept'],
    ['emergency-tested', 'minSessionMinutes', ' (a setting of role-session-duration)', 'severity, drillMaxAgeDays'],
    ['replica-in-sync', 'maxLagMinute', ' (did you mean maxLagMinutes?)', 'severity, maxLagMinutes'],
    ['state-retention', 'days', '', 'severity, retentionDays'],
  ])('in rules.%s: %s', (rule, key, hint, allowed) => {
    expect(demandsOf(`rules:\n  ${rule}:\n    ${key}: 3\n`)).toEqual([
      `dr-audit.yaml:3:5: unknown key "${key}" in rules.${rule}${hint}; allowed: ${allowed}`,
    ]);
  });

  test.each(['accept', 'drillMaxAgeDays', 'maxLagMinutes', 'minSessionMinutes', 'retentionDays'])(
    '%s at the top is no setting of a rule',
    (key) => {
      expect(demandsOf(`${key}: 3`)).toEqual([
        expect.stringMatching(new RegExp(`^dr-audit.yaml:1:1: unknown key "${key}"; allowed: stacks, `)),
      ]);
    },
  );
});
