/** What a partner's program gets: answers with their types, errors by code, whole lists. */

import assert from "node:assert/strict";
import { test } from "node:test";

import { every, Lodgestory, LodgestoryError } from "../src/index.js";
import { Api, answer, problem } from "./played.js";

const page = (rows: number[], next_cursor: string | null = null): Response =>
  answer({ data: rows.map((number) => ({ number })), has_more: next_cursor !== null, next_cursor });

function clientOf(api: Api): Lodgestory {
  return new Lodgestory({ baseUrl: "http://api.example/live/", key: "lsk_1", fetch: api.fetch, retries: { attempts: 1 } });
}

async function failure(call: Promise<unknown>): Promise<LodgestoryError> {
  const error = await call.then(
    () => assert.fail("it was to fail"),
    (thrown: unknown) => thrown,
  );
  assert.ok(error instanceof LodgestoryError, String(error));
  return error;
}

test("an answer has its data and its headers, and the key goes with the request", async () => {
  const api = new Api();
  api.answers = [answer({ id: "tkt_1", number: 7 }, { ETag: '"1-1-1"' }, 201)];
  const made = await clientOf(api).createTicket({ body: { chat_id: "chat_1", issue: "maintenance" } });
  assert.deepEqual([made.data.number, made.response.headers.get("ETag")], [7, '"1-1-1"']);
  assert.deepEqual(api.sent("Authorization"), ["Bearer lsk_1"]);
  assert.deepEqual(api.bodies, ['{"chat_id":"chat_1","issue":"maintenance"}']);
});

test("filters are repeated, ids are encoded and the address keeps its stage", async () => {
  const api = new Api();
  api.answers = [page([])];
  await clientOf(api).listTickets({ query: { status: ["open", "waiting"], limit: 5 } });
  await clientOf(api).listChatTickets({ path: { chat_id: "a/b" } });
  assert.deepEqual(
    api.asked.map((request) => request.url),
    ["http://api.example/live/v1/tickets?status=open&status=waiting&limit=5", "http://api.example/live/v1/chats/a%2Fb/tickets"],
  );
});

test("an error tells its code, its field and its request", async () => {
  const api = new Api();
  const errors = [{ field: "priority", code: "enum", detail: "Input should be 'low'" }];
  api.answers = [problem(422, "validation_failed", { errors })];
  const error = await failure(clientOf(api).createTicket({ body: { chat_id: "chat_1", issue: "maintenance" } }));
  assert.deepEqual([error.code, error.field, error.status, error.requestId], ["validation_failed", "priority", 422, "req-2"]);
  assert.equal(error.message, "validation_failed: Words (priority: Input should be 'low') [request req-2]");
});

test("an error carries what its code promises", async () => {
  const api = new Api();
  const more = { allowed: ["open"], current_version: 4, configure_url: "https://console.example" };
  api.answers = [problem(409, "invalid_status_transition", more), problem(409, "busy")];
  const change = () => failure(clientOf(api).changeTicket({ path: { ticket_id: "tkt_1" }, body: { status: "done" } }));
  const error = await change();
  assert.deepEqual([error.allowed, error.currentVersion, error.configureUrl], [["open"], 4, "https://console.example"]);
  const bare = await change();
  assert.deepEqual([bare.allowed, bare.currentVersion, bare.configureUrl, bare.field], [[], undefined, undefined, undefined]);
});

const strange: [string, Response, string][] = [
  ["nothing that is new", new Response(null, { status: 304 }), "not_modified"],
  ["a page of a gateway", new Response("<html>", { status: 413 }), "unexpected_answer"],
  ["a page with a good status", new Response("<html>", { headers: { "Content-Type": "text/html" } }), "unexpected_answer"],
  ["an error of somebody else", answer({ message: "Forbidden" }, {}, 403), "unexpected_answer"],
  ["a redirection", new Response(null, { status: 302, headers: { Location: "https://elsewhere.example" } }), "unexpected_answer"],
  ["broken JSON", new Response("{", { headers: { "Content-Type": "application/json" } }), "unexpected_answer"],
];

for (const [what, given, code] of strange) {
  test(`${what} is ${code}`, async () => {
    const api = new Api();
    api.answers = [given];
    const error = await failure(clientOf(api).readTicket({ path: { ticket_id: "tkt_1" } }));
    assert.deepEqual([error.code, error.status, api.asked.length], [code, given.status, 1]);
  });
}

test("an answer without a body is a success", async () => {
  const api = new Api();
  api.answers = [new Response(null, { status: 204 })];
  const { response } = await clientOf(api).deleteWorkflow({ path: { channel_id: "lakeside" } });
  assert.equal(response.status, 204);
});

test("every goes on while there is more, also past an empty page", async () => {
  const api = new Api();
  api.answers = [page([1, 2], "c1"), page([], "c2"), page([3])];
  const client = clientOf(api);
  const numbers: number[] = [];
  for await (const row of every((asked) => client.listTickets({ query: { status: ["open"], ...asked } }))) {
    numbers.push(row.number);
  }
  assert.deepEqual(numbers, [1, 2, 3]);
  assert.deepEqual(
    api.asked.map((request) => new URL(request.url).search),
    ["?status=open&limit=100", "?status=open&limit=100&cursor=c1", "?status=open&limit=100&cursor=c2"],
  );
});

test("the key is not shown", () => {
  assert.ok(!JSON.stringify(clientOf(new Api())).includes("lsk_1"));
});

test("a large bulk action is waited for until it is over, or patience is", async () => {
  const api = new Api();
  api.answers = ["queued", "running", "blocked"].map((state) => answer({ id: "blk_1", state }));
  const quickly = { everyS: 0.001, patienceS: 0.002 };
  assert.equal((await clientOf(api).waitForBulk("blk_1", quickly)).state, "blocked");
  api.answers = [answer({ id: "blk_1", state: "running" })];
  assert.equal((await clientOf(api).waitForBulk("blk_1", quickly)).state, "running");
});
