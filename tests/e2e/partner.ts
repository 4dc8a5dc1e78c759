// A partner's program, tried by test_clients.py: the answer to each change is lost once on the way back, and what each
// request carried is printed.
import { every, Lodgestory, LodgestoryError } from "@lodgestory/tickets";

const sent: { method: string; key: string | null; seen: string | null }[] = [];
const lost = new Set<string>();

async function losing(request: Request): Promise<Response> {
  const key = request.headers.get("Idempotency-Key");
  sent.push({ method: request.method, key, seen: request.headers.get("Lodgestory-Seen") });
  const answer = await fetch(request);
  if (key !== null && !lost.has(key)) {
    lost.add(key);
    throw new TypeError("the answer was lost");
  }
  return answer;
}

const lodgestory = new Lodgestory({
  baseUrl: process.env.API!,
  key: process.env.KEY!,
  fetch: losing,
  retries: { firstWaitS: 0 },
});

const body = { chat_id: process.env.CHAT!, issue: "maintenance", remarks: "Lost on the way" };
const both = await Promise.all([lodgestory.createTicket({ body }), lodgestory.createTicket({ body })]);
const ids = both.map((made) => made.data.id);
const listed = (await lodgestory.listTickets({ query: { limit: 5 } })).data.data.map((row) => row.id);

const path = { ticket_id: ids[0]! };
const read = await lodgestory.readTicket({ path });
const headers = { "If-Match": read.response.headers.get("ETag")! };
const changed = await lodgestory.changeTicket({ path, headers, body: { status: "resolved", remark: "Repaired" } });
const failed = (call: Promise<unknown>) =>
  call.then(
    () => "no error",
    (error: LodgestoryError) => [error.code, error.field ?? null],
  );
const late = await failed(lodgestory.changeTicket({ path, headers, body: { priority: "low" } }));
const refused = await failed(lodgestory.changeTicket({ path, body: { assignee: "mem_nobody" } }));

const all: string[] = [];
for await (const row of every((page) => lodgestory.listTickets({ query: { ...page } }))) {
  all.push(row.id);
}
console.log(JSON.stringify({ ids, listed, version: changed.data.version, late, refused, all, sent }));
