// A generated estate: root modules with the habits that public production repositories have (docs/decisions.md).
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const resource = (name) => `resource "aws_s3_object" "${name}" {
  bucket  = aws_s3_bucket.data.id
  key     = "${name}/\${var.environment}.json"
  content = jsonencode({ name = "${name}", tags = merge(local.tags, { part = "${name}" }) })
}
`;

const main = (index) => `module "service" {
  source = "../../modules/service"
  name   = "service-${index}"
}

resource "aws_s3_bucket" "data" {
  bucket = "data-${index}-\${var.environment}"
}

${['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h'].map(resource).join('\n')}`;

/** Four in five blocks are empty; of the others most are literal, a few hold objects, and a few are evaluated. */
function backend(index) {
  const key = `key = "root-${index}/terraform.tfstate"`;
  const bucket = 'bucket = "estate-tfstate"';
  const region = 'region = "eu-west-1"';
  if (index % 5 !== 0) return ['backend "s3" {', '  }'];
  if (index % 50 === 0)
    return [
      'backend "s3" {',
      `    ${key}`,
      `    ${bucket}`,
      `    ${region}`,
      `    assume_role = { role_arn = "arn:aws:iam::111111111111:role/state-${index}" }`,
      '  }',
    ];
  if (index % 75 === 0)
    return ['backend "s3" {', `    key = "\${local.name}/terraform.tfstate"`, `    ${bucket}`, `    ${region}`, '  }'];
  return ['backend "s3" {', `    ${key}`, `    ${bucket}`, `    ${region}`, '  }'];
}

const files = (index) => ({
  'main.tf': main(index),
  'versions.tf': `terraform {\n  required_version = ">= 1.5"\n\n  required_providers {\n    aws = {\n      source  = "hashicorp/aws"\n      version = "~> 5.0"\n    }\n  }\n}\n`,
  'backend.tf': `terraform {\n  ${backend(index).join('\n')}\n}\n`,
  'providers.tf': `provider "aws" {\n  region = "eu-west-1"\n\n  assume_role {\n    role_arn = "arn:aws:iam::\${local.accounts[var.environment]}:role/deploy"\n  }\n}\n`,
  'variables.tf': `variable "environment" {\n  type    = string\n  default = "prod"\n}\n\nvariable "size" {\n  type = number\n}\n`,
  'locals.tf': `locals {\n  name     = "root-${index}"\n  tags     = { team = "t-${index % 20}" }\n  accounts = { prod = "111111111111", test = "222222222222" }\n}\n`,
  'outputs.tf': `output "bucket" {\n  value = aws_s3_bucket.data.id\n}\n`,
  'iam.tf': `${['reader', 'writer', 'owner'].map((name) => `data "aws_iam_policy_document" "${name}" {\n  statement {\n    actions   = ["s3:GetObject", "s3:PutObject"]\n    resources = ["\${aws_s3_bucket.data.arn}/*"]\n  }\n}\n`).join('\n')}`,
});

/** Writes that many root modules of eight `.tf` files each; returns the number of files. */
export function writeEstate(directory, roots) {
  let count = 0;
  for (let index = 0; index < roots; index += 1) {
    const root = join(directory, `team-${index % 20}`, `root-${index}`);
    mkdirSync(root, { recursive: true });
    for (const [name, text] of Object.entries(files(index))) {
      writeFileSync(join(root, name), text);
      count += 1;
    }
  }
  return count;
}
