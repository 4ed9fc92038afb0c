import type { BlockSchema } from '../hcl/json-body.ts';

const leaf = (labels: number, strings: BlockSchema['strings']): BlockSchema => ({ labels, strings, blocks: {} });

// Terraform decodes backends, `cloud` and module sources without an evaluation context, so `${` in their JSON strings
// is taken as it is; arguments of providers are templates (expressions in hashicorp/hcl json/structure.go).
const terraform: BlockSchema = {
  labels: 0,
  strings: 'raw',
  blocks: {
    backend: leaf(1, 'raw'),
    cloud: { labels: 0, strings: 'raw', blocks: { workspaces: leaf(0, 'raw') } },
    required_providers: leaf(0, 'raw'),
  },
};

const provider: BlockSchema = {
  labels: 1,
  strings: 'template',
  blocks: {
    assume_role: leaf(0, 'template'),
    assume_role_with_web_identity: leaf(0, 'template'),
    dynamic: leaf(1, 'template'),
  },
};

/** Which names are blocks in the parts of a `.tf.json` that are read (Terraform's internal/configs/parser_config.go). */
export const configurationSchema: BlockSchema['blocks'] = {
  terraform,
  provider,
  module: leaf(1, 'raw'),
  resource: leaf(2, 'template'),
  data: leaf(2, 'template'),
  // Defaults of variables are constants.
  variable: leaf(1, 'raw'),
  locals: leaf(0, 'template'),
};
