// Requests to a process that only the store leads to, over a real server: whole answers, streams, whoever leaves, stalls,
// says nothing or dies, and messages that come twice.

import { afterAll, afterEach, beforeAll, expect, it } from "vitest";
import { setTimeout as pause } from "node:timers/promises";
import type { RedisLink } from "../../../src/adapters/log/redis/redis-link.ts";
import type { Patience } from "../../../src/adapters/tunnel/asking.ts";
import type { Request } from "../../../src/adapters/tunnel/answering.ts";
import { createTunnel, type Send, type Tunnel } from "../../../src/adapters/tunnel/create-tunnel.ts";
import { inboxKey } from "../../../src/adapters/tunnel/post.ts";
import { windowBytes } from "../../../src/adapters/tunnel/wire.ts";
import type { RunId } from "../../../src/domain/ids.ts";
import { aclRule } from "../../support/acl-rule.ts";
import { describeNeeding } from "../../support/needs.ts";
import { addressOf, durable, startRedis, type RedisServer } from "../../support/redis-server.ts";

const run = "run_0000000000000001" as RunId;
const patience: Patience = { beatMs: 100, silentMs: 1_500, deafMs: 5_000 };

describeNeeding("redis", "a tunnel through the store", () => {
  let server: RedisServer;
  let open: Tunnel[] = [];
  beforeAll(async () => {
    server = await startRedis(...durable);
  });
  afterAll(() => server.dispose());
  afterEach(async () => {
    for (const tunnel of open) tunnel.close();
    open = [];
    await server.link().call("FLUSHALL");
  });

  const tunnel = (link: RedisLink = server.link(), host = "there", other: Partial<Patience> = {}): Tunnel => {
    const made = createTunnel(link, { patience: { ...patience, ...other }, host });
    open.push(made);
    return made;
  };
  async function connect(
    handler: (request: Request) => Promise<Response>,
    other: Partial<Patience> = {},
  ): Promise<Send> {
    await tunnel(server.link(), "there", other).answer(run, 1, handler);
    const send = await tunnel(server.link(), "here", other).find(run, "ann");
    if (send === undefined) throw new Error("nobody speaks for it");
    return send;
  }
  /** Bytes for as long as they are read; `fetched` and `isLeft` say what became of it. */
  function endless(pieceBytes: number) {
    const told = { fetched: 0, isLeft: false };
    const body = new ReadableStream<Uint8Array>(
      {
        pull: (controller) => {
          told.fetched += pieceBytes;
          controller.enqueue(new Uint8Array(pieceBytes));
        },
        cancel: () => void (told.isLeft = true),
      },
      { highWaterMark: 0 },
    );
    return { told, answer: async () => new Response(body, { headers: { "content-type": "text/event-stream" } }) };
  }
  const until = async (so: () => boolean): Promise<void> => {
    for (let tries = 0; tries < 300 && !so(); tries += 1) await pause(10);
    expect(so()).toBe(true);
  };
  const isUnreachable = expect.objectContaining({ code: "run_unreachable" }) as unknown;

  it("MVW1 takes method, path, headers, body and the asking person there, and status, headers and body back", async () => {
    const long = "é".repeat(700_000);
    const send = await connect(async ({ person, method, path, headers, body }) => {
      const text = new TextDecoder().decode(body);
      const answer = { person, method, path, type: Object.fromEntries(headers)["content-type"], same: text === long };
      return new Response(JSON.stringify(answer) + text, { status: 409, headers: { etag: "x" } });
    });
    const headers = { "content-type": "application/json" };
    const back = await send("/api/runs/x?y=1", { method: "POST", headers, body: long });
    expect([back.status, back.headers.get("etag")]).toEqual([409, "x"]);
    const said = { person: "ann", method: "POST", path: "/api/runs/x?y=1", type: "application/json", same: true };
    expect(await back.text()).toBe(JSON.stringify(said) + long);
    const bare = await connect(async () => new Response(null, { status: 204 }));
    expect((await bare("/", {})).status).toBe(204);
  });

  it("MVW1 the answer is there within a second, many at once as well, and nothing is left on the server", async () => {
    const send = await connect(async ({ path }) => new Response(`answer to ${path}`));
    await send("/warm", {});
    const startedAt = performance.now();
    const texts = await Promise.all(
      Array.from({ length: 200 }, async (_, index) => (await send(`/${index}`, {})).text()),
    );
    expect(texts).toEqual(texts.map((_, index) => `answer to /${index}`));
    expect(performance.now() - startedAt).toBeLessThan(1_000);
    const inboxes = (await server.link().call("KEYS", inboxKey("*"))) as readonly string[];
    expect(inboxes).toHaveLength(2);
    for (const key of inboxes) {
      expect(await server.link().call("XLEN", key)).toBe(0);
      expect(Number(await server.link().call("PTTL", key))).toBeGreaterThan(0);
    }
  });

  it("MVW2 a stream comes piece by piece and in order, and is let go there when its reader leaves", async () => {
    let push: (text: string) => void = () => {};
    let isLeft = false;
    const send = await connect(async () => {
      const body = new ReadableStream<Uint8Array>({
        start: (controller) => void (push = (text) => controller.enqueue(new TextEncoder().encode(text))),
        cancel: () => void (isLeft = true),
      });
      return new Response(body);
    });
    const leaving = new AbortController();
    const reader = (await send("/", { signal: leaving.signal })).body?.getReader();
    for (const text of ["one", "two", "three"]) {
      push(text);
      expect(new TextDecoder().decode((await reader?.read())?.value)).toBe(text);
    }
    // Silence is no end: both say that they live.
    await pause(patience.silentMs * 2);
    push("four");
    expect(new TextDecoder().decode((await reader?.read())?.value)).toBe("four");
    await reader?.cancel();
    await until(() => isLeft);
  });

  it("MVW3 no more than the window is under way to a reader that stalls, and it can go on later", async () => {
    const { told, answer } = endless(60_000);
    const send = await connect(answer);
    const reader = (await send("/", {})).body?.getReader();
    await until(() => told.fetched >= windowBytes);
    await pause(200);
    const ahead = told.fetched;
    expect(ahead).toBeLessThan(windowBytes + 2 * 60_000);
    let read = 0;
    while (read < 5 * windowBytes) read += (await reader?.read())?.value?.byteLength ?? Number.NaN;
    expect(told.fetched).toBeGreaterThan(ahead);
    await reader?.cancel();
    await until(() => told.isLeft);
  });

  it("MVW3 a stream that breaks there breaks here; what was read of it was whole", async () => {
    const send = await connect(
      async () =>
        new Response(
          new ReadableStream<Uint8Array>({
            start: (controller) => {
              controller.enqueue(new TextEncoder().encode("half"));
              setTimeout(() => controller.error(new Error("this client does not keep up")), 50);
            },
          }),
        ),
    );
    const reader = (await send("/", {})).body?.getReader();
    expect(new TextDecoder().decode((await reader?.read())?.value)).toBe("half");
    await expect(reader?.read()).rejects.toEqual(isUnreachable);
  });

  it("MVW4 a process that does not read its inbox is told as such, and is never made to do what was taken back", async () => {
    const link = server.link();
    // It says that it speaks for the run, and reads nothing.
    await link.call("SET", `tutti:{${run}}:speaker`, "1 deaf-one there", "PX", 30_000);
    const asking = tunnel(server.link(), "here", { deafMs: 300 });
    const send = await asking.find(run, "ann");
    await expect(send?.("/", { method: "POST", body: "{}" })).rejects.toEqual(isUnreachable);
    // Not asked again at once.
    expect(await asking.find(run, "ann")).toBeUndefined();
    const left = (await link.call("XRANGE", inboxKey("deaf-one"), "-", "+")) as readonly (readonly [
      string,
      string[],
    ])[];
    expect(left.map(([, [, text = ""]]) => (JSON.parse(text) as { kind: string }).kind)).toEqual(
      expect.arrayContaining(["ask", "leave"]),
    );
    // What lies in an inbox is read together: it comes back to life, and begins nothing.
    const begun: string[] = [];
    const thawed = tunnel();
    await thawed.answer(run, 2, async ({ path }) => (begun.push(path), new Response("")));
    const inbox = String(await link.call("GET", `tutti:{${run}}:speaker`)).split(" ")[1] ?? "";
    const again = left.map(([, fields]) => ["XADD", inboxKey(inbox), "*", ...fields] as const);
    await link.callAll([["MULTI"], ...again, ["EXEC"]]);
    await pause(100);
    expect(begun).toEqual([]);
  });

  it("MVW4 a process that dies in the middle of an answer is given up; one whose reader died lets go", async () => {
    const { told, answer } = endless(10_000);
    const dying = tunnel();
    await dying.answer(run, 1, async () => new Response(new ReadableStream({})));
    const asking = tunnel(server.link(), "here");
    const reader = (await (await asking.find(run, "ann"))?.("/", {}))?.body?.getReader();
    dying.close();
    await expect(reader?.read()).rejects.toEqual(isUnreachable);
    await tunnel().answer(run, 1, answer);
    const second = tunnel(server.link(), "here");
    const body = (await (await second.find(run, "ann"))?.("/", {}))?.body?.getReader();
    await body?.read();
    second.close();
    await until(() => told.isLeft);
  });

  it("MVW4 an aborted request rejects with its reason; one of a run that was left, and of an unknown one, is refused", async () => {
    const answering = tunnel();
    const stop = await answering.answer(run, 1, () => new Promise(() => {}));
    const asking = tunnel(server.link(), "here");
    const send = await asking.find(run, "ann");
    await expect(send?.("/", { signal: AbortSignal.timeout(200) })).rejects.toMatchObject({ name: "TimeoutError" });
    await stop();
    await expect(send?.("/", {})).rejects.toEqual(isUnreachable);
    expect(await asking.find(run, "ann")).toBeUndefined();
    // Nobody asks itself.
    await answering.answer(run, 2, async () => new Response(""));
    expect(await answering.find(run, "ann")).toBeUndefined();
  });

  it("RDS15 MVW1 the user of the guide has the rights for it", async () => {
    await server.link().call("ACL", "SETUSER", "tutti", ...aclRule().split(" "), ">geheim");
    const address = addressOf(server.address.replace("//", "//tutti@"));
    const link = (): RedisLink => server.link({ address, password: async () => "geheim" });
    const stop = await tunnel(link()).answer(run, 1, async ({ person }) => new Response(`hello ${person}`));
    const send = await tunnel(link(), "here").find(run, "ann");
    expect(await (await send?.("/", {}))?.text()).toBe("hello ann");
    await stop();
    expect(await tunnel(link(), "here").find(run, "ann")).toBeUndefined();
  });

  it("MVW4 of two that speak for a run the later owner is asked, whenever the earlier one wakes up", async () => {
    const [first, second] = [tunnel(), tunnel()];
    const stopFirst = await first.answer(run, 1, async () => new Response("first"));
    await second.answer(run, 2, async () => new Response("second"));
    const again = await first.answer(run, 1, async () => new Response("first"));
    const send = await tunnel(server.link(), "here").find(run, "ann");
    expect(await (await send?.("/", {}))?.text()).toBe("second");
    await again();
    await stopFirst();
    expect(await tunnel(server.link(), "here").find(run, "ann")).toBeDefined();
  });

  it("MVW3 a message that comes twice is answered and taken once", async () => {
    const doubling = (): RedisLink => {
      const link = server.link();
      return {
        ...link,
        name: link.name,
        leaseMs: link.leaseMs,
        look: () => link.look(),
        call: (...args) => link.call(...args),
        callForBytes: (...args) => link.callForBytes(...args),
        run: (...args) => link.run(...args),
        another: () => link.another(),
        close: () => link.close(),
        callAll: (commands) => link.callAll(commands.flatMap((command) => [command, command])),
      };
    };
    let count = 0;
    await tunnel(doubling()).answer(run, 1, async ({ body }) => {
      count += 1;
      return new Response(body === undefined ? null : "x".repeat(200_000));
    });
    const send = await tunnel(doubling(), "here").find(run, "ann");
    for (let index = 1; index <= 5; index += 1)
      expect(await (await send?.("/", { method: "POST", body: "{}" }))?.text()).toHaveLength(200_000);
    expect(count).toBe(5);
  });

  it("MVW4 a server that is killed and started again in the middle of a stream: nothing is lost or comes twice", async () => {
    let push: (text: string) => void = () => {};
    const send = await connect(
      async () => {
        const body = new ReadableStream<Uint8Array>({
          start: (controller) => void (push = (text) => controller.enqueue(new TextEncoder().encode(text))),
        });
        return new Response(body);
      },
      { silentMs: 10_000 },
    );
    const reader = (await send("/", {})).body?.getReader();
    push("before ");
    let text = new TextDecoder().decode((await reader?.read())?.value);
    await server.kill();
    push("while it is away ");
    await server.start();
    push("after");
    while (!text.endsWith("after")) text += new TextDecoder().decode((await reader?.read())?.value);
    expect(text).toBe("before while it is away after");
  });
});
