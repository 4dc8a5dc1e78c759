/** Lodgestory Tickets from TypeScript and JavaScript. */

export { Lodgestory, type Settings } from "./client.js";
export { type ClientCode, LodgestoryError } from "./errors.js";
export type * from "./generated/types.gen.js";
export { type Asked, every, type Page } from "./paging.js";
export type { Retries } from "./retrying.js";
export type { Fetch } from "./sending.js";
