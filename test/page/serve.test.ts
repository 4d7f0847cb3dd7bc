// The page of `tutti serve` and a run that another process conducts: shown as it goes, answered, in step with the
// terminal; and a server that is killed and started again while the page is open.

import { expect, it } from "vitest";
import { startTutti, type Started } from "../e2e/support/cli.ts";
import { finish, scenarioOf, ticket, turn, write, type Project } from "../e2e/support/project.ts";
import { describeNeeding } from "../support/needs.ts";
import { onRealRuns } from "./support/on-real-runs.ts";
import { approveIn, askedOf, recordsOf, startRun, statusOf, type RealRun } from "./support/real-run.ts";

const words = Array.from({ length: 60 }, (_, place) => `word${place}`).join(" ");

type Serving = { readonly process: Started; readonly port: string };

/** Resolves once it listens. */
async function serve(project: Project, port = "0"): Promise<Serving> {
  const process = startTutti(["serve", "--port", port, "--json"], project);
  const [, found = ""] = await process.seen(/"port":(\d+)/);
  return { process, port: found };
}

const eventsOf = async (of: RealRun) => (await recordsOf(of)).map(({ event }) => event);

describeNeeding("chromium", "the page of tutti serve", () => {
  const { project, open } = onRealRuns();
  const writes = (id: string) => [turn(write(`${id}.txt`, `${id}\n`)), turn(finish())];

  it("PAGE24 HUB3 a run of another process is shown as it goes and answered there; page and terminal stay in step", async () => {
    const { port } = await serve(project());
    const slow = { ...turn(write("A.txt", "A\n")), text: words, chunks: 30, chunkMs: 150 };
    const work = [ticket("A"), ticket("B", { dependsOn: ["A"] }), ticket("C", { dependsOn: ["A"] })];
    const scenario = scenarioOf({ A: [slow, turn(finish())], B: writes("B"), C: writes("C") });
    const of = await startRun(project(), { work, scenario });
    const there = await open(of);
    const { page, press } = there;
    expect(new URL(there.origin).port).toBe(port);
    const [, conducting = ""] = await of.running.seen(/^Page: http:\/\/127\.0\.0\.1:(\d+)\//m);
    expect(conducting).not.toBe(port);

    await there.gotoRun("/tickets/A");
    const log = page.getByRole("log");
    await log.getByText(/word0 word1 /).waitFor();
    expect(await log.textContent()).not.toContain("word59");
    await log.getByText("needs you").waitFor();
    expect((await askedOf(of)).map((each) => each.ticket)).toEqual(["A"]);
    await press("g", "i");
    await there.chosen(/A\.txt/);
    await press("Control+Enter");

    await there.moveTo(/B\.txt/);
    expect((await askedOf(of)).map((each) => each.ticket).toSorted()).toEqual(["B", "C"]);
    // In the terminal, while it is being looked at here.
    await approveIn(of, "B");
    await page.getByText(/approved this/).waitFor();
    await there.moveTo(/C\.txt/);
    await press("Control+Enter");
    expect((await of.running.done).code).toBe(0);
    await press("g", "b");
    for (const id of ["A", "B", "C"]) await there.card(id, /completed/i).waitFor();
    const { board } = await statusOf(of);
    expect(board.tickets.map(({ status }) => status)).toEqual(["completed", "completed", "completed"]);
    // Its process is gone, and the page goes on showing it, also when it is opened anew.
    await page.reload();
    await there.card("C", /completed/i).waitFor();
    expect(await page.getByText("Process ended").count()).toBe(0);
    expect((await eventsOf(of)).filter(({ type }) => type === "approval.answered")).toHaveLength(3);
    expect(there.complaints).toEqual([]);
  });

  it("PAGE25 DOOR3 the server is killed and started again: the page comes back by itself, has everything, and answers once", async () => {
    const { process, port } = await serve(project());
    const work = ["A", "B", "C"].map((id) => ticket(id));
    const scenario = scenarioOf({ A: writes("A"), B: writes("B"), C: writes("C") });
    const of = await startRun(project(), { work, scenario });
    const there = await open(of);
    const { page, press } = there;
    await there.gotoRun();
    for (const id of ["A", "B", "C"]) await there.card(id, /needs you/i).waitFor();

    process.kill("SIGKILL");
    await process.done;
    await page.getByText(/Offline for/).waitFor();
    await page.getByText(/The page connects again by itself/).waitFor();
    await approveIn(of, "A");
    await approveIn(of, "B");
    await of.running.seen(/(?:"type":"ticket\.completed"[\s\S]*){2}/);
    expect(await there.card("A").getAttribute("data-status")).toBe("step_paused");

    await serve(project(), port);
    for (const id of ["A", "B"]) await there.card(id, /completed/i).waitFor();
    await page.getByText(/Offline for/).waitFor({ state: "detached" });
    const last = (await recordsOf(of)).at(-1)?.seq ?? 0;
    await page.getByText(`Event ${last} of ${last}`).waitFor();
    await press("g", "i");
    await there.chosen(/C\.txt/);
    await press("Control+Enter");
    expect((await of.running.done).code).toBe(0);
    const answers = (await eventsOf(of)).filter(({ type }) => type === "approval.answered");
    expect(answers).toHaveLength(3);
    expect((await eventsOf(of)).filter((each) => each.type === "tool.called" && each["ticket"] === "C")).toHaveLength(
      1,
    );
    await press("g", "b");
    await there.card("C", /completed/i).waitFor();
    expect(there.complaints.filter((each) => !each.includes("net::ERR"))).toEqual([]);
  });
});
