import type { SourceLocation } from './location.ts';

/** Where S3 requests for a bucket go: AWS itself when `url` is null, else an S3-compatible store. */
export interface Endpoint {
  readonly url: string | null;
  readonly pathStyle: boolean;
}

/** An `s3` backend whose bucket and key are known, in Terraform's own terms. */
export interface S3Location {
  readonly bucket: string;
  /** The object key of this workspace's state. */
  readonly key: string;
  /** As the backend block or the environment declares it; null when neither does (Terraform would refuse to start). */
  readonly region: string | null;
  /** False when the region is the environment's. */
  readonly regionInCode: boolean;
  readonly endpoint: Endpoint;
}

/** What the code says about where a root module keeps its state. */
export type Backend =
  | { readonly kind: 's3'; readonly location: S3Location; readonly declaredAt: SourceLocation }
  /** A partial `s3` block: some arguments are given elsewhere (`-backend-config`, CI, the orchestrator). */
  | { readonly kind: 's3-partial'; readonly missing: readonly string[]; readonly declaredAt: SourceLocation }
  /** `cloud {}` or `backend "remote"`: the state is kept by the service at `hostname`. */
  | {
      readonly kind: 'hosted';
      readonly type: 'cloud' | 'remote';
      readonly hostname: string;
      readonly declaredAt: SourceLocation;
    }
  /** `backend "local"`, or none at all when `declaredAt` is null. */
  | { readonly kind: 'local'; readonly declaredAt: SourceLocation | null }
  /** Any other backend type by its name: gcs, azurerm, pg, http … */
  | { readonly kind: 'other'; readonly type: string; readonly declaredAt: SourceLocation };
