/** When a request is sent again, and after how long. Whoever sends it keeps its `Idempotency-Key`, so it acts once. */

/** Too much at once, or not known whether it took effect. Everything else is answered alike when it comes again. */
export const AGAIN: ReadonlySet<number> = new Set([429, 500, 502, 503, 504]);

/**
 * How patient a client is.
 *
 * Between two attempts it waits what `Retry-After` says, and beside it a random time between nothing and a bound that
 * doubles each time (full jitter): clients that were turned away together do not come back together.
 */
export interface Retries {
  /** In all; 1 sends nothing again. */
  readonly attempts: number;
  /** The bound of the random wait after the first attempt, in seconds. */
  readonly firstWaitS: number;
  /** The most that the bound grows to, in seconds. */
  readonly longestWaitS: number;
  /** All waits of a call together, in seconds. What would take longer is thrown, with `retryAfterS`. */
  readonly patienceS: number;
}

export const DEFAULT_RETRIES: Retries = { attempts: 6, firstWaitS: 0.5, longestWaitS: 20, patienceS: 60 };

/**
 * Seconds after an attempt (the first is 1) until the next one; undefined if that is too long.
 *
 * @param random gives a number from 0 to 1
 */
export function waitS(
  retries: Retries,
  attempt: number,
  waitedS: number,
  askedS: number | undefined,
  random: () => number,
): number | undefined {
  const bound = Math.min(retries.longestWaitS, retries.firstWaitS * 2 ** (attempt - 1));
  const wait = (askedS ?? 0) + random() * bound;
  return waitedS + wait <= retries.patienceS ? wait : undefined;
}

/** What the answer asks for: seconds, or the date of RFC 9110. Undefined if it says nothing that can be read. */
export function retryAfterS(answer: Response | undefined): number | undefined {
  const said = answer?.headers.get("Retry-After")?.trim() ?? "";
  if (/^\d+$/.test(said)) {
    return Number(said);
  }
  const at = Date.parse(said);
  return Number.isNaN(at) ? undefined : Math.max(0, (at - Date.now()) / 1000);
}
