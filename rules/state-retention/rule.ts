import { defineRule, type Rule } from '../../src/model/rule.ts';
import { type Due, type LifecycleEffect, takesAway, windowOf } from '../../src/model/storage.ts';

const inDays = (days: number): string => (days === 1 ? '1 day' : `${days} days`);
const when = (due: Due): string =>
  'days' in due ? `${inDays(due.days)} after it was written` : `from ${due.date.slice(0, 10)} on`;

function spoken(effect: LifecycleEffect, wanted: string): string {
  const { kind, rule: id } = effect;
  if (kind === 'expires') return `rule ${id} expires it ${when(effect.due)}`;
  if (kind === 'archives') return `rule ${id} moves it to ${effect.storageClass} ${when(effect.due)}`;
  const does = kind === 'drops-versions' ? 'deletes older versions' : `moves older versions to ${effect.storageClass}`;
  const kept = effect.keep > 0 ? ` but for the newest ${effect.keep}` : '';
  return `rule ${id} ${does} after ${inDays(effect.days)}${kept}, and ${wanted} are asked for`;
}

/** S3 itself can take a state away, or the version that a recovery needs. */
export const rule: Rule = defineRule({
  id: 'state-retention',
  title: 'No lifecycle rule takes the state or its older versions away',
  severity: 'high',
  scenarios: ['orchestrator-loss', 'region-loss'],
  why: 'A lifecycle rule that was written for logs expires a state that nobody changes, and Terraform takes what is left for a new project. One that drops older versions after a day takes away the version that brings a broken state back.',
  controls: ['NIST 800-53 r5 CP-9', 'NIST 800-53 r5 CP-10', 'SOC 2 C1.2', 'ISO 27001:2022 A.8.10'],
  about: 'copy',
  needs: ['copy.lifecycle'],
  messages: {
    kept: { verdict: 'pass', text: 'no lifecycle rule of {{place}} takes {{key}} or its older versions away' },
    window: {
      verdict: 'pass',
      text: 'lifecycle rules of {{place}} leave older versions of {{key}} at hand for {{days}} ({{wanted}} are asked for)',
    },
    lost: {
      verdict: 'fail',
      text: 'a recovery cannot count on {{key}} in {{place}}: {{effects}}',
      fix: 'Leave states out of these rules, or let them keep older versions for {{wanted}}. Read what is there, correct it, and put all of it back:\naws s3api get-bucket-lifecycle-configuration --bucket {{bucket}}',
    },
  },
  evaluate({ 'copy.lifecycle': effects }, { replica, bucket: { name: bucket }, object: { key } }, { retentionDays }) {
    const place = replica ? `the replica’s bucket ${bucket}` : `bucket ${bucket}`;
    const wanted = inDays(retentionDays);
    const windows = effects.flatMap((effect) => windowOf(effect) ?? []);
    const early = effects.filter((effect) => takesAway(effect, retentionDays));
    if (early.length > 0) {
      return {
        message: 'lost',
        data: { place, bucket, key, wanted, effects: early.map((effect) => spoken(effect, wanted)).join('; ') },
      };
    }
    if (windows.length === 0) return { message: 'kept', data: { place, key } };
    return { message: 'window', data: { place, key, wanted, days: inDays(Math.min(...windows)) } };
  },
});
