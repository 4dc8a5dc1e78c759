/** The client: every operation of the API as a method, made safe to be used as it stands. */

import { unexpected } from "./errors.js";
import { createClient, createConfig } from "./generated/client/index.js";
import { Operations } from "./generated/sdk.gen.js";
import type { BulkOut } from "./generated/types.gen.js";
import { DEFAULT_RETRIES, type Retries } from "./retrying.js";
import { Seen } from "./seen.js";
import { type Fetch, sender } from "./sending.js";

const UNFINISHED: ReadonlySet<string> = new Set(["queued", "running"]);

export interface Settings {
  /** What stands before `/v1`. */
  readonly baseUrl: string;
  /** An API key: `lsk_…`. */
  readonly key: string;
  /** Of one attempt, in milliseconds; 30,000. */
  readonly timeoutMs?: number;
  /** How patient to be. */
  readonly retries?: Partial<Retries>;
  /** For proxies and tests. */
  readonly fetch?: Fetch;
}

/**
 * Lodgestory Tickets for one API key; make one and use it for as long as your program runs.
 *
 * By itself it gives each change an `Idempotency-Key`, sends it again with that key when the API or the network fails,
 * and sends `Lodgestory-Seen`, so that every list shows what it has changed. All errors are LodgestoryError.
 */
export class Lodgestory extends Operations {
  constructor(settings: Settings) {
    const fetch = sender({
      fetch: settings.fetch ?? ((request) => globalThis.fetch(request)),
      retries: { ...DEFAULT_RETRIES, ...settings.retries },
      seen: new Seen(),
      timeoutMs: settings.timeoutMs ?? 30_000,
      sleep: (seconds) => new Promise((resolve) => setTimeout(resolve, seconds * 1000)),
      random: Math.random,
    });
    const client = createClient(
      createConfig({
        auth: settings.key,
        baseUrl: settings.baseUrl,
        fetch: fetch as typeof globalThis.fetch,
        throwOnError: true,
      }),
    );
    client.interceptors.error.use((error, answer) =>
      error instanceof SyntaxError && answer !== undefined ? unexpected(answer, error) : error,
    );
    super({ client });
  }

  /**
   * A bulk action once it is `done`, `blocked` or `failed`; after `patienceS` seconds, as far as it is by then.
   *
   * Throws LodgestoryError.
   */
  async waitForBulk(bulkId: string, { patienceS = 600, everyS = 1 } = {}): Promise<BulkOut> {
    for (let waitedS = 0; ; waitedS += everyS) {
      const { data: bulk } = await this.readBulk({ path: { bulk_id: bulkId } });
      if (!UNFINISHED.has(bulk.state) || waitedS >= patienceS) {
        return bulk;
      }
      await new Promise((resolve) => setTimeout(resolve, everyS * 1000));
    }
  }
}
