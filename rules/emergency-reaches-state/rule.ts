import type { StateStop } from '../../src/model/assumability.ts';
import { defineRule, type Rule } from '../../src/model/rule.ts';

const sentence = ({ identity, action, resource, because }: StateStop): string =>
  `${identity} may not call ${action} on ${resource}: ${because}`;

/** Who gets in needs the state, too: to list, read, write and lock it, and to use its keys. */
export const rule: Rule = defineRule({
  id: 'emergency-reaches-state',
  title: 'Whoever gets in may open, write and lock the state',
  severity: 'high',
  scenarios: ['orchestrator-loss', 'region-loss'],
  why: 'Getting into a role is half of it. The state is behind policies of its own: a bucket policy that was written for the orchestrator, a key whose policy names one role, a replica that nobody but the replication role was ever let into. It shows when the first terraform init is refused.',
  controls: [
    'AWS Well-Architected SEC03-BP03 (mapping: dr-audit)',
    'ISO 27001:2022 A.5.30 (mapping: dr-audit)',
    'NIST 800-53 r5 CP-10 (mapping: dr-audit)',
  ],
  about: 'copy',
  needs: ['copy.reach'],
  messages: {
    reached: { verdict: 'pass', text: '{{by}} opens the state in {{place}}: {{because}}' },
    nobody: {
      verdict: 'not-applicable',
      text: 'nobody gets in without the orchestrator, so that nobody is there to open the state in {{place}} (see role-assumable)',
    },
    noBucket: {
      verdict: 'not-applicable',
      text: '{{place}} does not exist, so that there is no state to open in it (see state-reachable)',
    },
    stopped: {
      verdict: 'fail',
      text: 'nobody who gets in opens the state in {{place}}: {{reasons}}',
      fix: 'Allow {{identity}} to call {{action}} on {{resource}}, and take it out of the denial where one is named. Terraform needs s3:ListBucket on the bucket; s3:GetObject and s3:PutObject on the state; s3:GetObject, s3:PutObject and s3:DeleteObject on its lock file, or dynamodb:GetItem, dynamodb:PutItem and dynamodb:DeleteItem on its lock table; kms:Decrypt and kms:GenerateDataKey on its key.',
    },
    missing: {
      verdict: 'fail',
      text: 'nobody who gets in opens the state in {{place}}: {{identity}}, with which the backend opens it, does not exist',
      fix: 'Correct role_arn in the backend block, or re-create the role (see role-exists).',
    },
  },
  evaluate({ 'copy.reach': reach }, { replica, bucket: { name } }) {
    const place = replica ? `the replica’s bucket ${name}` : `bucket ${name}`;
    switch (reach.kind) {
      case 'reached':
        return { message: 'reached', data: { place, by: reach.by, because: reach.because } };
      case 'nobody':
        return { message: 'nobody', data: { place } };
      case 'no-bucket':
        return { message: 'noBucket', data: { place } };
      case 'stopped': {
        const { identity, action, resource } = reach.stops[0];
        if (action === 'sts:AssumeRole') return { message: 'missing', data: { place, identity } };
        const reasons = reach.stops.map(sentence).join('; ');
        return { message: 'stopped', data: { place, reasons, identity, action, resource } };
      }
    }
  },
});
