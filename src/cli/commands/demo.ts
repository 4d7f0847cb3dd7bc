// `tutti demo`: a sample goal on a sample repository, planned and conducted with scripted models. Everything but the
// models is real.

import { setTimeout as wait } from "node:timers/promises";
import { planViewOf } from "../../views/plan-view.ts";
import { summaryOf, type Summary } from "../../views/summary.ts";
import { createClient } from "../client.ts";
import { conductRun } from "../conduct.ts";
import type { CliContext, ExitCode } from "../context.ts";
import type { BeginOptions, Conducting, Desk, Tried } from "../desk.ts";
import type { DemoMachine, DemoMachines } from "../demo-machines.ts";
import { explain } from "../errors.ts";
import { invocationOf } from "../invocation.ts";

export type DemoOptions = {
  readonly json?: boolean;
  readonly plain?: boolean;
  /** Machines to start for it; undefined: none. */
  readonly workers?: number;
  /** "redis": a server of the demo's own; undefined with workers: the same. */
  readonly store?: string;
};

/** Long enough to be seen. */
const beforeAnswerMs = 1_500;

export async function demoCommand(options: DemoOptions, context: CliContext): Promise<ExitCode> {
  const { workers = 0, store } = options;
  if (workers === 0 && store !== ownServer) return playDemo(options, { context, desk: await context.desk() });
  const named = store === undefined || store === ownServer ? {} : { store };
  const machines = await (await context.desk("local")).demoMachines({ count: workers, ...named });
  const ignoreExit = context.onExit(machines.kill);
  try {
    return await playDemo(options, { context, desk: await context.desk(machines.store), machines });
  } finally {
    await machines.stop();
    ignoreExit();
  }
}

/** What `--store` says where the demo is to start a server by itself. */
const ownServer = "redis";

type Playing = { readonly context: CliContext; readonly desk: Desk; readonly machines?: DemoMachines };

async function playDemo(options: DemoOptions, { context, desk, machines }: Playing): Promise<ExitCode> {
  const json = options.json === true;
  const say = (line: string): void => void (json ? undefined : context.out.write(`${line}\n`));
  const warn = (line: string): void => void (json ? context.err : context.out).write(`${line}\n`);
  const sample = await desk.makeSample();
  const said = machines === undefined ? {} : { TUTTI_STORE_SAID: machines.store };
  const program = invocationOf({ ...context.env, ...said }, sample.repo);
  say(`The sample repository is a copy of its own: ${sample.repo}`);
  for (const line of machines === undefined ? [] : machineLines(machines)) say(line);
  say(`The goal: ${sample.epic.replaceAll(/\s+/g, " ")}`);
  const conducting = await begin(
    desk,
    {
      repo: sample.repo,
      work: { kind: "goal", epic: sample.epic },
      scenario: sample.scenario,
      models: [],
      allowDirty: false,
      settings: "sample",
      attended: true,
      sandbox: "bwrap",
      person: "demo",
    },
    warn,
  );
  const answered = answerGates(desk, conducting, sample.repo);
  const code = await conductRun(conducting, context, {
    program,
    json,
    plain: options.plain === true,
    quiet: json,
    answersItself: true,
  });
  const approvals = await answered();
  const state = conducting.state();
  const choice = { repo: sample.repo, run: conducting.run };
  const tried =
    state.totals.merged > 0 ? await desk.tryResult(choice, ["node", "--test"]) : { passed: false, output: "" };
  const summary = summaryOf(state, { verify: code === 0 && tried.passed ? "passed" : "failed" });
  const planning = {
    tracks: state.tracks?.length ?? 0,
    tickets: state.tickets.length,
    edges: planViewOf(state).edges.length,
  };
  const work = machines === undefined ? {} : { machines: machines.machines.map(toWork) };
  if (json) context.out.write(`${JSON.stringify({ ...toFinal(summary), planning, ...work })}\n`);
  const isGone = machines?.isOwnStore === true;
  const branch = `git -C ${sample.repo} log --stat ${summary.branch}`;
  if (!json) for (const line of closingLines({ work, approvals, tried, program, isGone, branch })) say(line);
  return tried.passed ? code : 1;
}

type Closing = {
  readonly work: { readonly machines?: readonly ReturnType<typeof toWork>[] };
  readonly approvals: readonly string[];
  readonly tried: Tried;
  readonly program: string;
  /** The log goes with the demo's own server. */
  readonly isGone: boolean;
  readonly branch: string;
};

const closingLines = ({ work, approvals, tried, program, isGone, branch }: Closing): readonly string[] => [
  "",
  ...(work.machines ?? []).map(
    ({ machine, attempts }) => `${machine} worked on ${attempts.length === 0 ? "nothing" : attempts.join(", ")}.`,
  ),
  ...approvals.map(
    (approval) =>
      `${approval} was approved by the demo itself, as person:demo; in your own runs that is for you to do.`,
  ),
  tried.passed
    ? `The sample's own tests pass on the merged result: ${testCount(tried.output)}.`
    : `The sample's own tests FAIL on the merged result:\n${tried.output}`,
  ...(isGone
    ? ["The demo's own server ends now, and the run's log with it; on a server of yours it stays: --store redis://..."]
    : []),
  "Look further:",
  ...(isGone ? [] : ["status", "log"].map((next) => `  ${program} ${next}`)),
  `  ${branch}`,
];

const machineLines = ({ store, isOwnStore, machines }: DemoMachines): readonly string[] => [
  `${isOwnStore ? "A Redis server of the demo's own" : "The Redis server"}: ${store}`,
  ...machines.map(({ id }) => `A machine that works for its runs: ${id}`),
];

/** Who did what, by the machine's own words. */
const toWork = ({ id, news }: DemoMachine) => ({
  machine: id,
  attempts: news.flatMap((told) => (told.kind === "finished" ? [`${told.ticket}#${told.attempt}`] : [])),
});

/** Exactly what the demo promises to scripts. */
const toFinal = ({ run, tickets, attempts, merged, verify, events, seconds }: Summary) => ({
  run,
  tickets,
  attempts,
  merged,
  verify,
  events,
  seconds,
});

const testCount = (output: string): string => /^[#ℹ] pass (\d+)$/m.exec(output)?.[1]?.concat(" tests") ?? "all";

/** Without a sandbox the demo runs its own sample's commands bare, says so, and the log records it. No other run does. */
async function begin(desk: Desk, options: BeginOptions, warn: (line: string) => void): Promise<Conducting> {
  try {
    return await desk.begin(options);
  } catch (error) {
    const fault = explain(error);
    if (fault?.code !== "sandbox_unavailable") throw error;
    warn(
      `No sandbox: ${fault.message}. The demo runs the commands of its own sample without one; every other run would refuse.`,
    );
    return desk.begin({ ...options, sandbox: "none" });
  }
}

/** Plays the person at the gates that hold, the plan's and one call's, over the same API a second terminal uses. Resolves with what it answered. */
function answerGates(desk: Desk, conducting: Conducting, repo: string): () => Promise<readonly string[]> {
  const answers: Promise<string>[] = [];
  const unsubscribe = conducting.subscribe((item) => {
    if (item.kind !== "recorded" || item.recorded.event.type !== "approval.requested") return;
    const { approval, ticket, tool } = item.recorded.event;
    const which = { repo, run: conducting.run, approval };
    const what = ticket === undefined ? "the plan" : `${ticket}, ${tool}`;
    answers.push(answer(desk, which).then(() => `${approval} (${what})`));
  });
  return () => {
    unsubscribe();
    return Promise.all(answers);
  };
}

async function answer(desk: Desk, which: { repo: string; run: string; approval: string }): Promise<void> {
  await wait(beforeAnswerMs);
  const connection = await desk.connect(which, { hold: false });
  const client = createClient(connection.send);
  const open = (await client.approvals()).find(({ id }) => id === which.approval);
  if (open !== undefined)
    await client.answer(open.id, { decision: "approve", reason: "the demo's own answer", digest: open.digest });
  await connection.close();
}
