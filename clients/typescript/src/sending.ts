/** How one request is sent until it is answered: with its key, what was seen, and as often as it takes. */

import { errorOf, noAnswer, unexpected } from "./errors.js";
import { AGAIN, type Retries, retryAfterS, waitS } from "./retrying.js";
import { SEEN, type Seen } from "./seen.js";

export type Fetch = (request: Request) => Promise<Response>;

/** What a sender is made of; tests bring their own time and chance. */
export interface Means {
  readonly fetch: Fetch;
  readonly retries: Retries;
  readonly seen: Seen;
  readonly timeoutMs: number;
  readonly sleep: (seconds: number) => Promise<void>;
  /** A number from 0 to 1. */
  readonly random: () => number;
}

const CHANGES: ReadonlySet<string> = new Set(["POST", "PUT", "PATCH", "DELETE"]);

/** What the generated code sends with. It throws LodgestoryError for all that is no success. */
export function sender(means: Means): Fetch {
  return async (request) => {
    const parts = await partsOf(request);
    const answer = await answered(means, parts);
    if (!answer.ok) {
      throw await errorOf(answer, retryAfterS(answer));
    }
    if (answer.status !== 204 && !(answer.headers.get("Content-Type") ?? "").startsWith("application/json")) {
      throw unexpected(answer);
    }
    return answer;
  };
}

/** A request that can be sent again: the body of a `Request` can be read only once. */
interface Parts {
  readonly url: string;
  readonly method: string;
  readonly headers: Headers;
  readonly body: ArrayBuffer | undefined;
  readonly signal: AbortSignal;
}

async function partsOf(request: Request): Promise<Parts> {
  const headers = new Headers(request.headers);
  if (CHANGES.has(request.method) && !headers.has("Idempotency-Key")) {
    headers.set("Idempotency-Key", crypto.randomUUID());
  }
  const body = request.body === null ? undefined : await request.arrayBuffer();
  return { url: request.url, method: request.method, headers, body, signal: request.signal };
}

async function answered(means: Means, parts: Parts): Promise<Response> {
  const tokens = means.seen.tokens;
  const answer = await asked(means, parts, tokens);
  if (tokens.length === 0 || !(await isInvalidCursor(answer))) {
    return answer;
  }
  // The tokens, or the cursor of the request itself. A token that was kept for very long may have outlived the secret
  // that signed it: without it the client would be refused for ever.
  const without = await asked(means, parts, []);
  if (!(await isInvalidCursor(without))) {
    means.seen.forget(tokens);
  }
  return without;
}

/** The last answer of as many attempts as it takes. */
async function asked(means: Means, parts: Parts, tokens: readonly string[]): Promise<Response> {
  let { answer, fault } = await tried(means, parts, tokens);
  let waitedS = 0;
  for (let attempt = 1; attempt < means.retries.attempts; attempt += 1) {
    if (answer !== undefined && !(await comesAgain(answer))) {
      break;
    }
    const wait = waitS(means.retries, attempt, waitedS, retryAfterS(answer), means.random);
    if (wait === undefined) {
      break;
    }
    await means.sleep(wait);
    waitedS += wait;
    ({ answer, fault } = await tried(means, parts, tokens));
  }
  if (answer === undefined) {
    throw noAnswer(fault);
  }
  means.seen.learn(tokens, answer);
  return answer;
}

interface Outcome {
  readonly answer?: Response;
  readonly fault?: unknown;
}

async function tried(means: Means, parts: Parts, tokens: readonly string[]): Promise<Outcome> {
  const headers = new Headers(parts.headers);
  if (tokens.length > 0) {
    headers.set(SEEN, tokens.join(", "));
  }
  const signal = AbortSignal.any([parts.signal, AbortSignal.timeout(means.timeoutMs)]);
  // The API redirects nobody, and what these headers hold is for it alone.
  const { method, body = null } = parts;
  const request = new Request(parts.url, { method, headers, body, signal, redirect: "manual" });
  try {
    return { answer: await whole(await means.fetch(request)) };
  } catch (fault) {
    parts.signal.throwIfAborted();
    return { fault };
  }
}

/** The answer with its body read, so that a body that breaks off counts as no answer. */
async function whole(answer: Response): Promise<Response> {
  const body = await answer.arrayBuffer();
  const { status, headers } = answer;
  return new Response(body.byteLength > 0 ? body : null, { status, headers });
}

/** Also what is told that its first time, whose answer was lost, is still being carried out. */
async function comesAgain(answer: Response): Promise<boolean> {
  return AGAIN.has(answer.status) || (await is(answer, 409, "idempotency_in_flight"));
}

async function isInvalidCursor(answer: Response): Promise<boolean> {
  return is(answer, 400, "invalid_cursor");
}

async function is(answer: Response, status: number, code: string): Promise<boolean> {
  if (answer.status !== status) {
    return false;
  }
  const problem: unknown = await answer.clone().json().catch(() => undefined);
  return (problem as { code?: unknown } | undefined)?.code === code;
}
