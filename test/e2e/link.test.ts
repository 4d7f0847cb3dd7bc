// A browser is let in by the address that `tutti link` prints, and steers the run that the command conducts.

import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { request } from "node:https";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { killLeftovers, startTutti, tutti } from "./support/cli.ts";
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

  const link = new URL((await tutti(["link", ...at], project)).stdout.trim());
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

/** Over TLS, as the page sends it; the status and the cookie. */
const enterOverTls = (link: URL, ca: string): Promise<readonly [number | undefined, string]> =>
  new Promise((resolve, reject) => {
    const { origin, port } = link;
    const headers = { ...asPage(origin), host: link.host };
    const where = { host: "127.0.0.1", port, path: "/api/session", method: "POST", servername: "tutti.local" };
    const sent = request({ ...where, headers, ca }, (response) => {
      response.resume();
      resolve([response.statusCode, String(response.headers["set-cookie"])]);
    });
    sent.on("error", reject);
    sent.end(JSON.stringify({ code: link.hash.replace("#code=", "") }));
  });

it("DOOR6 DOOR8 a server with TLS is linked to by its name, and other commands still reach it", async () => {
  const [cert, key] = [join(project.folder, "cert.pem"), join(project.folder, "key.pem")];
  const ec = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2"];
  const files = ["-keyout", key, "-out", cert, "-subj", "/CN=tutti.local"];
  execFileSync("openssl", ["req", "-x509", ...ec, ...files], { stdio: "ignore" });
  const play = ["--scenario", project.write("scenario.json", scenarioOf({ A: [turn(finish())] }))];
  const at = ["--repo", project.repo];
  const how = ["--model", "scripted/one", "--no-sandbox", "--unattended", "--json"];
  await tutti(["run", project.write("tickets.json", [ticket("A")]), ...at, ...play, ...how], project);

  const tls = ["--tls-cert", cert, "--tls-key", key, "--name", "tutti.local"];
  const serving = startTutti(["serve", "--port", "0", "--host", "0.0.0.0", ...tls, "--json"], project);
  await serving.seen(/"page":"https:\/\/tutti\.local:/);
  const link = new URL((await tutti(["link", ...at], project)).stdout.trim());
  expect([link.protocol, link.hostname]).toEqual(["https:", "tutti.local"]);
  expect(link.pathname).toMatch(/^\/runs\/run_/);
  const [status, cookie] = await enterOverTls(link, readFileSync(cert, "utf8"));
  expect(status).toBe(200);
  expect(cookie).toMatch(new RegExp(`^tutti_${link.port}=.*; Secure`));
  serving.kill("SIGTERM");
  expect((await serving.done).code).toBe(0);

  const bare = await tutti(["serve", "--port", "0", "--host", "0.0.0.0"], project);
  expect([bare.code, bare.stderr]).toEqual([1, expect.stringContaining("--tls-cert")]);
});
