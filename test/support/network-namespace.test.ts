// A test host is reached, cut off without a word, and reached again.

import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { createServer, type Server, type Socket } from "node:net";
import { afterEach, beforeEach, expect, it } from "vitest";
import { describeNeeding } from "./needs.ts";
import { makeTestHost, type TestHost } from "./network-namespace.ts";

describeNeeding("namespaces", "test hosts", () => {
  let host: TestHost;
  let server: Server;
  let child: ChildProcess;
  const sockets: Socket[] = [];
  beforeEach(() => {
    host = makeTestHost(0);
    server = createServer((socket) => {
      sockets.push(socket);
      socket.on("data", (bytes) => socket.write(bytes)).on("error", () => {});
    });
  });
  afterEach(() => {
    child.kill("SIGKILL");
    server.close();
    host.dispose();
  });

  it("FLT2 a host that is cut off hears nothing and is told nothing; mended, what was sent arrives", async () => {
    server.listen(0, host.near);
    await once(server, "listening");
    const address = server.address();
    const port = typeof address === "object" ? String(address?.port) : "";
    const script = `const s=require("node:net").connect(${port},"${host.near}");s.on("connect",()=>console.log("connected"));s.on("data",d=>console.log("heard "+d));s.on("close",()=>console.log("closed"));process.stdin.on("data",d=>s.write(d))`;
    const [file, ...args] = [...host.prefix, process.execPath, "-e", script];
    child = spawn(file, args, { stdio: ["pipe", "pipe", "inherit"] });
    let told = "";
    child.stdout?.on("data", (bytes: Buffer) => (told += bytes.toString()));
    await expect.poll(() => told).toContain("connected");
    host.cut();
    child.stdin?.write("one");
    for (const socket of sockets) socket.write("two");
    await new Promise((resolve) => setTimeout(resolve, 700));
    expect(told).toBe("connected\n");
    host.mend();
    await expect.poll(() => told, { timeout: 10_000 }).toMatch(/heard .*one/s);
    expect(told).toMatch(/heard .*two/s);
    expect(told).not.toContain("closed");
  });
});
