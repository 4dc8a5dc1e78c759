/** A client on an API that is played: what it was asked is kept, what it answers is given. */

import { DEFAULT_RETRIES, type Retries } from "../src/retrying.js";
import { Seen } from "../src/seen.js";
import { type Fetch, sender } from "../src/sending.js";

export type Played = Response | Error | ((request: Request) => Promise<Response> | Response);

export function answer(body: unknown, headers: Record<string, string> = {}, status = 200): Response {
  return Response.json(body, { status, headers });
}

export function problem(status: number, code: string, more: object = {}, headers: Record<string, string> = {}): Response {
  const body = { type: `/${code}`, title: "No", status, detail: "Words", code, errors: [], request_id: "req-2", ...more };
  const type = { "Content-Type": "application/problem+json", ...headers };
  return new Response(JSON.stringify(body), { status, headers: type });
}

export class Api {
  readonly asked: Request[] = [];
  readonly bodies: string[] = [];
  readonly waits: number[] = [];
  answers: Played[] = [];
  /** What chance draws, from 0 to 1. */
  drawn = 0;

  /** One answer after the other; the last one again and again. */
  readonly fetch: Fetch = async (request) => {
    this.asked.push(request);
    this.bodies.push(await request.clone().text());
    const next = this.answers.length > 1 ? this.answers.shift() : this.answers[0];
    if (next === undefined || next instanceof Error) {
      throw next ?? new Error("no answer is left to be played");
    }
    return next instanceof Response ? next.clone() : next(request);
  };

  /** What the generated code sends with; no time passes. */
  sender(retries: Partial<Retries> = {}): Fetch {
    return sender({
      fetch: this.fetch,
      retries: { ...DEFAULT_RETRIES, ...retries },
      seen: new Seen(),
      timeoutMs: 30_000,
      sleep: async (seconds) => {
        this.waits.push(seconds);
      },
      random: () => this.drawn,
    });
  }

  sent(header: string): (string | null)[] {
    return this.asked.map((request) => request.headers.get(header));
  }
}

export const ADDRESS = "http://api.example/live/v1/tickets";

export function read(): Request {
  return new Request(ADDRESS);
}

export function change(headers: Record<string, string> = {}, signal: AbortSignal | null = null): Request {
  return new Request(ADDRESS, { method: "POST", body: '{"issue":"maintenance"}', headers, signal });
}
