import type { OutputOf } from '../aws/operations.ts';
import { isKnown, known } from '../model/fact.ts';
import { resolve } from './resolver.ts';
import { iamArn, iamWhere } from './role.ts';

/** Only IAM users have devices whose codes STS takes (IAM User Guide, "Configuring MFA-protected API access"). */
export const mfa = resolve({
  fact: 'principal.mfa',
  asks: [],
  calls: ['iam:ListMFADevices'],
  async run({ arn }, { read, gap }) {
    const parsed = iamArn(arn);
    if (parsed?.type !== 'user') return known({ codes: [], securityKeys: 0 });
    const call = 'iam:ListMFADevices';
    const reply = await read(call, { UserName: parsed.name }, iamWhere(parsed));
    if (!isKnown(reply)) return reply;
    // A user who does not exist has none.
    const serials = reply.known.kind === 'answer' ? serialsIn(reply.known.pages) : [];
    if (!serials) {
      const detail = 'ListMFADevices held no list, or a device without serial number';
      return gap({ cause: 'unexpected-answer', detail, call, resource: arn });
    }
    const kinds = serials.map((serial) => ({ serial, kind: kindOf(serial) }));
    const codes = kinds.flatMap(({ serial, kind }) => (kind === 'code' ? [serial] : []));
    const strange = kinds.find(({ kind }) => kind === 'other');
    if (strange && codes.length === 0) {
      const detail = `whether the MFA device ${strange.serial} gives codes cannot be told from its serial number`;
      return gap({ cause: 'undecided', detail, resource: arn });
    }
    return known({ codes, securityKeys: kinds.filter(({ kind }) => kind === 'key').length });
  },
});

/** Null when a list or a serial number is missing. */
function serialsIn(pages: readonly OutputOf<'iam:ListMFADevices'>[]): readonly string[] | null {
  const serials = pages.flatMap(({ MFADevices }) => MFADevices?.map(({ SerialNumber }) => SerialNumber) ?? [undefined]);
  return serials.every((serial) => serial !== undefined) ? serials : null;
}

/**
 * What a serial number tells: an ARN of virtual devices and of FIDO2 keys and passkeys, a number on the case of hardware tokens
 * (IAM API Reference, "MFADevice").
 */
function kindOf(serial: string): 'code' | 'key' | 'other' {
  const [, resource] = /^arn:[^:]+:iam::\d{12}:(.+)$/.exec(serial) ?? [];
  if (resource === undefined) return serial.includes(':') ? 'other' : 'code';
  if (resource.startsWith('mfa/')) return 'code';
  return /^(u2f|passkey)\//.test(resource) ? 'key' : 'other';
}
