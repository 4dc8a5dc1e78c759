/** Whole lists. */

/** What every list answers with. */
export interface Page<Row> {
  readonly data: readonly Row[];
  readonly has_more: boolean;
  readonly next_cursor: string | null;
}

/** What to ask a page with. */
export interface Asked {
  readonly limit: number;
  readonly cursor?: string;
}

/** Of a page: fewer requests. */
const MOST_ROWS = 100;

/**
 * All rows of a list, page by page as they are needed:
 * `every((page) => lodgestory.listTickets({ query: { status: ["open"], ...page } }))`.
 *
 * A page may be short, or empty, and the list still goes on. Throws LodgestoryError.
 */
export async function* every<Row>(list: (page: Asked) => Promise<{ data: Page<Row> }>): AsyncGenerator<Row, void> {
  let asked: Asked = { limit: MOST_ROWS };
  for (;;) {
    const { data: page } = await list(asked);
    yield* page.data;
    if (!page.has_more || page.next_cursor === null) {
      return;
    }
    asked = { limit: MOST_ROWS, cursor: page.next_cursor };
  }
}
