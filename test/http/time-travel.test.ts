// FORK14, EXP6, CMP4: going back in runs over the API.

import { describe, expect, it } from "vitest";
import type { RunId } from "../../src/domain/ids.ts";
import { Fault } from "../../src/engine/ports.ts";
import { createApp } from "../../src/http/app.ts";
import type { ForkAsked, ForkBody, TimeTravel } from "../../src/http/time-travel.ts";
import { blockedStory, forkedStory, forkName } from "../core/forked-story.ts";

const run = "run_0123456789abcdef" as RunId;
const notAsked = (): Promise<never> => Promise.reject(new Error("not asked here"));

const port = 4711;
const stories: Readonly<Record<string, ReturnType<typeof forkedStory>["state"]>> = {
  [run]: blockedStory().state,
  [forkName]: forkedStory().state,
};

const missing = (): never => {
  throw new Fault("run_missing", "There is no such run.", { remedy: "Look." });
};

function makeApp(own: Partial<TimeTravel> = {}) {
  const asked: ForkAsked[] = [];
  const travel: TimeTravel = {
    stateAt: async (which) => stories[which] ?? missing(),
    fork: async (what) => {
      asked.push(what);
      return forkName;
    },
    takeOut: async function* () {
      yield "one\n";
      yield "two\n";
    },
    bringIn: async () => ({ run, records: 7 }),
    ...own,
  };
  const app = createApp({
    runs: {
      list: async () => [],
      find: async () => undefined,
      watch: () => () => {},
      asking: async () => [],
      projects: async () => [],
      begin: notAsked,
      resume: notAsked,
      land: notAsked,
      forecast: notAsked,
      recover: notAsked,
      projectModels: notAsked,
      saveModels: notAsked,
    },
    travel,
    token: "secret",
    port: () => port,
    person: "ann",
    onError: (error) => {
      throw error;
    },
  });
  const send = (method: string, path: string, body?: unknown, headers: Record<string, string> = {}) =>
    Promise.resolve(
      app.request(path, {
        method,
        headers: {
          host: `127.0.0.1:${port}`,
          authorization: "Bearer secret",
          ...(body === undefined ? {} : { "content-type": "application/json" }),
          ...headers,
        },
        ...(body === undefined ? {} : { body: typeof body === "string" ? body : JSON.stringify(body) }),
      }),
    );
  return { send, asked };
}

describe("a fork over the API", () => {
  it("FORK14 takes a record and an edit, and answers with the new run", async () => {
    const { send, asked } = makeApp();
    const edit: ForkBody["edit"] = {
      guidance: [{ ticket: "B", text: "look" }],
      mode: "linear",
      bounds: "run usd 5",
    };
    const answer = await send("POST", `/api/runs/${run}/fork`, { at: 12, edit, as: "ann's friend" });
    expect([answer.status, await answer.json()]).toEqual([200, { run: forkName }]);
    expect(asked).toMatchObject([
      { run, at: 12, edit: { mode: "linear", bounds: [{ scope: "run", caps: { costMicros: 5_000_000 } }] } },
    ]);
    expect(asked[0]?.by).toMatch(/^person:.*ann/);
  });

  it("FORK14 needs neither: it is a fork at the last record with nothing changed", async () => {
    const { send, asked } = makeApp();
    expect((await send("POST", `/api/runs/${run}/fork`, {})).status).toBe(200);
    expect(asked[0]).not.toHaveProperty("at");
    expect(asked[0]?.edit).toMatchObject({ guidance: [], bounds: [] });
  });

  it.each([
    ["a record that is none", { at: 0 }],
    ["an edit of another name", { edit: { guide: [] } }],
    ["a bound that is none", { edit: { bounds: "run away" } }],
    ["no model in a ladder", { edit: { models: { tiers: { "3": [] } } } }],
    ["a tier that is none", { edit: { models: { tiers: { "9": ["a/b"] } } } }],
  ])("FORK14 refuses %s", async (_what, body) => {
    const { send, asked } = makeApp();
    const answer = await send("POST", `/api/runs/${run}/fork`, body);
    expect(answer.status).toBe(422);
    expect(asked).toEqual([]);
  });

  it("FORK14 tells what stands in the way as a problem, and lets nobody in without a token", async () => {
    const { send } = makeApp({ fork: missing });
    const answer = await send("POST", `/api/runs/${run}/fork`, {});
    expect([answer.status, await answer.json()]).toMatchObject([404, { code: "run_missing", remedy: "Look." }]);
    expect((await send("POST", "/api/runs/..%2f..%2fetc/fork", {})).status).toBe(404);
    expect((await send("POST", `/api/runs/${run}/fork`, {}, { authorization: "Bearer no" })).status).toBe(401);
  });
});

describe("two moments over the API", () => {
  it("CMP4 of one run, and of a fork and where it is from", async () => {
    const { send } = makeApp();
    const same = (await (await send("GET", `/api/runs/${run}/compare?a=1&b=2`)).json()) as { tickets: unknown[] };
    expect(same.tickets).toEqual([]);
    const other = await send("GET", `/api/runs/${run}/compare?with=${forkName}`);
    expect(await other.json()).toMatchObject({ a: { run }, b: { run: forkName }, commits: { onlyB: [{}, {}] } });
  });

  it("CMP4 refuses what is no record and no run", async () => {
    const { send } = makeApp();
    expect((await send("GET", `/api/runs/${run}/compare?a=x`)).status).toBe(400);
    expect((await send("GET", `/api/runs/${run}/compare?with=../x`)).status).toBe(400);
    expect((await send("GET", `/api/runs/run_zzzzzzzzzzzzzzzz/compare`)).status).toBe(404);
  });
});

describe("a run as a file over the API", () => {
  it("EXP6 is a download", async () => {
    const answer = await makeApp().send("GET", `/api/runs/${run}/export.jsonl`);
    expect(answer.headers.get("content-disposition")).toBe(`attachment; filename="${run}.jsonl"`);
    expect(answer.headers.get("content-type")).toContain("application/jsonl");
    expect(await answer.text()).toBe("one\ntwo\n");
  });

  it("EXP6 is read as fast as its reader takes it, and no more of it once the reader goes", async () => {
    let made = 0;
    let isOver = false;
    const { send } = makeApp({
      takeOut: async function* () {
        try {
          for (;;) {
            made += 1;
            yield `${made}\n`;
          }
        } finally {
          isOver = true;
        }
      },
    });
    const answer = await send("GET", `/api/runs/${run}/export.jsonl`);
    const reader = answer.body?.getReader();
    await reader?.read();
    expect(made).toBeLessThan(5);
    await reader?.cancel();
    expect(isOver).toBe(true);
  });

  it("EXP6 tells what is wrong from the start as a problem, and breaks off where it comes later", async () => {
    const { send } = makeApp({
      takeOut: async function* () {
        missing();
        yield "";
      },
    });
    expect((await send("GET", `/api/runs/${run}/export.jsonl`)).status).toBe(404);
    const broken = makeApp({
      takeOut: async function* () {
        yield "one\n";
        missing();
      },
    });
    const answer = await broken.send("GET", `/api/runs/${run}/export.jsonl`);
    await expect(answer.text()).rejects.toThrow();
  });

  it("EXP6 comes in as application/jsonl alone", async () => {
    let taken = "";
    let project: string | undefined;
    const { send } = makeApp({
      bringIn: async (key, source) => {
        project = key;
        for await (const part of source) taken += Buffer.from(part).toString();
        return { run, records: 2 };
      },
    });
    const answer = await send("POST", "/api/import?project=a-1", "x\ny\n", { "content-type": "application/jsonl" });
    expect([answer.status, await answer.json(), taken, project]).toEqual([200, { run, records: 2 }, "x\ny\n", "a-1"]);
    expect((await send("POST", "/api/import", "x", { "content-type": "text/plain" })).status).toBe(415);
    expect((await send("POST", "/api/import", "x", { "content-type": "application/json" })).status).toBe(415);
  });
});
