import { element } from '../xml.ts';
import { callingUser, type IamCall, page, type Result, timestamp, userOf } from './context.ts';
import type { IamStore, MfaDevice } from './store.ts';

/** A device to give to a user, which IAM gives only to who can show two of its codes. */
export interface NewMfaDevice {
  /** A security key is FIDO2 or U2F; STS takes no code of it, so it is of no use for `AssumeRole` (IAM "MFA-protected API access"). */
  readonly kind: 'virtual' | 'security-key' | 'hardware';
  readonly name?: string;
  /** The one code that STS will take; any six digits when left out. */
  readonly code?: string;
}

/** Gives a device to a user and gives its serial number (IAM "Assigned MFA devices"). */
export function addDevice(store: IamStore, user: string, device: NewMfaDevice & { readonly enabled: Date }): string {
  const holder = store.users.get(user);
  if (holder === undefined) throw new Error(`there is no user ${user}`);
  const name = device.name ?? `${user}-${holder.devices.length + 1}`;
  const prefix = `arn:aws:iam::${store.account}`;
  const serial = {
    virtual: `${prefix}:mfa/${name}`,
    'security-key': `${prefix}:u2f/user/${user}/${name}`,
    hardware: device.name ?? `GAHT${String(12_345_678 + holder.devices.length)}`,
  }[device.kind];
  const added: MfaDevice = { serial, kind: device.kind, enabled: device.enabled, code: device.code };
  holder.devices.push(added);
  return serial;
}

/** IAM `ListMFADevices`; without a name, the caller's. */
export function listMfaDevices(call: IamCall): Result {
  const user = call.params.has('UserName') ? userOf(call) : callingUser(call);
  const devices = user.devices.map(({ serial, enabled }) => [
    element('UserName', user.name),
    element('SerialNumber', serial),
    element('EnableDate', timestamp(enabled)),
  ]);
  return page(call, 'MFADevices', devices);
}
