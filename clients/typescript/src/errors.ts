/** What goes wrong, as one error. Decide by `code`: docs/errors.md has each of the API's with what to do. */

import type { FieldProblem, Problem } from "./generated/types.gen.js";

/** Beside the API's codes: what only the client can tell. */
export type ClientCode =
  /** The API was not reached, or its answer was lost, however often it was asked. Whether it took effect is not known. */
  | "no_answer"
  /** What `If-None-Match` named is still the present version. */
  | "not_modified"
  /** The answer is not one of the API's own: a proxy's page, for example. */
  | "unexpected_answer";

/** The API refused, or did not answer. */
export class LodgestoryError extends Error {
  override readonly name = "LodgestoryError";
  /** Stable: one of docs/errors.md, or a `ClientCode`. */
  readonly code: string;
  /** For people; it may change. */
  readonly detail: string;
  readonly title: string | undefined;
  /** The HTTP status; undefined if there was no answer. */
  readonly status: number | undefined;
  /** What is wrong with which field of what was sent. */
  readonly errors: readonly FieldProblem[];
  /** Keep it when you ask us. */
  readonly requestId: string | undefined;
  /** The statuses that the ticket may move to, with `invalid_status_transition`. */
  readonly allowed: readonly string[];
  /** With `version_conflict`. */
  readonly currentVersion: number | undefined;
  /** Where people repair it, with `workflow_missing`. */
  readonly configureUrl: string | undefined;
  /** Seconds to wait, where the API said so and it was longer than this client waits. */
  readonly retryAfterS: number | undefined;

  constructor(problem: Partial<Problem> & { code: string; detail: string }, retryAfterS?: number, cause?: unknown) {
    const errors = problem.errors ?? [];
    super(message(problem.code, problem.detail, errors, problem.request_id), { cause });
    this.code = problem.code;
    this.detail = problem.detail;
    this.title = problem.title;
    this.status = problem.status;
    this.errors = errors;
    this.requestId = problem.request_id;
    this.allowed = problem.allowed ?? [];
    this.currentVersion = problem.current_version ?? undefined;
    this.configureUrl = problem.configure_url ?? undefined;
    this.retryAfterS = retryAfterS;
  }

  /** The first field that is wrong: its path in the body, or the name of a parameter or header. */
  get field(): string | undefined {
    return this.errors[0]?.field;
  }
}

/** The error that an answer other than a success stands for. */
export async function errorOf(answer: Response, retryAfterS?: number): Promise<LodgestoryError> {
  if (answer.status === 304) {
    const shown = { code: "not_modified", detail: "Nothing has changed", status: 304, ...named(answer) };
    return new LodgestoryError(shown);
  }
  const problem = await problemOf(answer);
  return problem === undefined
    ? unexpected(answer)
    : new LodgestoryError({ ...problem, status: answer.status }, retryAfterS);
}

/** For an answer that cannot be read as what it should be. */
export function unexpected(answer: Response, cause?: unknown): LodgestoryError {
  const type = answer.headers.get("Content-Type") ?? "no content type";
  const detail = `HTTP ${answer.status} with ${type} is no answer of this API`;
  const shown = { code: "unexpected_answer", detail, status: answer.status, ...named(answer) };
  return new LodgestoryError(shown, undefined, cause);
}

/** No answer at all, after all attempts. */
export function noAnswer(fault: unknown): LodgestoryError {
  return new LodgestoryError({ code: "no_answer", detail: `The API did not answer: ${fault}` }, undefined, fault);
}

function named(answer: Response): { request_id?: string } {
  const id = answer.headers.get("X-Request-Id");
  return id === null ? {} : { request_id: id };
}

async function problemOf(answer: Response): Promise<Problem | undefined> {
  try {
    const body = (await answer.json()) as Problem;
    return typeof body.code === "string" && typeof body.detail === "string" ? body : undefined;
  } catch {
    return undefined;
  }
}

function message(code: string, detail: string, errors: readonly FieldProblem[], requestId?: string): string {
  const fields = errors.map((error) => `${error.field}: ${error.detail}`).join("; ");
  const said = `${code}: ${detail}${fields && ` (${fields})`}`;
  return requestId === undefined ? said : `${said} [request ${requestId}]`;
}
