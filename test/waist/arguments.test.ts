import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { withoutSecretArguments } from '../../src/aws/evidence/arguments.ts';

describe('TF_CLI_ARGS without credentials', () => {
  it.each([
    ['nothing', '', ''],
    [
      'what is no credential',
      '-no-color -backend-config=key=k -backend-config p.hcl',
      '-no-color -backend-config=key=k -backend-config p.hcl',
    ],
    ['a flag', '-backend-config=access_key=CANARY -x', "'-backend-config=access_key=withheld' -x"],
    ['two words', '--backend-config token=CANARY', "--backend-config 'token=withheld'"],
    ['quotes with a space', '-backend-config="password=CAN ARY CANARY"', "'-backend-config=password=withheld'"],
    ['quotes in the middle', '-backend-config=secret_key=\'CANARY\'"CANARY"', "'-backend-config=secret_key=withheld'"],
    ['an escape', '-backend-config=client_secret=a\\ CANARY', "'-backend-config=client_secret=withheld'"],
    [
      'an object with a credential',
      '-backend-config=\'assume_role={role_arn="a",external_id="CANARY"}\'',
      "'-backend-config=assume_role={}'",
    ],
    ['variables of the module', '-var pin=CANARY -var=x=CANARY', '-var withheld=withheld -var=withheld=withheld'],
    ['a quote without its end', '-backend-config="token=CANARY', '-backend-config=$WITHHELD'],
  ])('%s', (_, value, expected) => expect(withoutSecretArguments(value)).toBe(expected));

  it('never shows the value of a credential, however it is quoted', () => {
    const name = fc.constantFrom(
      'access_key',
      'secret_key',
      'token',
      'password',
      'conn_str',
      'sas_token',
      'external_id',
    );
    const quote = fc.constantFrom(
      (text: string) => `"${text}"`,
      (text: string) => `'${text}'`,
      (text: string) => text,
    );
    const flag = fc.constantFrom('-backend-config=', '--backend-config=', '-backend-config ');
    fc.assert(
      fc.property(fc.array(fc.tuple(flag, name, quote, quote)), (given) => {
        const value = given.map(([is, of, whole, inner]) => {
          const text = `${of}=${inner('CANARY')}`;
          return `${is}${text.includes('"') || text.includes("'") ? text : whole(text)}`;
        });
        expect(withoutSecretArguments(value.join(' -no-color '))).not.toContain('CANARY');
      }),
    );
  });
});
