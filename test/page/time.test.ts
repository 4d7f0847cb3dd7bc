// Time goes back and forth with keys alone: on the slider, from stop to stop, from an entry of a worker's stream; what is
// shown is what was, and nothing can be done there.

import { beforeEach, expect, it } from "vitest";
import { finish, scenarioOf, ticket, turn, write } from "../e2e/support/project.ts";
import { describeNeeding } from "../support/needs.ts";
import { onRealRuns } from "./support/on-real-runs.ts";
import { approveIn, recordsOf, startRun, type RealPage, type RealRun } from "./support/real-run.ts";

describeNeeding("chromium", "time on the page of a real run", () => {
  const { project, open } = onRealRuns();
  let of: RealRun;
  let there: RealPage;
  /** Where A asked, and the last record. */
  let asked: number;
  let head: number;

  /** A was asked about, let and completed; B waits with its first call. */
  beforeEach(async () => {
    const scenario = scenarioOf({
      A: [{ ...turn(write("a.txt", "a\n")), text: "I write it now." }, turn(finish("A is made"))],
      B: [turn(write("b.txt", "b\n")), turn(finish())],
    });
    of = await startRun(project(), { work: [ticket("A"), ticket("B", { dependsOn: ["A"] })], scenario });
    await of.running.seen(/"type":"approval\.requested","ticket":"A"/);
    await approveIn(of, "A");
    await of.running.seen(/"type":"approval\.requested","ticket":"B"/);
    const records = await recordsOf(of);
    asked = records.find(({ event }) => event.type === "approval.requested")?.seq ?? 0;
    head = records.at(-1)?.seq ?? 0;
    there = await open(of);
    await there.gotoRun();
    await there.card("B", /needs you/i).waitFor();
  });

  const shows = async (seq: number): Promise<void> => {
    await there.page.getByText(`Event ${seq} of ${head}`).waitFor();
    // The number counts at once; what is shown comes after it.
    await there.page.locator(`main[data-seq="${seq}"]`).waitFor();
  };
  const isLive = (): Promise<void> => there.page.getByText("Live", { exact: true }).first().waitFor();

  it("PAGE15 the slider goes by one, to the ends and from stop to stop, and the board is as it was at each", async () => {
    const { page, press, card } = there;
    const slider = page.getByRole("slider", { name: "Event shown" });
    await isLive();
    await slider.focus();
    await press("ArrowLeft");
    await shows(head - 1);
    await press("ArrowLeft");
    await shows(head - 2);
    await page.waitForURL((url) => url.searchParams.get("at") === String(head - 2));
    await press("ArrowRight");
    await shows(head - 1);
    await press("Home");
    await shows(1);
    expect(await slider.getAttribute("aria-valuetext")).toMatch(
      new RegExp(`^Event 1 of ${head}, \\d\\d:\\d\\d:\\d\\d$`),
    );
    await press("End");
    await isLive();
    await page.waitForURL((url) => !url.searchParams.has("at"));
    // Both questions are stops.
    await page.getByRole("button", { name: `question for you at event ${asked}`, includeHidden: true }).waitFor();
    const stops = (await recordsOf(of)).flatMap(({ seq, event }) => (event.type === "approval.requested" ? [seq] : []));
    expect(stops).toHaveLength(2);
    for (const stop of stops.toReversed().filter((seq) => seq < head)) {
      await press("[");
      await shows(stop);
    }
    await card("A", /needs you/i).waitFor();
    await card("B", /after A/).waitFor();
    await press("]");
    await card("A", /completed/i).waitFor();
    await card("B", /needs you/i).waitFor();
    await slider.focus();
    await press("Home");
    await shows(1);
    await press("l");
    await isLive();
    expect(there.complaints).toEqual([]);
  });

  it("PAGE47 PAGE48 two presses before anything is drawn are two steps; at the first event the tickets are still to come", async () => {
    const { page, press } = there;
    await page.getByRole("button", { name: `question for you at event ${asked}`, includeHidden: true }).waitFor();
    const stopBefore = `document.body.dispatchEvent(new KeyboardEvent("keydown", { key: "[", bubbles: true }))`;
    await page.evaluate(`${stopBefore}, ${stopBefore}`);
    const stops = (await recordsOf(of)).flatMap(({ seq, event }) => (event.type === "approval.requested" ? [seq] : []));
    const [before = 1] = stops.filter((seq) => seq < head).slice(-2);
    await shows(before);
    await page.waitForURL((url) => url.searchParams.get("at") === String(before));
    await page.getByRole("slider", { name: "Event shown" }).focus();
    await press("Home");
    await page.getByRole("heading", { name: "The run begins" }).waitFor();
    expect(await page.getByText(/The plan is being made/).count()).toBe(0);
    expect(there.complaints).toEqual([]);
  });

  it("PAGE16 nothing can be done in the past, with no button and no key", async () => {
    const { page, press } = there;
    await there.gotoRun(`?at=${asked}`);
    await there.card("A", /needs you/i).waitFor();
    await press("Shift+L");
    for (const name of ["Pause the run", "Change the plan"])
      expect(await page.getByRole("button", { name }).isDisabled(), name).toBe(true);
    await there.gotoRun(`/inbox?at=${asked}`);
    await page.getByText("This is a point of the past: go live to answer.").waitFor();
    await page.getByRole("option", { name: /a\.txt/ }).waitFor();
    // Longer than a request has to be in view before it takes an answer.
    await page.waitForTimeout(600);
    for (const key of ["Control+Enter", "Control+Backspace", "Control+Shift+Backspace", "m", "r"]) await press(key);
    await press("Control+Enter");
    expect(await page.getByRole("button", { name: /^Approve/ }).isDisabled()).toBe(true);
    expect(await page.getByRole("dialog").count()).toBe(0);
    await there.gotoRun(`/tickets/A?at=${asked}`);
    await page.getByRole("log").getByText("I write it now.").waitFor();
    for (const key of ["m", "p"]) await press(key);
    expect(await page.getByRole("dialog").count()).toBe(0);
    expect(await page.getByRole("textbox", { name: /Say something/ }).isDisabled()).toBe(true);
    expect((await recordsOf(of)).length).toBe(head);
    await press("l");
    await page.getByRole("log").getByText("A is made").first().waitFor();
    expect(there.complaints).toEqual([]);
  });

  it("PAGE17 from an entry of a worker's stream the run is seen as it was then, and nothing later", async () => {
    const { page, press, card } = there;
    await there.gotoRun("/tickets/A");
    const log = page.getByRole("log");
    await log.getByText("A is made").first().waitFor();
    const words = (await recordsOf(of)).find(({ event }) => event["text"] === "I write it now.")?.seq ?? 0;
    const way = log.getByRole("link", { name: `See the run at event ${words}` }).first();
    await way.focus();
    await press("Enter");
    await shows(words);
    await log.getByText("I write it now.").waitFor();
    // The question, its answer, the call's result and the end came after it.
    expect(await log.getByText("A is made").count()).toBe(0);
    expect(await log.getByText(/needs you|approved/i).count()).toBe(0);
    expect(await page.getByText("Completed", { exact: true }).count()).toBe(0);
    await page.getByRole("tab", { name: "Events" }).click();
    const rows = page.getByRole("tabpanel", { name: "Events" });
    await rows
      .getByText(/I write it now/)
      .first()
      .waitFor();
    expect(await rows.getByText(/approved|has run|is done|completed/i).count()).toBe(0);
    // From screen to screen the point stays.
    await press("g", "a");
    await page.getByRole("heading", { name: "Agents" }).waitFor();
    await shows(words);
    await page.getByRole("link", { name: "Board" }).click();
    await shows(words);
    await card("A", /running/i).waitFor();
    await card("B", /after A/).waitFor();
    await page.getByRole("button", { name: "Go live" }).focus();
    await press("Enter");
    await card("B", /needs you/i).waitFor();
    expect(there.complaints).toEqual([]);
  });
});
