import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { HIDDEN, isCredentialName, withoutCredentials } from '../../src/record/hidden.ts';
import { readEnvironment } from '../../src/suggestions/environment.ts';

const SECRET = 'hunter2';

describe('a command in the record', () => {
  it.each([
    ['export DB_PASSWORD=hunter2', `export DB_PASSWORD=${HIDDEN}`],
    ['API_TOKEN="hunter2" make plan', `API_TOKEN=${HIDDEN} make plan`],
    ["export TOKEN='hun ter2 hunter2'; make", `export TOKEN=${HIDDEN}; make`],
    ['TOKEN="a"\'hunter2\'hunter2 x', `TOKEN=${HIDDEN} x`],
    ['TOKEN=a\\ hunter2 x', `TOKEN=${HIDDEN} x`],
    ['TOKEN="unclosed hunter2', `TOKEN=${HIDDEN}`],
    [
      'curl -H "Authorization: Bearer hunter2" https://a.example',
      `curl -H "Authorization: ${HIDDEN}" https://a.example`,
    ],
    ["curl -H 'X-Api-Key: hunter2' -o f", `curl -H 'X-Api-Key: ${HIDDEN}' -o f`],
    ['curl --header "PRIVATE-TOKEN: hunter2"', `curl --header "PRIVATE-TOKEN: ${HIDDEN}"`],
    ['curl -u ann:hunter2 https://a.example', `curl -u ann:${HIDDEN} https://a.example`],
    ['curl https://ann:hunter2@a.example/x', `curl https://${HIDDEN}@a.example/x`],
    ['curl https://ann:hunt@er2hunter2@a.example/x', `curl https://${HIDDEN}@a.example/x`],
    ['vault login -token hunter2', `vault login -token ${HIDDEN}`],
    ['vault login --token=hunter2 x', `vault login --token=${HIDDEN} x`],
    ['docker login -u ann -p hunter2 r.example', `docker login -u ann -p ${HIDDEN} r.example`],
    ['mysql -u root -phunter2 db', `mysql -u root -p${HIDDEN} db`],
    ['-var=db_pw=hunter2 -lock=false', `-var=db_pw=${HIDDEN} -lock=false`],
    [
      'plan -var x=hunter2 -var "y=a hunter2" -var-file=z.tfvars',
      `plan -var x=${HIDDEN} -var "y=${HIDDEN}" -var-file=z.tfvars`,
    ],
    ["-var 'list=[\"hunter2\"]' --var=z='hunter2 hunter2'", `-var 'list=${HIDDEN}' --var=z=${HIDDEN}`],
    ['terraform init -backend-config=access_key=hunter2', `terraform init -backend-config=access_key=${HIDDEN}`],
    ['terraform init -backend-config="secret_key=hunter2 x"', `terraform init -backend-config="secret_key=${HIDDEN}"`],
    ['terraform plan -var "db_password=hunter2"', `terraform plan -var "db_password=${HIDDEN}"`],
    [`echo '{"password": "hunter2"}' > c.json`, `echo '{"password": ${HIDDEN}' > c.json`],
    [
      'cat > c <<EOF\npassword = "hunter2 x"\nregion = "eu"\nEOF',
      `cat > c <<EOF\npassword = ${HIDDEN}\nregion = "eu"\nEOF`,
    ],
    ['printf "client_secret: hunter2 hunter2"', `printf "client_secret: ${HIDDEN}"`],
    ['TOKEN=${X:-hunter2} make', `TOKEN=${HIDDEN} make`],
    ['TOKEN=$(curl -H "Authorization: hunter2" u) make', `TOKEN=$(curl -H "Authorization: ${HIDDEN}" u) make`],
    ['aws configure set aws_secret_access_key hunter2', `aws configure set aws_secret_access_key ${HIDDEN}`],
  ])('%j is %j', (command, recorded) => {
    expect(withoutCredentials(command)).toBe(recorded);
  });

  it.each([
    ['a key of AWS', 'AKIAIOSFODNN7EXAMPLE'],
    ['a token of GitHub', 'ghp_0123456789abcdefghij'],
    ['a token of GitLab', 'glpat-0123456789abcdefghij'],
    ['a JWT', 'eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJhIn0.c2ln'],
  ])('has no %s, wherever it stands', (_, token) => {
    expect(withoutCredentials(`echo ${token} | run; x="${token}"`)).toBe(`echo ${HIDDEN} | run; x="${HIDDEN}"`);
  });

  it('has no private key', () => {
    const key = '-----BEGIN RSA PRIVATE KEY-----\nMIIEow\n-----END RSA PRIVATE KEY-----';
    expect(withoutCredentials(`printf '${key}' > k`)).toBe(`printf '${HIDDEN}' > k`);
  });

  it.each([
    'terraform fmt -check',
    'mkdir -p build && cp a b',
    'terraform init -backend-config=bucket=acme -backend-config="key=net/terraform.tfstate"',
    'export TOKEN=$CI_TOKEN',
    'curl -H "Authorization: $HEADER" u',
    'TOKEN="${VAULT_TOKEN}" make',
    'export AWS_WEB_IDENTITY_TOKEN_FILE=/mnt/workspace/spacelift.oidc',
    'aws sts assume-role-with-web-identity --web-identity-token file:///mnt/workspace/spacelift.oidc',
    'aws secretsmanager get-secret-value --secret-id arn:aws:secretsmanager:eu-west-1:1:secret:x',
    'make token file',
    'docker run -p 8080:80 x',
    'aws s3 cp s3://acme/net/terraform.tfstate .',
    '',
  ])('%j stays as it is', (command) => {
    expect(withoutCredentials(command)).toBe(command);
  });

  const pieces = fc.constantFrom(
    'TOKEN=',
    '"',
    "'",
    ' ',
    '\n',
    '--password ',
    'Authorization: ',
    SECRET,
    '$X',
    '${X}',
    '$(',
    ')',
    '\\',
    '://',
    '@',
    ';',
    '=',
    ':',
    '-u ',
    'docker login -p ',
    'region=eu',
    '-----BEGIN ',
    'PRIVATE KEY-----',
  );

  it('is the same when it is recorded a second time', () => {
    fc.assert(
      fc.property(fc.array(pieces, { maxLength: 12 }), (parts) => {
        const once = withoutCredentials(parts.join(''));
        expect(withoutCredentials(once)).toBe(once);
      }),
      { numRuns: 2000 },
    );
  });

  it('has no secret behind a credential name, in whatever quotes', () => {
    const name = fc.constantFrom('TOKEN', 'db_password', 'X-Api-Key', 'aws_secret_access_key', 'client_certificate');
    const quote = fc.constantFrom('', '"', "'");
    const before = fc.constantFrom('', 'export ', 'x; ', 'make -k && ', '-var ', 'echo "a b" ');
    fc.assert(
      fc.property(
        before,
        name,
        fc.constantFrom('=', ': ', ' = ', '='),
        quote,
        quote,
        (lead, key, sign, outer, inner) => {
          const same = inner === outer ? '' : inner;
          const command = `${lead}${outer}${key}${sign}${same}${SECRET}${same}${outer} tail`;
          expect(withoutCredentials(command)).not.toContain(SECRET);
        },
      ),
    );
  });

  it('takes time in proportion to its length', () => {
    for (const hostile of ['TOKEN=$(', '"', 'a', '-', 'mysql ', '://', '-----BEGIN ', 'TOKEN ', 'eyJ', '\\"x=', '$X']) {
      const text = `TOKEN=${hostile.repeat(Math.floor(200_000 / hostile.length))}`;
      expect(withoutCredentials(text).length).toBeLessThanOrEqual(2 * text.length);
    }
  });

  it('still says to init where the state is', () => {
    const value = '-backend-config=bucket=acme -backend-config=access_key=hunter2 -backend-config=key=net.tfstate';
    expect(readEnvironment(withoutCredentials(value))?.items).toEqual([
      { kind: 'value', name: 'bucket', text: 'acme' },
      { kind: 'value', name: 'access_key', text: '(secret)' },
      { kind: 'value', name: 'key', text: 'net.tfstate' },
    ]);
  });

  it.each(['AWS_SECRET_ACCESS_KEY', 'x-api-key', 'sse_customer_key', 'GITHUB_TOKEN'])('%s names a credential', (name) =>
    expect(isCredentialName(name)).toBe(true),
  );

  it.each(['TF_CLI_ARGS_init', 'TF_WORKSPACE', 'AWS_ROLE_ARN', 'key', 'kms_key_id'])('%s names none', (name) =>
    expect(isCredentialName(name)).toBe(false),
  );
});
