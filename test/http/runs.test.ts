// What is asked of all runs together.

import { afterEach, describe, expect, it } from "vitest";
import type { RunId } from "../../src/domain/ids.ts";
import { Fault } from "../../src/engine/ports.ts";
import type { RunCard } from "../../src/http/run-card.ts";
import type { FoundRun, ServedRuns } from "../../src/http/runs.ts";
import type { InboxBody, RunsBody } from "../../src/http/runs-wire.ts";
import type { ProblemBody, StatusBody } from "../../src/http/wire.ts";
import { serveRun, type ServedRun } from "./served-run.ts";

let served: ServedRun | undefined;
afterEach(async () => {
  await served?.close();
  served = undefined;
});

const start = async (more: Partial<ServedRuns>): Promise<ServedRun> => (served = await serveRun(more));
const problemOf = async (response: Response): Promise<readonly [number, string]> => [
  response.status,
  ((await response.json()) as ProblemBody).code,
];

const idAt = (place: number): RunId => `run_${String(place).padStart(16, "0")}` as RunId;

/** The served run's own card, told as another. */
async function cardsLike(changes: readonly Partial<RunCard>[]): Promise<readonly RunCard[]> {
  const one = await start({});
  const [like] = ((await (await one.send("GET", "/api/runs")).json()) as RunsBody).runs;
  if (like === undefined) throw new Error("there is one run");
  await one.close();
  return changes.map((change, place) => ({ ...like, run: idAt(place), createdAt: 1_000 - place, ...change }));
}

describe("the list of runs", () => {
  it("HUB1 is read in pages by a place, not a count: what begins meanwhile shifts nothing, and equal times lose nothing", async () => {
    const all = [...(await cardsLike(Array.from({ length: 7 }, () => ({ createdAt: 5 }))))].toReversed();
    let cards: readonly RunCard[] = all;
    const { send } = await start({ list: async () => cards });
    const seen: string[] = [];
    let cursor: string | null = "";
    while (cursor !== null) {
      const path: string = `/api/runs?limit=3${cursor === "" ? "" : `&cursor=${cursor}`}`;
      const page = (await (await send("GET", path)).json()) as RunsBody;
      seen.push(...page.runs.map(({ run }) => run));
      cursor = page.next;
      cards = [{ ...all[0], run: idAt(99), createdAt: 9 } as RunCard, ...all];
    }
    expect(seen).toEqual(all.map(({ run }) => run));
  });

  it("HUB1 is searched by every word in title, id, project and goal, and narrowed by project, outcome and phase", async () => {
    const project = (name: string) => ({ key: `${name}-1`, root: `/src/${name}`, name });
    const cards = await cardsLike([
      { title: "Add CSV export", project: project("reports"), phase: "ended", outcome: "completed" },
      {
        title: "Mend the parser",
        goal: "The grammar is WRONG",
        project: project("lang"),
        phase: "ended",
        outcome: "failed",
      },
      { title: "Mend the docs", project: project("lang"), phase: "running" },
    ]);
    const { send } = await start({ list: async () => cards });
    const found = async (query: string): Promise<readonly string[]> =>
      ((await (await send("GET", `/api/runs?${query}`)).json()) as RunsBody).runs.map(({ title }) => title);
    expect(await found("q=mend")).toEqual(["Mend the parser", "Mend the docs"]);
    expect(await found("q=LANG%20grammar")).toEqual(["Mend the parser"]);
    expect(await found(`q=${idAt(0).slice(4)}`)).toEqual(["Add CSV export"]);
    expect(await found("project=lang-1&phase=running")).toEqual(["Mend the docs"]);
    expect(await found("outcome=failed")).toEqual(["Mend the parser"]);
    expect(await found("q=nothing%20of%20it")).toEqual([]);
  });

  it("HUB1 a query that is none is refused with what is wrong", async () => {
    const { send } = await start({});
    for (const query of ["limit=0", "limit=x", "outcome=great", "cursor=zzz", "sort=title", "phase=late"]) {
      expect(await problemOf(await send("GET", `/api/runs?${query}`)), query).toEqual([400, "query_invalid"]);
    }
    expect((await send("PUT", "/api/runs")).headers.get("allow")).toBe("GET, POST");
  });
});

describe("the inbox of all runs", () => {
  it("HUB2 puts first what holds up the longest path of any run, then what waits longest", async () => {
    const one = await start({});
    await one.untilAsked();
    const [card] = ((await (await one.send("GET", "/api/runs")).json()) as RunsBody).runs;
    if (card === undefined) throw new Error("there is one run");
    const state = one.conductor.state();
    const [approval] = state.approvals.values();
    if (approval === undefined) throw new Error("one call is held");
    const weighing = (weight: number, askedAt: number): typeof state => ({
      ...state,
      graph: { ...state.graph, rank: [weight] },
      approvals: new Map([[approval.id, { ...approval, askedAt }]]),
    });
    const asking = [
      { card: { ...card, run: idAt(1) }, state: weighing(3, 50) },
      { card: { ...card, run: idAt(2), conducted: "nobody" as const }, state: weighing(9, 90) },
      { card: { ...card, run: idAt(3) }, state: weighing(3, 20) },
    ];
    await one.close();
    const { send } = await start({ asking: async () => asking });
    const { approvals } = (await (await send("GET", "/api/inbox")).json()) as InboxBody;
    expect(approvals.map(({ run }) => run)).toEqual([idAt(2), idAt(3), idAt(1)]);
    expect(approvals[0]).toMatchObject({
      title: "Served",
      project: { key: "nowhere-0" },
      conducted: "nobody",
      approval: { id: approval.id },
    });
  });
});

describe("a run that another process conducts", () => {
  type Sent = { readonly path: string; readonly init: RequestInit };
  const elsewhere = (answer: (sent: Sent) => Response): { readonly found: FoundRun; readonly sent: Sent[] } => {
    const sent: Sent[] = [];
    const send = async (path: string, init: RequestInit): Promise<Response> => {
      sent.push({ path, init });
      return answer({ path, init });
    };
    return { found: { kind: "elsewhere", send }, sent };
  };

  it("HUB3 gets method, address, body and what matters of the headers; its answer comes back as it is", async () => {
    const { found, sent } = elsewhere(() =>
      Response.json({ code: "already_so" }, { status: 409, headers: { "set-cookie": "a=b", "x-secret": "1" } }),
    );
    const { send } = await start({ find: async () => found });
    const path = `/api/runs/${idAt(1)}/commands?x=1`;
    const headers = { "idempotency-key": "k1", cookie: "mine=1" };
    const answer = await send("POST", path, { body: { type: "pause" }, headers });
    expect([answer.status, await answer.json()]).toEqual([409, { code: "already_so" }]);
    expect([answer.headers.get("set-cookie"), answer.headers.get("x-secret")]).toEqual([null, null]);
    expect(answer.headers.get("cache-control")).toBe("no-store");
    const [{ init, path: there } = { init: {}, path: "" }] = sent;
    expect([there, init.method, init.body]).toEqual([path, "POST", '{"type":"pause"}']);
    expect(Object.fromEntries(new Headers(init.headers))).toEqual({
      "content-type": "application/json",
      "idempotency-key": "k1",
      "tutti-sent-on": "1",
    });
  });

  it("HUB3 is not asked in a circle, and one that is gone is told from one that refuses", async () => {
    const { found, sent } = elsewhere(() => {
      throw new Fault("run_unreachable", "It is gone.", { remedy: "Resume it." });
    });
    const { send } = await start({ find: async () => found });
    const path = `/api/runs/${idAt(1)}`;
    expect(await problemOf(await send("GET", path, { headers: { "tutti-sent-on": "1" } }))).toEqual([
      409,
      "run_elsewhere",
    ]);
    expect(sent).toEqual([]);
    expect(await problemOf(await send("GET", path))).toEqual([502, "run_unreachable"]);
    const big = await send("POST", `${path}/commands`, { body: { x: "x".repeat(5 * 1024 * 1024) } });
    expect(big.status).toBe(413);
  });
});

describe("what makes, takes over and lands a run", () => {
  it("HUB6 refuses a body that does not fit before anything is done, and says what the world refuses", async () => {
    const refuse = async (): Promise<never> => {
      throw new Fault("settings_refused", "tutti.toml: no such key.", { remedy: "Correct it." });
    };
    const { send, base } = await start({ begin: refuse, resume: refuse, land: refuse });
    const post = async (path: string, body: unknown): Promise<readonly [number, string]> =>
      problemOf(await send("POST", path, { body }));
    const good = { project: "p", goal: "Do it" };
    for (const bad of [
      {},
      { project: "p" },
      { ...good, tickets: "[]" },
      { ...good, budgets: "run eur 5" },
      { ...good, lanes: 0 },
      { ...good, sandbox: "none" },
    ]) {
      expect(await post("/api/runs", bad), JSON.stringify(bad)).toEqual([422, "body_invalid"]);
    }
    expect(await post("/api/runs", { ...good, budgets: "run usd 5" })).toEqual([422, "settings_refused"]);
    expect(await post("/api/forecast", good)).toEqual([422, "tickets_missing"]);
    expect(await post(`${base}/resume`, { reopen: "A" })).toEqual([422, "body_invalid"]);
    expect(await post(`${base}/land`, { how: "rebase" })).toEqual([422, "body_invalid"]);
    expect(await post("/api/runs/not-a-run/resume", {})).toEqual([404, "run_missing"]);
    expect(await post("/api/runs/not-a-run/land", {})).toEqual([404, "run_missing"]);
    expect(await post(`/api/runs/${idAt(5)}/commands`, { type: "pause" })).toEqual([404, "run_missing"]);
    const status = (await (await send("GET", base)).json()) as StatusBody;
    expect(status.board.pause).toBeNull();
  });
});
