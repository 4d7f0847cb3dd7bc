// Where a server may listen, and what it then answers to.

import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { request } from "node:https";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Hono } from "hono";
import { afterEach, beforeAll, afterAll, describe, expect, it } from "vitest";
import { Fault } from "../../src/engine/ports.ts";
import { checkBind, type BindRequest } from "../../src/http/bind.ts";
import { hostsOf, linkOf, homeOf } from "../../src/http/address.ts";
import { addDoor } from "../../src/http/door.ts";
import { listen, type Listening } from "../../src/http/listen.ts";
import { createSessions } from "../../src/http/session.ts";

let folder: string;
let tls: { readonly cert: string; readonly key: string };
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "tutti-tls-"));
  const [cert, key] = [join(folder, "cert.pem"), join(folder, "key.pem")];
  const ec = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes"];
  const files = ["-keyout", key, "-out", cert, "-days", "2", "-subj", "/CN=tutti.local"];
  execFileSync("openssl", ["req", "-x509", ...ec, ...files], { stdio: "ignore" });
  tls = { cert: readFileSync(cert, "utf8"), key: readFileSync(key, "utf8") };
});
afterAll(() => rmSync(folder, { recursive: true }));

let listening: Listening | undefined;
afterEach(async () => listening?.close());

const refusal = (wanted: BindRequest): string => {
  try {
    checkBind(wanted);
  } catch (error) {
    if (error instanceof Fault) return `${error.code}: ${error.message} ${error.remedy}`;
    throw error;
  }
  return "taken";
};

describe("where the server listens", () => {
  it("DOOR6 this machine alone, where nothing else is said", () => {
    expect(checkBind({})).toEqual({ host: "127.0.0.1", names: [], isTls: false, tls: null });
    for (const host of ["localhost", "127.0.0.1", "127.8.8.8", "::1"]) expect(checkBind({ host }).host).toBe(host);
  });

  it("DOOR6 A-49 beyond this machine only with TLS", () => {
    for (const host of ["0.0.0.0", "::", "0", "", "::ffff:0.0.0.0", "192.168.1.5", "tutti.local", "127.evil.example"])
      expect(refusal({ host, names: ["tutti.local"] })).toMatch(/^bind_refused: .*--tls-cert/s);
    expect(refusal({ host: "0.0.0.0", cert: tls.cert })).toMatch(/both a certificate and its key/);
    expect(refusal({ key: tls.key })).toMatch(/both a certificate and its key/);
  });

  it("DOOR6 A-49 every address of the machine only under names that were given", () => {
    for (const host of ["0.0.0.0", "::", "0:0:0:0:0:0:0:0", ""])
      expect(refusal({ host, ...tls })).toMatch(/^bind_refused: .*--name/s);
    expect(checkBind({ host: "0.0.0.0", names: ["tutti.local"], ...tls }).names).toEqual(["tutti.local"]);
    expect(checkBind({ host: "192.168.1.5", ...tls }).names).toEqual(["192.168.1.5"]);
    expect(checkBind({ host: "fe80::5", ...tls }).names).toEqual(["[fe80::5]"]);
    for (const name of ["*", "tutti.local:8080", "https://tutti.local", "a b", "", "-a", "Tutti.local", "a/b"])
      expect(refusal({ host: "0.0.0.0", names: [name], ...tls })).toMatch(/is no host name/);
  });

  it("DOOR6 the port is left out of names only where it is the scheme's own", () => {
    expect(hostsOf({ port: () => 443, names: ["a.example"], isTls: true })).toContain("a.example");
    expect(hostsOf({ port: () => 443, names: ["a.example"], isTls: false })).not.toContain("a.example");
    expect(hostsOf({ port: () => 8_443, names: ["a.example"], isTls: true })).not.toContain("a.example");
    const home = homeOf({ port: () => 8_443, names: ["a.example"], isTls: true });
    expect(linkOf(home, "C", "R1")).toBe("https://a.example:8443/runs/R1#code=C");
    expect(linkOf(homeOf({ port: () => 4_711 }), "C")).toBe("http://127.0.0.1:4711/#code=C");
  });

  it("DOOR6 what stands in the way of a port or of TLS is said with what to do", async () => {
    const app = new Hono();
    listening = await listen(app);
    await expect(listen(app, { port: listening.port })).rejects.toMatchObject({ code: "port_taken" });
    await expect(listen(app, { host: "203.0.113.1" })).rejects.toMatchObject({ code: "port_refused" });
    await expect(listen(app, { tls: { cert: "no", key: "no" } })).rejects.toMatchObject({ code: "tls_unusable" });
  });
});

describe("over TLS", () => {
  it("DOOR6 Host and Origin are those of the names given, and the cookie is for TLS only", async () => {
    const sessions = createSessions({ now: () => Date.now() });
    const bind = checkBind({ host: "127.0.0.1", names: ["tutti.local"], ...tls });
    const app = new Hono();
    const on = { port: 0 };
    addDoor(app, { token: "t", port: () => on.port, person: "ann", sessions, ...bind });
    listening = await listen(app, bind);
    const { port } = listening;
    on.port = port;
    const enter = (host: string, origin: string): Promise<{ status: number; cookie: string }> =>
      new Promise((resolve, reject) => {
        const headers = { host, origin, "sec-fetch-site": "same-origin", "content-type": "application/json" };
        const sent = request(
          {
            host: "127.0.0.1",
            port,
            method: "POST",
            path: "/api/session",
            headers,
            ca: tls.cert,
            servername: "tutti.local",
          },
          (response) => {
            response.resume();
            resolve({ status: response.statusCode ?? 0, cookie: String(response.headers["set-cookie"]) });
          },
        );
        sent.on("error", reject);
        sent.end(JSON.stringify({ code: sessions.newCode().code }));
      });
    const entered = await enter(`tutti.local:${port}`, `https://tutti.local:${port}`);
    expect(entered.status).toBe(200);
    expect(entered.cookie).toContain("; Secure");
    expect((await enter(`tutti.local:${port}`, `http://tutti.local:${port}`)).status).toBe(403);
    expect((await enter(`other.local:${port}`, `https://tutti.local:${port}`)).status).toBe(403);
    expect((await enter("tutti.local", `https://tutti.local:${port}`)).status).toBe(403);
  });
});
