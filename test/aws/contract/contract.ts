import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { accountCases } from './account.ts';
import { bucketCases } from './buckets.ts';
import type { ContractCase, Target } from './case.ts';
import { detailsCases } from './details.ts';
import { dynamoDbCases } from './dynamodb.ts';
import { iamCases } from './iam.ts';
import { kmsCases } from './kms.ts';
import { objectCases } from './objects.ts';
import { organizationsCases } from './organizations.ts';
import { protectionCases } from './protection.ts';
import { replicationCases } from './replication.ts';
import { stsCases } from './sts.ts';
import { versionCases } from './versions.ts';

/** Where a server is known not to do what AWS does. */
export interface Difference {
  /** The name of the contract case that does not hold. */
  readonly contract: string;
  /** What the server does instead. */
  readonly instead: string;
  /** Which of our verdicts therefore cannot be tested against it. */
  readonly rulesOut: string;
  /** Asserts the difference itself, so that a server that was mended is noticed. */
  readonly observe: (target: Target) => Promise<void>;
}

const CASES: readonly ContractCase[] = [
  ...bucketCases,
  ...objectCases,
  ...protectionCases,
  ...versionCases,
  ...replicationCases,
  ...iamCases,
  ...accountCases,
  ...detailsCases,
  ...stsCases,
  ...kmsCases,
  ...dynamoDbCases,
  ...organizationsCases,
];

/** Declares the tests that hold a server to AWS's behaviour as SDK clients see it. */
export function contract(name: string, start: () => Promise<Target>, differences: readonly Difference[] = []): void {
  describe(name, () => {
    let target: Target;
    beforeAll(async () => {
      target = await start();
    });
    afterAll(() => target.close());

    for (const { name: title, run } of CASES) {
      const difference = differences.find((entry) => entry.contract === title);
      if (difference === undefined) it(title, () => run(target));
      else it(`differs: ${title}; instead ${difference.instead}`, () => difference.observe(target));
    }

    it('lists each case once, and differences of existing cases only', () => {
      const titles = CASES.map((entry) => entry.name);
      expect(new Set(titles).size).toBe(titles.length);
      const contracts = differences.map((entry) => entry.contract);
      expect(contracts.filter((title) => !titles.includes(title))).toEqual([]);
      expect(new Set(contracts).size).toBe(contracts.length);
    });
  });
}
