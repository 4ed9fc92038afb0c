import type { Caller } from './accounts.ts';
import { AwsError } from './http.ts';
import type { MfaDevice } from './iam/store.ts';
import type { Call } from './world.ts';

/** STS `AccessDenied`. */
export const accessDenied = (message: string): AwsError => new AwsError({ status: 403, code: 'AccessDenied', message });

/**
 * Whether a device was shown. Sessions have none, and STS takes no code of a security key (IAM "MFA-protected API access"). A user to
 * whom no test gave a device may name any.
 */
export function hasMfa(params: URLSearchParams, { world, caller }: Call): boolean {
  const [serial, code] = [params.get('SerialNumber'), params.get('TokenCode')];
  if (serial === null && code === null) return false;
  if (serial === null || code === null) {
    throw accessDenied('MultiFactorAuthentication failed, must provide both MFA serial number and one time pass code.');
  }
  const devices = devicesOf(caller, world);
  const device = devices.find((candidate) => candidate.serial === serial && candidate.kind !== 'security-key');
  if (caller.roleArn !== undefined || (devices.length > 0 && device === undefined)) {
    throw accessDenied(
      'MultiFactorAuthentication failed, unable to validate MFA code.  Please verify your MFA serial number is valid and associated with this user.',
    );
  }
  if (device?.code === undefined || device.code === code) return true;
  throw accessDenied('MultiFactorAuthentication failed with invalid MFA one time pass code. ');
}

function devicesOf(caller: Caller, world: Call['world']): readonly MfaDevice[] {
  return [...world.iam(caller.account).users.values()].find(({ arn }) => arn === caller.arn)?.devices ?? [];
}
