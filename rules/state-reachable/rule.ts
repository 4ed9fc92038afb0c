import { isArchived, traceOf } from '../../src/model/object.ts';
import { defineRule, type Rule } from '../../src/model/rule.ts';

/** The backend block must lead to a state, not to a name that Terraform would silently take for a new project. */
export const rule: Rule = defineRule({
  id: 'state-reachable',
  title: 'The backend leads to a non-empty state',
  severity: 'critical',
  scenarios: ['orchestrator-loss', 'region-loss'],
  why: 'Terraform takes a missing or empty state for a new project: init succeeds, and the plan creates everything again. In a recovery nobody has time to notice that the bucket, the region or the key is not the one that the orchestrator used.',
  controls: ['NIST 800-53 r5 CP-10 (mapping: dr-audit)'],
  about: 'state',
  needs: ['state.object'],
  messages: {
    present: { verdict: 'pass', text: 's3://{{bucket}}/{{key}} holds a state of {{bytes}} bytes, written {{written}}' },
    noBucket: {
      verdict: 'fail',
      text: 'bucket {{bucket}} does not exist',
      fix: 'Correct the bucket in the backend block, or restore the bucket from its replica.',
    },
    otherRegion: {
      verdict: 'fail',
      text: 'bucket {{bucket}} is in {{actual}}, and the backend says {{declared}}: terraform init refuses it',
      fix: 'Set region = "{{actual}}" in the backend block.',
    },
    empty: {
      verdict: 'fail',
      text: 's3://{{bucket}}/{{key}} is an empty object, which Terraform reads as "no state"',
      fix: 'Find the last version that is not empty, and copy it back:\naws s3api list-object-versions --bucket {{bucket}} --prefix {{key}}\naws s3api copy-object --bucket {{bucket}} --key {{key}} --copy-source {{bucket}}/{{key}}"?versionId=VERSION_ID"',
    },
    archived: {
      verdict: 'fail',
      text: 's3://{{bucket}}/{{key}} is in storage class {{storageClass}}: nobody can read it before it is restored, which takes hours',
      fix: 'Correct the lifecycle rule that moved it, restore it, and when that is done copy it back:\naws s3api restore-object --bucket {{bucket}} --key {{key}} --restore-request Days=7\naws s3api copy-object --bucket {{bucket}} --key {{key}} --copy-source {{bucket}}/{{key}} --storage-class STANDARD',
    },
    deleted: {
      verdict: 'fail',
      text: 's3://{{bucket}}/{{key}} is gone, and a {{trace}} shows that there was a state',
      fix: 'Correct the key, or find the last version in {{from}} and copy it back:\naws s3api list-object-versions --bucket {{from}} --prefix {{key}}\naws s3api copy-object --bucket {{bucket}} --key {{key}} --copy-source {{from}}/{{key}}"?versionId=VERSION_ID"',
    },
  },
  evaluate({ 'state.object': object }, { bucket: { name: bucket }, object: { key } }) {
    switch (object.kind) {
      case 'no-bucket':
        return { message: 'noBucket', data: { bucket } };
      case 'other-region':
        return { message: 'otherRegion', data: { bucket, actual: object.actual, declared: object.declared } };
      case 'deleted':
        return { message: 'deleted', data: { bucket, key, ...traceOf(object, bucket) } };
      case 'present':
        if (object.bytes === 0) return { message: 'empty', data: { bucket, key } };
        if (isArchived(object.storageClass))
          return { message: 'archived', data: { bucket, key, storageClass: object.storageClass } };
        return { message: 'present', data: { bucket, key, bytes: object.bytes, written: object.lastModified } };
    }
  },
});
