// What was: another run is begun from a point of a real run, a message is rewritten and
// taken back, and the run is taken home as a file.

import { readFileSync } from "node:fs";
import { pathToFileURL } from "node:url";
import { beforeEach, expect, it } from "vitest";
import { parseLines, tutti, type JsonRecord } from "../e2e/support/cli.ts";
import { finish, makeProject, scenarioOf, ticket, turn, write } from "../e2e/support/project.ts";
import { describeNeeding } from "../support/needs.ts";
import { openPage } from "./support/browser.ts";
import { onRealRuns } from "./support/on-real-runs.ts";
import { recordsOf, startRun, typeOver, type RealPage, type RealRun } from "./support/real-run.ts";

describeNeeding("chromium", "the past of a real run", () => {
  const { browser, project, open } = onRealRuns();
  let of: RealRun;
  let there: RealPage;

  /** A has been let and is completed; B waits with its first call. */
  beforeEach(async () => {
    const scenario = scenarioOf({
      A: [turn(write("a.txt", "a\n")), turn(finish("A is made"))],
      B: [{ ...turn(write("b.txt", "b\n")), text: "I write the file now." }, turn(finish())],
    });
    of = await startRun(project(), { work: [ticket("A"), ticket("B", { dependsOn: ["A"] })], scenario });
    const [, id = ""] = await of.running.seen(/"approval":"(A\d+)","gate":"call"/);
    await tutti(["approve", id, "--repo", project().repo], project());
    there = await open(of);
    await there.gotoRun();
    await there.card("B", /needs you/i).waitFor();
  });

  it("PAGE31 A-124 another run begins from a point of it, with words for its worker, and says where it came from", async () => {
    const { page, press } = there;
    const asked = (await recordsOf(of)).find(({ event }) => event.type === "approval.requested")?.seq ?? 0;
    await there.gotoRun(`?at=${asked}`);
    await there.card("A", /needs you/i).waitFor();
    await page.getByRole("button", { name: "Fork", exact: true }).click();
    const dialog = page.getByRole("dialog", { name: new RegExp(`at event ${asked}`) });
    await dialog.getByLabel(/Ticket to guide/).fill("A");
    await dialog.getByLabel("What its next worker is told").fill("In capitals, please.");
    await dialog.getByRole("button", { name: "Fork and go on" }).click();
    await page.waitForURL((url) => url.pathname.startsWith("/runs/") && !url.pathname.includes(of.id));
    const [, id = ""] = /\/runs\/(run_\w+)/.exec(page.url()) ?? [];
    await there.card("A", /needs you/i).waitFor();
    expect(JSON.stringify(await recordsOf({ ...of, id }))).toContain("In capitals, please.");
    expect(JSON.stringify(await recordsOf(of))).not.toContain("In capitals, please.");
    await press("g", "r");
    await page.getByRole("link", { name: `Fork of ${of.id} at ${asked}` }).click();
    await there.card("A", /needs you/i).waitFor();
    expect(page.url()).toContain(`/runs/${of.id}?at=${asked}`);
    expect(there.complaints).toEqual([]);
  });

  it("PAGE32 A-100 the model's last message is rewritten at a gate, and taken back: both stay in the log", async () => {
    const { page, press } = there;
    await press("g", "i");
    await there.chosen(/b\.txt/);
    await press("m");
    const dialog = page.getByRole("dialog", { name: "Edit the model's last message" });
    await dialog.getByLabel("Message").waitFor();
    await typeOver(page, "I write another file.");
    const call = dialog.getByLabel(/Call of write/);
    await call.fill(JSON.stringify({ path: "other.txt", content: "other\n" }));
    await dialog.getByLabel(/^Why/).fill("It was the wrong file.");
    await press("Control+Enter");
    await there.chosen(/other\.txt/);
    await press("m");
    await dialog.getByText("It was the wrong file.").waitFor();
    await dialog.getByRole("button", { name: "Put the model's own back" }).click();
    await press("Control+Enter");
    await there.chosen(/b\.txt/);
    const edits = (await recordsOf(of)).filter(({ event }) => event.type === "message.edited");
    expect(edits.map(({ event }) => event["text"])).toEqual(["I write another file.", "I write the file now."]);
    expect(edits[0]?.event["reason"]).toBe("It was the wrong file.");
    expect(
      (await recordsOf(of)).find(({ event }) => event.type === "turn.replied" && event["ticket"] === "B")?.event[
        "text"
      ],
    ).toBe("I write the file now.");
    expect(there.complaints).toEqual([]);
  });

  it("PAGE33 EXP1 is taken home by its links: one file opens without a network, the other is brought in again", async () => {
    const { page } = there;
    await there.gotoRun("/report");
    const fetchFile = async (name: string): Promise<string> => {
      const coming = page.waitForEvent("download");
      await page.getByRole("link", { name }).click();
      const path = `${project().folder}/${(await coming).suggestedFilename()}`;
      await (await coming).saveAs(path);
      return path;
    };
    const html = await fetchFile("One page, works offline");
    const lines = await fetchFile("Every event, to be imported again");
    const alone = await openPage(browser());
    await alone.page.context().setOffline(true);
    await alone.page.goto(`${pathToFileURL(html).href}#/runs/${of.id}`);
    const cells = alone.page.locator('[role="option"][data-status]');
    await cells
      .filter({ hasText: "Ticket B" })
      .filter({ hasText: /needs you/i })
      .waitFor();
    expect(await cells.count()).toBe(2);
    expect(alone.complaints).toEqual([]);
    await alone.page.context().close();

    const other = makeProject();
    const brought = await tutti(["import", lines, "--repo", other.repo], other);
    expect(brought.code, brought.stderr).toBe(0);
    const log = await tutti(["log", "--repo", other.repo, "--json"], other);
    const events = (parseLines(log.stdout) as readonly JsonRecord[]).map(({ event }) => event.type);
    other.remove();
    expect(events).toEqual((await recordsOf(of)).map(({ event }) => event.type));
    expect(readFileSync(lines, "utf8")).toContain("I write the file now.");
    expect(there.complaints).toEqual([]);
  });
});
