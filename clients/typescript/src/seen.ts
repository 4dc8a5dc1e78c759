/** `Lodgestory-Seen`: what this client has written, so that its lists show it at once. */

export const SEEN = "Lodgestory-Seen";

/** As many as the API takes in one request. */
export const MOST_TOKENS = 10;

/**
 * The tokens that the next request sends.
 *
 * A token tells of a write and of all that the write's own request told of. So it replaces what was sent with it, and
 * nothing else: of two writes at the same time neither knows of the other, and both tokens are sent until a later
 * write has joined them.
 */
export class Seen {
  #tokens: readonly string[] = [];

  /** What to send: the oldest first. */
  get tokens(): readonly string[] {
    return this.#tokens;
  }

  /** Keep the token of an answer, whose request had sent these. */
  learn(sent: readonly string[], answer: Response): void {
    const token = answer.headers.get(SEEN);
    if (token !== null) {
      this.#replace(sent, [token]);
    }
  }

  /** The API takes these no more. */
  forget(sent: readonly string[]): void {
    this.#replace(sent, []);
  }

  #replace(old: readonly string[], added: readonly string[]): void {
    const kept = this.#tokens.filter((token) => !old.includes(token) && !added.includes(token));
    this.#tokens = [...kept, ...added].slice(-MOST_TOKENS);
  }
}
