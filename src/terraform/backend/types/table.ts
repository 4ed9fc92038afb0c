import { azurerm } from './azurerm.ts';
import { cloud, remote } from './hosted.ts';
import { cos, gcs, oci, oss } from './object-stores.ts';
import { inmem, local } from './own-machine.ts';
import { s3 } from './s3.ts';
import { consul, http, kubernetes, pg } from './services.ts';
import type { BackendType } from './type.ts';

const SINCE_1_3 = 'refused since Terraform 1.3, and by every OpenTofu';

/** Every type that Terraform 1.12 or OpenTofu 1.12 have (internal/backend/init/init.go), and `cloud`. */
export const backendTypes: ReadonlyMap<string, BackendType> = new Map(
  Object.entries({ azurerm, cloud, consul, cos, gcs, http, inmem, kubernetes, local, oci, oss, pg, remote, s3 }),
);

/** Types that newer versions refuse, and since when: `RemovedBackends` in the same file. */
export const removedTypes: ReadonlyMap<string, string> = new Map([
  ...['artifactory', 'etcd', 'etcdv3', 'manta', 'swift'].map((name): [string, string] => [name, SINCE_1_3]),
  ['azure', `${SINCE_1_3}; its name is azurerm`],
]);
