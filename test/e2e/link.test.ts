// A browser is let in by the address that `tutti link` prints, and steers the run that the command conducts.

import { execFileSync } from "node:child_process";
import { globSync, readFileSync, renameSync } from "node:fs";
import { request } from "node:https";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { killLeftovers, startTutti, tutti, type Started } from "./support/cli.ts";
import { finish, makeProject, scenarioOf, ticket, turn, write, type Project } from "./support/project.ts";

let project: Project;
beforeEach(() => {
  project = makeProject();
});
afterEach(() => {
  killLeftovers();
  project.remove();
});

/** As our own page sends it. */
const asPage = (origin: string, cookie = ""): Record<string, string> => ({
  origin,
  cookie,
  "sec-fetch-site": "same-origin",
  "content-type": "application/json",
});

it("DOOR8 DOOR1 DOOR2 a link opens one session of the server that conducts the run; what is done in it is the person's", async () => {
  const play = [
    "--scenario",
    project.write("scenario.json", scenarioOf({ A: [turn(write("a", "a")), turn(finish())] })),
  ];
  const at = ["--repo", project.repo];
  const tickets = project.write("tickets.json", [ticket("A")]);
  const how = ["--model", "scripted/one", "--trust", "ask", "--no-sandbox", "--attended", "--json"];
  const running = startTutti(["run", tickets, ...at, ...play, ...how], project);
  await running.seen(/"type":"approval.requested"/);

  // As in the first moment of a run, which is held before it is served.
  const [served = ""] = globSync(join(project.folder, "home", "**", "run_*", "server.json"));
  renameSync(served, `${served}.later`);
  const asked = startTutti(["link", ...at], project);
  setTimeout(() => renameSync(`${served}.later`, served), 1_500);
  const link = new URL((await asked.done).stdout.trim());
  const [, run = ""] = /^\/runs\/(run_\w+)$/.exec(link.pathname) ?? [];
  expect(link.hostname).toBe("127.0.0.1");
  const code = link.hash.replace("#code=", "");
  const enter = (): Promise<Response> =>
    fetch(`${link.origin}/api/session`, {
      method: "POST",
      headers: asPage(link.origin),
      body: JSON.stringify({ code }),
    });
  const entered = await enter();
  expect(entered.status).toBe(200);
  const [cookie = ""] = (entered.headers.get("set-cookie") ?? "").split(";");
  expect((await enter()).status).toBe(401);

  const paused = await fetch(`${link.origin}/api/runs/${run}/commands`, {
    method: "POST",
    headers: asPage(link.origin, cookie),
    body: JSON.stringify({ type: "abort", reason: "seen enough" }),
  });
  expect(paused.status).toBe(200);
  const { code: exit, stdout } = await running.done;
  expect(exit).toBe(3);
  expect(stdout).toMatch(/"by":"person:[^"]+","event":\{"type":"run\.abort/);
  expect(stdout).not.toContain(code);

  const gone = await tutti(["link", ...at], project);
  expect([gone.code, gone.stderr]).toEqual([
    1,
    expect.stringMatching(/No process serves the page of run_\w+[^]*serve/),
  ]);
});

type TlsRequest = {
  readonly ca: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly method?: string;
  readonly body?: string;
};

/** Over TLS to an address of this machine, as to `tutti.local`; the status and the cookie. */
const overTls = (url: URL, asked: TlsRequest): Promise<readonly [number | undefined, string]> =>
  new Promise((resolve, reject) => {
    const { ca, headers, method = "GET", body = "" } = asked;
    const where = { host: url.hostname, port: url.port, path: url.pathname, servername: "tutti.local" };
    const sent = request({ ...where, method, headers, ca, agent: false }, (response) => {
      response.resume();
      resolve([response.statusCode, String(response.headers["set-cookie"])]);
    });
    sent.on("error", reject);
    sent.end(body);
  });

const enterOverTls = (link: URL, ca: string): ReturnType<typeof overTls> =>
  overTls(new URL("/api/session", `https://127.0.0.1:${link.port}`), {
    ca,
    method: "POST",
    headers: { ...asPage(link.origin), host: link.host },
    body: JSON.stringify({ code: link.hash.replace("#code=", "") }),
  });

/** On every address of this machine, under the name tutti.local, with a certificate of its own. */
async function serveOverTls(): Promise<{ readonly serving: Started; readonly port: string; readonly ca: string }> {
  const [cert, key] = [join(project.folder, "cert.pem"), join(project.folder, "key.pem")];
  const ec = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2"];
  const files = ["-keyout", key, "-out", cert, "-subj", "/CN=tutti.local"];
  execFileSync("openssl", ["req", "-x509", ...ec, ...files], { stdio: "ignore" });
  const tls = ["--tls-cert", cert, "--tls-key", key, "--name", "tutti.local"];
  const serving = startTutti(["serve", "--port", "0", "--host", "0.0.0.0", ...tls, "--json"], project);
  const [, port = ""] = await serving.seen(/"page":"https:\/\/tutti\.local:(\d+)/);
  return { serving, port, ca: readFileSync(cert, "utf8") };
}

it("DOOR6 DOOR8 a server with TLS is linked to by its name, and other commands still reach it", async () => {
  const play = ["--scenario", project.write("scenario.json", scenarioOf({ A: [turn(finish())] }))];
  const at = ["--repo", project.repo];
  const how = ["--model", "scripted/one", "--no-sandbox", "--unattended", "--json"];
  await tutti(["run", project.write("tickets.json", [ticket("A")]), ...at, ...play, ...how], project);

  const { serving, ca } = await serveOverTls();
  const link = new URL((await tutti(["link", ...at], project)).stdout.trim());
  expect([link.protocol, link.hostname]).toEqual(["https:", "tutti.local"]);
  expect(link.pathname).toMatch(/^\/runs\/run_/);
  const [status, cookie] = await enterOverTls(link, ca);
  expect(status).toBe(200);
  expect(cookie).toMatch(new RegExp(`^tutti_${link.port}=.*; Secure`));
  serving.kill("SIGTERM");
  expect((await serving.done).code).toBe(0);

  const bare = await tutti(["serve", "--port", "0", "--host", "0.0.0.0"], project);
  expect([bare.code, bare.stderr]).toEqual([1, expect.stringContaining("--tls-cert")]);
});

it("DOOR6 DOOR8 from elsewhere only TLS under the name is answered; the plain port for programs is 127.0.0.1's alone", async () => {
  const { port, ca } = await serveOverTls();
  const file = join(project.env["TUTTI_HOME"] ?? "", "state", "server.json");
  const own = JSON.parse(readFileSync(file, "utf8")) as { readonly port: number; readonly token: string };
  expect(String(own.port)).not.toBe(port);
  const authorization = `Bearer ${own.token}`;
  const named = { host: `tutti.local:${port}` };
  // Another address of this machine than the one that programs use, reached without a network.
  const outside = "127.0.0.2";
  const secure = new URL(`https://${outside}:${port}/api/runs`);
  const asked = async (headers: Readonly<Record<string, string>>) => (await overTls(secure, { ca, headers }))[0];
  expect(await asked({ ...named, authorization })).toBe(200);
  expect(await asked(named)).toBe(401);
  expect(await asked({ host: `${outside}:${port}`, authorization })).toBe(403);

  const plain = async (host: string, at: string | number, headers: Readonly<Record<string, string>> = {}) =>
    fetch(`http://${host}:${at}/api/runs`, { headers }).then(
      ({ status }) => status,
      (error: unknown) => ((error as Error).cause as NodeJS.ErrnoException).code,
    );
  // The port of TLS says nothing in plain words, not even that there is a server.
  for (const host of [outside, "127.0.0.1"])
    expect(await plain(host, port, { authorization }), host).toMatch(/^(?:ECONNRESET|UND_ERR_SOCKET)$/);
  expect(await plain("127.0.0.1", own.port, { authorization })).toBe(200);
  expect(await plain("127.0.0.1", own.port)).toBe(401);
  for (const host of [outside, "[::1]"])
    expect(await plain(host, own.port, { authorization }), host).toBe("ECONNREFUSED");
});
