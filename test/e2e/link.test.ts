// A browser is let in by the address that `tutti link` prints, and steers the run that the command conducts.

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
  expect([gone.code, gone.stderr]).toEqual([1, expect.stringMatching(/No process serves run_\w+[^]*resume run_/)]);
});
