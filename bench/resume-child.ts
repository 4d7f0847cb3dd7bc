// The process that W5 kills, and the one that resumes. `write`: conducts until so many events are durable.
// `resume`: opens, folds, adopts and conducts; says so at its first resumed step.

import { createSqliteRunStore } from "../src/adapters/log/sqlite-log.ts";
import { createSystemClock } from "../src/adapters/clock.ts";
import { adoptRun, beginRun } from "../src/engine/open-run.ts";
import type { Scenario } from "../src/domain/scenario.ts";
import type { Tally } from "./contestant.ts";
import { makeConfig, makePorts, makeTicket, oneToolTurns } from "./scripted-world.ts";

const lanes = 8;
const scenario: Scenario = { tickets: {}, default: [{ turns: oneToolTurns({}) }] };

/** Says when the first step is made, be it a model's or a tool's. */
function createHerald(line: string): Tally {
  let isSaid = false;
  const say = (): void => {
    if (!isSaid) process.stdout.write(`${line}\n`);
    isSaid = true;
  };
  return { modelCalled: say, toolCalled: say };
}

async function write(dir: string, tickets: number, events: number): Promise<void> {
  const store = createSqliteRunStore({ dir });
  const run = createSystemClock().newRunId();
  const { log, token } = await store.create(run);
  const ports = makePorts({ log, token, scenario });
  const plan = Array.from({ length: tickets }, (_, index) => makeTicket(`T${index}`));
  const begun = await beginRun(ports, { run, config: makeConfig(lanes), tickets: plan, by: "person:bench" });
  if (!begun.ok) throw new Error(begun.rejection.code);
  const { conductor } = begun;
  conductor.feed.subscribe((item) => {
    if (item.kind !== "recorded" || item.recorded.seq !== events) return;
    process.stdout.write("written\n");
  });
  conductor.start();
  await conductor.done;
}

async function resume(dir: string): Promise<void> {
  const store = createSqliteRunStore({ dir });
  const [listing] = await store.list();
  if (listing === undefined) throw new Error(`no run in ${dir}`);
  const opened = await store.open(listing.run);
  if (!("log" in opened)) throw new Error("the run is held by a live process");
  const ports = makePorts({ ...opened, scenario, tally: createHerald("resumed") });
  const { conductor } = await adoptRun(ports, "bench");
  conductor.start();
  await conductor.done;
}

const [what, dir, tickets, events] = process.argv.slice(2);
if (dir === undefined) throw new Error("usage: resume-child.ts write <folder> <tickets> <events> | resume <folder>");
await (what === "write" ? write(dir, Number(tickets), Number(events)) : resume(dir));
