/** What is sent again, when, with the same key, and with what was seen. */

import assert from "node:assert/strict";
import { test } from "node:test";

import { LodgestoryError } from "../src/errors.js";
import { retryAfterS, waitS, DEFAULT_RETRIES } from "../src/retrying.js";
import { MOST_TOKENS, Seen } from "../src/seen.js";
import { Api, answer, change, problem, read } from "./played.js";

const network = new TypeError("fetch failed");
const html = new Response("<html>", { status: 502, headers: { "Content-Type": "text/html" } });

function code(expected: string): (error: unknown) => boolean {
  return (error) => error instanceof LodgestoryError && error.code === expected;
}

for (const trouble of [problem(409, "idempotency_in_flight"), problem(429, "rate_limited"), problem(503, "busy"), problem(500, "internal"), html, network]) {
  test(`a change comes again with the same key and body after ${trouble instanceof Error ? trouble : trouble.status}`, async () => {
    const api = new Api();
    api.answers = [trouble, trouble, answer({}, {}, 201)];
    assert.equal((await api.sender()(change())).status, 201);
    const keys = api.sent("Idempotency-Key");
    assert.match(keys[0] ?? "", /^[0-9a-f-]{36}$/);
    assert.deepEqual(keys, [keys[0], keys[0], keys[0]]);
    assert.deepEqual(new Set(api.bodies), new Set(['{"issue":"maintenance"}']));
    assert.equal(api.waits.length, 2);
  });
}

test("each change has a key of its own, a read has none, and one that is given is kept", async () => {
  const api = new Api();
  api.answers = [answer({})];
  const send = api.sender();
  await send(change());
  await send(change());
  await send(read());
  await send(change({ "Idempotency-Key": "PMS-4711-new" }));
  const [first, second, third, fourth] = api.sent("Idempotency-Key");
  assert.notEqual(first, second);
  assert.deepEqual([third, fourth], [null, "PMS-4711-new"]);
});

for (const status of [400, 401, 403, 404, 409, 410, 412, 413, 415, 422]) {
  test(`a refusal with ${status} does not come again`, async () => {
    const api = new Api();
    api.answers = [problem(status, "refused")];
    await assert.rejects(api.sender()(change()), code("refused"));
    assert.equal(api.asked.length, 1);
  });
}

test("it waits what the API asks for and a random time beside it", async () => {
  const api = new Api();
  api.drawn = 1;
  api.answers = [problem(429, "rate_limited", {}, { "Retry-After": "7" }), problem(429, "rate_limited"), answer({})];
  await api.sender()(change());
  assert.deepEqual(api.waits, [7.5, 1]);
});

test("the bound of the random wait doubles up to a limit", () => {
  const retries = { ...DEFAULT_RETRIES, firstWaitS: 1, longestWaitS: 5 };
  const drawn = (chance: number) => [1, 2, 3, 4, 5].map((attempt) => waitS(retries, attempt, 0, undefined, () => chance));
  assert.deepEqual(drawn(1), [1, 2, 4, 5, 5]);
  assert.deepEqual(drawn(0), [0, 0, 0, 0, 0]);
});

test("a date is waited for like seconds", () => {
  const later = new Date(Date.now() + 30_000).toUTCString();
  const wait = retryAfterS(new Response(null, { headers: { "Retry-After": later } }));
  assert.ok(wait !== undefined && wait > 0 && wait <= 30, String(wait));
  assert.equal(retryAfterS(new Response(null, { headers: { "Retry-After": "soon" } })), undefined);
});

test("it gives up after its attempts with the last answer", async () => {
  const api = new Api();
  api.answers = [problem(503, "busy")];
  await assert.rejects(api.sender()(change()), code("busy"));
  assert.equal(api.asked.length, 6);
});

test("it gives up on a wait beyond its patience and tells how long", async () => {
  const api = new Api();
  api.answers = [problem(429, "rate_limited", {}, { "Retry-After": "40" })];
  await assert.rejects(api.sender()(change()), (error) => error instanceof LodgestoryError && error.retryAfterS === 40);
  assert.deepEqual(api.waits, [40]);
});

test("no answer at all is an error of its own", async () => {
  const api = new Api();
  api.answers = [network];
  await assert.rejects(api.sender({ attempts: 3 })(change()), (error) => {
    assert.ok(error instanceof LodgestoryError);
    assert.deepEqual([error.code, error.status, error.cause], ["no_answer", undefined, network]);
    return true;
  });
  assert.equal(api.asked.length, 3);
});

test("an answer that breaks off is no answer", async () => {
  const api = new Api();
  const brokenOff = () =>
    new Response(new ReadableStream({ pull: (controller) => controller.error(network) }), {
      headers: { "Content-Type": "application/json" },
    });
  api.answers = [brokenOff, answer({ id: "tkt_1" })];
  assert.deepEqual(await (await api.sender()(change())).json(), { id: "tkt_1" });
  assert.equal(api.asked.length, 2);
});

for (const attempts of [1, 6]) {
  test(`a call that its caller has ended is not sent again, of ${attempts} attempts`, async () => {
    const api = new Api();
    const ending = new AbortController();
    api.answers = [
      () => {
        ending.abort(new Error("enough"));
        throw network;
      },
    ];
    await assert.rejects(api.sender({ attempts })(change({}, ending.signal)), /^Error: enough$/);
    assert.equal(api.asked.length, 1);
  });
}

test("a redirection is followed nowhere", async () => {
  const api = new Api();
  api.answers = [answer({})];
  await api.sender()(read());
  assert.equal(api.asked[0]?.redirect, "manual");
});

test("the last token goes with every request, and another client knows nothing of it", async () => {
  const api = new Api();
  const seen = (token: string) => answer({}, { "Lodgestory-Seen": token });
  api.answers = [answer({}), seen("first"), answer({}), seen("second"), answer({})];
  const send = api.sender();
  for (const request of [read(), change(), read(), change(), read()]) {
    await send(request);
  }
  await api.sender()(read());
  assert.deepEqual(api.sent("Lodgestory-Seen"), [null, null, "first", "first", "second", null]);
});

test("of changes at the same time all tokens are sent until the next change joins them", async () => {
  const api = new Api();
  const own = (request: Request) => answer({}, { "Lodgestory-Seen": `of ${request.headers.get("Idempotency-Key")}` });
  api.answers = [own, own, answer({}), own, answer({})];
  const send = api.sender();
  await Promise.all([send(change({ "Idempotency-Key": "a" })), send(change({ "Idempotency-Key": "b" }))]);
  await send(read());
  await send(change({ "Idempotency-Key": "joined" }));
  await send(read());
  assert.deepEqual(api.sent("Lodgestory-Seen"), [null, null, "of a, of b", "of a, of b", "of joined"]);
});

test("no more tokens are kept than the API takes", () => {
  const seen = new Seen();
  for (let number = 0; number < MOST_TOKENS + 3; number += 1) {
    seen.learn([], new Response(null, { headers: { "Lodgestory-Seen": String(number) } }));
  }
  assert.deepEqual(seen.tokens, ["3", "4", "5", "6", "7", "8", "9", "10", "11", "12"]);
});

test("a token that the API takes no more is forgotten, and not for a cursor that is wrong", async () => {
  const api = new Api();
  const invalid = problem(400, "invalid_cursor");
  const written = answer({}, { "Lodgestory-Seen": "kept" });
  api.answers = [written, invalid, invalid, invalid, answer({}), answer({})];
  const send = api.sender();
  await send(change());
  await assert.rejects(send(read()), code("invalid_cursor"));
  await send(read());
  await send(read());
  assert.deepEqual(api.sent("Lodgestory-Seen"), [null, "kept", null, "kept", null, null]);
});
