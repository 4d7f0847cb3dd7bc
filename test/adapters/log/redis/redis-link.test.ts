// The way to a store: addresses, what a server is asked before it is trusted, and how each thing that is wrong is told.

import { execFileSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { once } from "node:events";
import { join } from "node:path";
import { afterEach, describe, expect, it } from "vitest";
import { createRedisLink, type LinkOptions } from "../../../../src/adapters/log/redis/redis-link.ts";
import { createRedisRunStore } from "../../../../src/adapters/log/redis/redis-run-store.ts";
import { projectsOn } from "../../../../src/adapters/log/redis/redis-shelf.ts";
import { parseStoreAddress } from "../../../../src/domain/store-address.ts";
import type { RunId } from "../../../../src/domain/ids.ts";
import type { Fault } from "../../../../src/engine/ports.ts";
import { describeNeeding, isFound } from "../../../support/needs.ts";
import { addressOf, durable, freePort, startRedis, type RedisServer } from "../../../support/redis-server.ts";
import { noteRecords } from "../../../support/sample-events.ts";
import { aclRule } from "../../../support/acl-rule.ts";

const problemOf = (text: string): string => {
  const parsed = parseStoreAddress(text);
  return parsed.ok ? "" : `${parsed.problem}. ${parsed.remedy}`;
};

describe("a store's address", () => {
  it("RDS11 says host, port, database, user, lease, and where password and certificate authority lie", () => {
    expect(addressOf("redis://127.0.0.1")).toEqual({
      host: "127.0.0.1",
      port: 6379,
      db: 0,
      user: undefined,
      password: undefined,
      tls: false,
      ca: undefined,
      leaseMs: 10_000,
    });
    expect(
      addressOf("rediss://tutti@store.example.org:7000/3?password=file:/run/key&ca=/ca.pem&lease=30"),
    ).toMatchObject({
      host: "store.example.org",
      port: 7000,
      db: 3,
      user: "tutti",
      password: "file:/run/key",
      tls: true,
      ca: "/ca.pem",
      leaseMs: 30_000,
    });
    expect(addressOf("redis://[::1]:7000").host).toBe("::1");
    expect(addressOf("redis://10.0.0.7:6379?plain=yes").host).toBe("10.0.0.7");
  });

  it("RDS11 holds no password itself, and is not one that sends everything in the clear to another machine", () => {
    for (const text of [
      "redis://:geheim@127.0.0.1",
      "redis://me:geheim@127.0.0.1",
      "redis://127.0.0.1?password=geheim",
    ]) {
      expect(problemOf(text)).toMatch(/password/);
      expect(problemOf(text)).not.toContain("geheim");
    }
    expect(problemOf("redis://10.0.0.7:6379")).toMatch(/in the clear.*rediss:\/\/.*plain=yes/);
    for (const text of [
      "",
      "local",
      "/tmp/x",
      "http://h",
      "redis://",
      "redis://h/x/y",
      "rediss://h/1#x",
      "redis://127.0.0.1?lease=1",
      "redis://127.0.0.1?ca=x",
      "redis://127.0.0.1?tls=no",
    ])
      expect(problemOf(text)).toMatch(/\S\. \S/);
  });
});

const run = "run_0123456789abcdef" as RunId;

describeNeeding("redis", "a link to a Redis server", () => {
  const servers: RedisServer[] = [];
  const start = async (...settings: readonly string[]): Promise<RedisServer> => {
    const server = await startRedis(...settings);
    servers.push(server);
    return server;
  };
  afterEach(async () => {
    for (const server of servers.splice(0)) await server.dispose();
  });
  const ask = async (address: string, more: Partial<LinkOptions> = {}): Promise<unknown> => {
    const link = createRedisLink({
      address: addressOf(address),
      password: async () => undefined,
      patienceMs: 3_000,
      ...more,
    });
    try {
      return await link.call("PING");
    } catch (error) {
      return error;
    } finally {
      link.close();
    }
  };
  it("RDS2 many who wait for a server that is away make no fuss: the process is warned of nothing", async () => {
    const server = await start(...durable);
    const warnings: string[] = [];
    const hear = (warning: Error): void => void warnings.push(warning.message);
    process.on("warning", hear);
    try {
      const link = server.link();
      await link.call("PING");
      await server.kill();
      const first = link.call("PING");
      await new Promise((resolve) => setTimeout(resolve, 1_000));
      const waiting = [first, ...Array.from({ length: 29 }, () => link.call("PING"))];
      await new Promise((resolve) => setTimeout(resolve, 300));
      await server.start();
      expect(await Promise.all(waiting)).toEqual(Array.from({ length: 30 }, () => "PONG"));
      expect(warnings).toEqual([]);
    } finally {
      process.off("warning", hear);
    }
  });

  const fault = (code: string, words: RegExp) => ({
    name: "Fault",
    code,
    message: expect.stringMatching(words) as unknown,
    remedy: expect.stringMatching(/\w{3,}.*\.$/) as unknown,
  });

  it("RDS7 asks what the server keeps: synced always is a promise, anything less is said in words", async () => {
    const always = await start(...durable);
    expect(await always.link().look()).toMatchObject({
      keeping: "always",
      warning: undefined,
      version: expect.stringMatching(/^\d/) as unknown,
    });
    const weaker = [
      [["--appendonly", "yes", "--appendfsync", "everysec"], "everysec", /lose what was recorded in the last second/],
      [["--appendonly", "yes", "--appendfsync", "no"], "no", /the last half minute/],
      [["--appendonly", "no"], "memory", /in memory alone/],
    ] as const;
    for (const [settings, keeping, words] of weaker) {
      const server = await start(...settings);
      expect(await server.link().look()).toMatchObject({ keeping, warning: expect.stringMatching(words) as unknown });
      const warnings: string[] = [];
      const store = createRedisRunStore({
        link: server.link(),
        project: "sample",
        warn: (words) => warnings.push(words),
      });
      await (await store.create(run)).log.close();
      expect(warnings).toEqual([expect.stringMatching(/appendfsync always/)]);
    }
  });

  it("RDS7 refuses a server that throws data away, a replica and a part of a cluster, with what to do", async () => {
    const evicting = await start("--maxmemory", "100mb", "--maxmemory-policy", "allkeys-lru");
    expect(await ask(evicting.address)).toMatchObject(
      fault("store_unfit", /throws data away \(maxmemory-policy allkeys-lru\)/),
    );
    const primary = await start();
    const replica = await start("--replicaof", "127.0.0.1", String(primary.port));
    const refused = await ask(replica.address);
    expect(refused).toMatchObject(fault("store_read_only", /it is a replica/));
    expect((refused as Fault).remedy).toContain(`127.0.0.1:${primary.port}`);
    const part = await start("--cluster-enabled", "yes");
    expect(await ask(part.address)).toMatchObject(fault("store_unfit", /part of a cluster/));
  });

  it("RDS8 tells what is wrong on the way to it in one sentence with its remedy, and never the password", async () => {
    const nobody = await freePort();
    expect(await ask(`redis://127.0.0.1:${nobody}`)).toMatchObject(fault("store_unreachable", /nothing listens there/));
    expect(await ask("rediss://no-such-host.invalid")).toMatchObject(fault("store_unreachable", /name/));
    const closed = await start("--requirepass", "geheim");
    expect(await ask(closed.address)).toMatchObject(fault("store_refused", /wants a password/));
    const wrong = await ask(closed.address, { password: async () => "falsch" });
    expect(wrong).toMatchObject(fault("store_refused", /does not take this user and password/));
    expect(`${(wrong as Fault).message} ${(wrong as Fault).remedy}`).not.toMatch(/falsch|geheim/);
    expect(await ask(closed.address, { password: async () => "geheim" })).toBe("PONG");
    const stranger = createServer((socket) =>
      socket.on("data", () => socket.write("HTTP/1.1 400 Bad Request\r\n\r\n")),
    );
    await once(stranger.listen(0, "127.0.0.1"), "listening");
    const { port } = stranger.address() as { readonly port: number };
    expect(await ask(`redis://127.0.0.1:${port}`)).toMatchObject(
      fault("store_unreachable", /does not speak the Redis protocol/),
    );
    stranger.close();
    const silent = createServer(() => {});
    await once(silent.listen(0, "127.0.0.1"), "listening");
    const mute = (silent.address() as { readonly port: number }).port;
    expect(await ask(`redis://127.0.0.1:${mute}`, { patienceMs: 300 })).toMatchObject(
      fault("store_unreachable", /does not answer/),
    );
    silent.close();
  });

  it("RDS8 waits for a server that is away for a while, and gives up after its patience", async () => {
    const server = await start(...durable);
    const link = server.link({ patienceMs: 1_500 });
    await link.call("SET", "a", "1");
    await server.kill();
    await expect(link.call("GET", "a")).rejects.toMatchObject({ code: "store_unreachable" });
    const waiting = link.call("GET", "a");
    await server.start();
    expect(await waiting).toBe("1");
  });

  it("RDS15 the user of the guide may do all a store does, and nothing beyond", async () => {
    const server = await start(...durable);
    const rule = aclRule();
    await server.link().call("ACL", "SETUSER", "tutti", ...rule.split(" "), ">geheim");
    const address = addressOf(`redis://tutti@127.0.0.1:${server.port}`);
    const link = createRedisLink({ address, password: async () => "geheim" });
    try {
      const store = createRedisRunStore({ link, project: "sample" });
      const { log, token } = await store.create(run);
      await log.append({ expected: 0, token, records: noteRecords(3) });
      const digest = await log.putBlob(Buffer.from("text"));
      expect(Buffer.from(await log.getBlob(digest)).toString()).toBe("text");
      expect(await log.saveSnapshot({ seq: 3, format: "1", text: "state" })).toBe(true);
      expect([...((await store.peek(run))?.read() ?? [])]).toHaveLength(3);
      await log.close();
      const again = await store.open(run);
      if ("log" in again) await again.log.close();
      expect(await store.list()).toHaveLength(1);
      expect(await projectsOn(link)).toEqual(["sample"]);
      await store.discard(run);
      for (const beyond of [
        ["FLUSHALL"],
        ["KEYS", "*"],
        ["SET", "other", "x"],
        ["CONFIG", "SET", "appendfsync", "no"],
      ] as const)
        await expect(link.call(...(beyond as unknown as [string, ...string[]]))).rejects.toMatchObject({
          code: "store_forbidden",
        });
    } finally {
      link.close();
    }
  });

  it.skipIf(!isFound("openssl"))(
    "RDS11 speaks TLS to a server whose authority it is told, and to no other",
    async () => {
      const { dir } = await start();
      const made = (...args: readonly string[]) => execFileSync("openssl", [...args], { cwd: dir, stdio: "ignore" });
      made(
        "req",
        "-x509",
        "-newkey",
        "rsa:2048",
        "-nodes",
        "-keyout",
        "ca.key",
        "-out",
        "ca.pem",
        "-days",
        "2",
        "-subj",
        "/CN=ca",
      );
      made("req", "-newkey", "rsa:2048", "-nodes", "-keyout", "key.pem", "-out", "csr.pem", "-subj", "/CN=localhost");
      writeFileSync(join(dir, "names"), "subjectAltName=DNS:localhost,IP:127.0.0.1");
      made(
        "x509",
        "-req",
        "-in",
        "csr.pem",
        "-CA",
        "ca.pem",
        "-CAkey",
        "ca.key",
        "-CAcreateserial",
        "-out",
        "cert.pem",
        "-days",
        "2",
        "-extfile",
        "names",
      );
      const tlsPort = await freePort();
      const files = [
        "--tls-cert-file",
        join(dir, "cert.pem"),
        "--tls-key-file",
        join(dir, "key.pem"),
        "--tls-ca-cert-file",
        join(dir, "ca.pem"),
      ];
      await start("--tls-port", String(tlsPort), ...files, "--tls-auth-clients", "no");
      expect(await ask(`rediss://127.0.0.1:${tlsPort}?ca=${join(dir, "ca.pem")}`)).toBe("PONG");
      expect(await ask(`rediss://127.0.0.1:${tlsPort}`)).toMatchObject(
        fault("store_unreachable", /no trusted TLS connection/),
      );
      expect(await ask(`rediss://127.0.0.1:${tlsPort}?ca=/no/such.pem`)).toMatchObject(
        fault("store_refused", /\/no\/such\.pem/),
      );
    },
  );
});
