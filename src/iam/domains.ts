import type { Domain } from './presence.ts';

/** What `ExternalId` may be (STS API Reference, "AssumeRole"). */
export const EXTERNAL_ID: Domain = { character: /^[\w+=,.@:/-]$/, shortest: 2, longest: 1224 };

/** What `RoleSessionName` and `SourceIdentity` may be (STS API Reference, "AssumeRole"). */
export const SESSION_NAME: Domain = { character: /^[\w+=,.@-]$/, shortest: 2, longest: 64 };

/** What the value of a session tag may be (STS API Reference, "Tag"). */
export const TAG_VALUE: Domain = { character: /^[\p{L}\p{Z}\p{N}_.:/=+\-@]$/u, shortest: 0, longest: 256 };
