// The commands and their options. What a command does is loaded when it is called, so that help and mistakes are quick.

import { Argument, Command, InvalidArgumentError, Option } from "commander";
import { addContext } from "./context-program.ts";
import { addMachines } from "./add-machines.ts";
import { addPrompts } from "./add-prompts.ts";
import { addRecordings } from "./add-recordings.ts";
import { addDemo } from "./add-demo.ts";
import { addDeliberate } from "./add-deliberate.ts";
import { addServe } from "./add-serve.ts";
import { storeDescription } from "./store-option.ts";
import { addTimeTravel } from "./add-time-travel.ts";
import { addRecover } from "./add-recover.ts";
import { addMachine, capacityFrom, capacityWords } from "./add-machine.ts";
import { addRules } from "./add-rules.ts";
import { addWorker } from "./add-worker.ts";
import { addBudget, budgetDescription } from "./add-budget.ts";
import type { CliContext, CommonOptions, ExitCode } from "./context.ts";
import { toErrorJson, toErrorText, toUsageFault } from "./errors.ts";
import { exampleText } from "./examples.ts";
import type { AbortOptions } from "./commands/control.ts";
import type { AnswerOptions, EditOptions } from "./commands/answer.ts";
import type { ConfigCommandOptions } from "./commands/config.ts";
import type { CleanOptions } from "./commands/clean.ts";
import type { DoctorOptions } from "./commands/doctor.ts";
import type { ForecastOptions } from "./commands/forecast.ts";
import type { LandOptions } from "./commands/land.ts";
import type { ModeOptions, PauseOptions } from "./commands/control.ts";
import type { ReplanOptions } from "./commands/replan.ts";
import type { PlanOptions } from "./commands/plan.ts";
import type { ResumeOptions } from "./commands/resume.ts";
import type { RunOptions } from "./commands/run.ts";
import type { ViewCommandOptions } from "./commands/view.ts";

export type About = {
  /** The package's. */
  readonly version: string;
  /** Errors of usage come as JSON too. */
  readonly json: boolean;
  /** Takes each command's exit code. */
  readonly settle: (code: ExitCode) => void;
};

export function createProgram(context: CliContext, about: About): Command {
  const { settle } = about;
  const program = new Command("tutti")
    .description("Conducts a team of coding agents over a graph of tickets in your git repository.")
    .version(about.version)
    .enablePositionalOptions()
    .option("--repo <path>", "the repository, where it is not the current folder; may also stand after the command")
    .option("--store <address>", `${storeDescription}; may also stand after the command`)
    .hook("preAction", (all, called) => {
      if (called.getOptionValue("repo") === undefined) called.setOptionValue("repo", all.getOptionValue("repo") ?? ".");
      if (called.getOptionValue("store") === undefined) called.setOptionValue("store", all.getOptionValue("store"));
    })
    .configureOutput({
      outputError: (text, write) => {
        const fault = toUsageFault(text);
        if (about.json) context.out.write(`${toErrorJson(fault)}\n`);
        else write(`${toErrorText(fault)}\n`);
      },
    })
    .helpCommand("help [command]", "this, or a command's options and examples")
    .addHelpText("after", closing);
  program.commandsGroup("Conducting:");
  addConducting(program, context, settle);
  addDeliberate(program, { context, settle, command });
  addRecover(program, { context, settle, command, runArgument });
  addServe(program, { context, settle, command });
  addMachine(program, { context, settle, command });
  program.commandsGroup("Looking:");
  addLooking(program, context, settle);
  addContext(program, context, settle);
  addView(program, context, settle);
  addRecordings(program, { context, settle, command, runArgument });
  addConfig(program, context, settle);
  addPrompts(program, { context, settle });
  addMachines(program, { context, settle });
  addBudget(command(program, "budget", budgetDescription), { context, settle, command, runArgument });
  program.commandsGroup("Travelling in time:");
  addTimeTravel(program, { context, settle, command, runArgument });
  program.commandsGroup("Answering:");
  addAnswering(program, context, settle);
  addRules(program, { context, settle, command, runArgument });
  program.commandsGroup("Steering:");
  addWorker(program, { context, settle, command, runArgument });
  addControl(program, context, settle);
  addReplanning(program, context, settle);
  program.commandsGroup("Afterwards, and help:");
  addAfter(program, context, settle);
  addDoctor(program, context, settle);
  return program;
}

const closing = `
Exit codes: 0 completed, 1 error or failed, 2 blocked or waiting for you, 3 aborted.
"tutti help <command>" shows its options and examples. From a clone, type "npm run -s tutti --" for "tutti".`;

type Settle = (code: ExitCode) => void;

const count = (text: string): number => {
  const value = Number(text);
  if (!/^\d{1,4}$/.test(text) || value < 1) throw new InvalidArgumentError("It must be a whole number from 1.");
  return value;
};

const collect = (value: string, before: readonly string[] | undefined): readonly string[] => [...(before ?? []), value];

const trusts = ["step", "ask", "auto"];

/** A command with what every command takes. */
const command = (program: Command, name: string, description: string): Command =>
  program
    .command(name)
    .description(description)
    .option("--repo <path>", "the repository, where it is not the current folder")
    .option("--store <address>", storeDescription)
    .option("--json", "print JSON")
    .addHelpText("after", exampleText(name));

const runArgument = new Argument(
  "[run]",
  "the run's id or its first characters; left out: the run that is open, else the newest",
);

/** What a run is begun with, from a ticket file or from a goal. */
const begins = (begun: Command): Command =>
  begun
    .argument("[what]", "the goal in quotes, or a ticket file")
    .option("--epic <words>", "the goal, where it could be taken for a file")
    .option("--epic-file <path>", "read the goal from a text file; -: from the standard input")
    .option("--planner <model>", "model that divides the goal into tracks (tier 1)", collect)
    .option("--lead <model>", "model that plans the tickets of each track (tier 2)", collect)
    .option("--deliberate", "let two proposers and a mediator make the plan of the goal")
    .option("--no-deliberate", "let tiers 1 and 2 make it, whatever the settings say")
    .option("--base <ref>", "start from this branch, tag or commit instead of the checked-out branch")
    .option("--allow-dirty", "start although the checkout has uncommitted changes; the run does not see them")
    .option("--lanes <n>", "how many workers at once (4 where no settings say otherwise)", count)
    .addOption(
      new Option("--mode <mode>", "async: in parallel; linear: one ticket at a time").choices(["async", "linear"]),
    )
    .addOption(new Option("--trust <level>", "for every worker: step, ask or auto").choices(trusts))
    .option("--budget-usd <n>", "the run may cost this many US dollars; the call that would go beyond is not made")
    .option("--budget-tokens <n>", "likewise in tokens")
    .option("--budget <bound>", "any other bound, for example: tickets usd 2, tier 3 turns 400 (repeatable)", collect)
    .option("--model <id>", "model of the first attempt; repeat it for the next rungs of the ladder", collect)
    .option("--scenario <file>", "what models named scripted/... play, instead of calling a provider")
    .addOption(
      new Option(
        "--attended",
        "somebody answers from another terminal; at a terminal that is taken for granted",
      ).conflicts("unattended"),
    )
    .option("--unattended", "nobody answers: what would be asked is refused")
    .option("--no-sandbox", "run the workers' commands with your own rights (the log records it)")
    .option("--plain", "plain lines instead of the live view");

function addConducting(program: Command, context: CliContext, settle: Settle): void {
  begins(command(program, "run", "conduct a goal, or the tickets of a file, to the end"))
    .option("--capacity <n>", capacityWords, capacityFrom(0))
    .option("--remote <address>", "git address that machines share the work by, instead of fetching from this one")
    .action(async (words: string | undefined, options: RunOptions) => {
      const { runCommand } = await import("./commands/run.ts");
      settle(await runCommand(words, options, context));
    });
  begins(command(program, "plan", "plan a goal, and write the plan as a ticket file"))
    .option("--out <file>", "where the plan is written (tutti-plan.json; with --json nowhere); -: the standard output")
    .option("--force", "write over a file that is there")
    .action(async (words: string | undefined, options: PlanOptions) => {
      const { planCommand } = await import("./commands/plan.ts");
      settle(await planCommand(words, options, context));
    });
  command(program, "forecast", "what the tickets of a file are expected to take: time, tokens, price")
    .argument("<tickets.json>", "the ticket file")
    .option("--lanes <n>", "how many workers at once (4 where no settings say otherwise)", count)
    .addOption(
      new Option("--mode <mode>", "async: in parallel; linear: one ticket at a time").choices(["async", "linear"]),
    )
    .option("--model <id>", "model of the first attempt; repeat it for the next rungs of the ladder", collect)
    .action(async (file: string, options: ForecastOptions) => {
      const { forecastCommand } = await import("./commands/forecast.ts");
      settle(await forecastCommand(file, options, context));
    });
  command(program, "resume", "go on with a run that was paused, stopped or killed")
    .addArgument(runArgument)
    .option("--retry <ticket>", "open a blocked, failed or cancelled ticket again (repeatable)", collect)
    .option("--say <words>", "guidance for the tickets opened again")
    .option("--ticket <id>", "let a paused ticket go on (repeatable)", collect)
    .option("--raise <bound>", "a higher bound, for example: run usd 12.50 (repeatable)", collect)
    .addOption(new Option("--attended", "somebody answers, here or from another terminal").conflicts("unattended"))
    .option("--unattended", "nobody answers: what would be asked is refused")
    .option("--plain", "plain lines instead of the live view")
    .option("--capacity <n>", capacityWords, capacityFrom(0))
    .action(async (run: string | undefined, options: ResumeOptions) => {
      const { resumeCommand } = await import("./commands/resume.ts");
      settle(await resumeCommand(run, options, context));
    });
  addDemo(program, { context, settle });
}

function addLooking(program: Command, context: CliContext, settle: Settle): void {
  const looking = [
    ["status", "where the tickets of a run stand"],
    ["watch", "follow a run that goes on in another terminal"],
    ["approvals", "what waits for you, with what you would approve"],
    ["log", "what happened in a run, from its beginning"],
  ] as const;
  for (const [name, description] of looking) {
    command(program, name, description)
      .addArgument(runArgument)
      .action(async (run: string | undefined, options: CommonOptions) => {
        const { lookCommands } = await import("./commands/look.ts");
        settle(await lookCommands[name](run, options, context));
      });
  }
  command(program, "link", "an address that lets one browser see and steer a run")
    .addArgument(runArgument)
    .action(async (run: string | undefined, options: CommonOptions) => {
      const { linkCommand } = await import("./commands/link.ts");
      settle(await linkCommand(run, options, context));
    });
  command(program, "runs", "the runs of this repository").action(async (options: CommonOptions) => {
    const { runsCommand } = await import("./commands/look.ts");
    settle(await runsCommand(options, context));
  });
}

function addView(program: Command, context: CliContext, settle: Settle): void {
  command(program, "view", "a file or folder of the repository as a worker is shown it")
    .argument("<path>", "from the current folder, or from the one --repo names")
    .addOption(
      new Option("--as <view>", "map of a folder; skeleton (default), curated or raw of a file").choices([
        "map",
        "skeleton",
        "curated",
        "raw",
      ]),
    )
    .action(async (path: string, options: ViewCommandOptions) => {
      const { viewCommand } = await import("./commands/view.ts");
      settle(await viewCommand(path, options, context));
    });
}

function addAnswering(program: Command, context: CliContext, settle: Settle): void {
  const answering = (name: string, description: string): Command =>
    command(program, name, description)
      .argument("<approval>", "its id, for example A57")
      .option("--run <run>", "which run, where more than one is open");
  answering("approve", "let it happen, exactly as shown")
    .option("--reason <words>", "recorded with the answer")
    .action(async (approval: string, options: AnswerOptions) => {
      const { approveCommand } = await import("./commands/answer.ts");
      settle(await approveCommand(approval, options, context));
    });
  answering("reject", "refuse it; the model is told the reason")
    .requiredOption("--reason <words>", "why")
    .action(async (approval: string, options: AnswerOptions) => {
      const { rejectCommand } = await import("./commands/answer.ts");
      settle(await rejectCommand(approval, options, context));
    });
  answering("edit", "change it first: the prompt, the arguments, the output; or the model's last message")
    .option("--text <text>", "the new text, instead of opening your editor")
    .addOption(new Option("--file <path>", "read the new text from a file").conflicts("text"))
    .option("--message", "rewrite the model's last message instead")
    .addOption(new Option("--undo", "take the rewriting of that message back").conflicts(["text", "file", "message"]))
    .option("--reason <words>", "recorded with the answer")
    .action(async (approval: string, options: EditOptions) => {
      const { editCommand } = await import("./commands/answer.ts");
      settle(await editCommand(approval, options, context));
    });
  answering("answer", "answer a worker's question")
    .argument("<text>", "the answer")
    .action(async (approval: string, text: string, options: AnswerOptions) => {
      const { answerCommand } = await import("./commands/answer.ts");
      settle(await answerCommand(approval, text, options, context));
    });
}

function addControl(program: Command, context: CliContext, settle: Settle): void {
  command(program, "pause", "start nothing more; steps under way end")
    .addArgument(runArgument)
    .addOption(new Option("--drain", "let the attempts under way finish, then stop").conflicts("ticket"))
    .option("--ticket <id>", "only this ticket: its step under way ends, none follows")
    .option("--reason <words>", "why")
    .action(async (run: string | undefined, options: PauseOptions) => {
      const { pauseCommand } = await import("./commands/control.ts");
      settle(await pauseCommand(run, options, context));
    });
  command(program, "mode", "switch between parallel and one ticket at a time, or override every trust level")
    .addArgument(new Argument("[mode]").choices(["async", "linear"]))
    .addOption(new Option("--trust <level>", "for every worker; off: as configured").choices([...trusts, "off"]))
    .option("--ticket <id>", "trust of this ticket's worker only")
    .option("--run <run>", "which run, where more than one is open")
    .action(async (mode: "async" | "linear" | undefined, options: ModeOptions) => {
      const { modeCommand } = await import("./commands/control.ts");
      settle(await modeCommand(mode, options, context));
    });
  command(program, "lanes", "how many workers at once, from now on")
    .argument("<n>", "the number", count)
    .option("--run <run>", "which run, where more than one is open")
    .action(async (lanes: number, options: CommonOptions & { run?: string }) => {
      const { lanesCommand } = await import("./commands/control.ts");
      settle(await lanesCommand(lanes, options, context));
    });
  command(program, "abort", "end a run, or one of its tickets; commands under way are killed")
    .addArgument(runArgument)
    .option("--ticket <id>", "only this ticket")
    .option("--reason <words>", "why")
    .option("--now", "a deliberation does not wait for its agents and its mediator's last word; so does a second abort")
    .action(async (run: string | undefined, options: AbortOptions) => {
      const { abortCommand } = await import("./commands/control.ts");
      settle(await abortCommand(run, options, context));
    });
}

function addReplanning(program: Command, context: CliContext, settle: Settle): void {
  const replan = command(
    program,
    "replan",
    "change the plan of a run while it is worked on, or see what a change would do",
  )
    .addArgument(runArgument)
    .option("--patch <file>", "the change: what is added, dropped, rewired or split, as JSON")
    .option("--dry-run", "only show what it would do")
    .action(async (run: string | undefined, options: ReplanOptions) => {
      const { replanCommand } = await import("./commands/replan.ts");
      settle(await replanCommand(run, options, context));
    });
  replan
    .command("show")
    .description("print the plan as it is now, as a ticket file")
    .option("--repo <path>", "the repository, where it is not the current folder")
    .addArgument(runArgument)
    .action(async (run: string | undefined, options: CommonOptions) => {
      const { showPlanCommand } = await import("./commands/replan.ts");
      settle(await showPlanCommand(run, options, context));
    });
}

function addDoctor(program: Command, context: CliContext, settle: Settle): void {
  command(program, "doctor", "look whether everything a run needs is here")
    .option("--online", "ask the providers too whether they take their keys; no model is called")
    .action(async (options: DoctorOptions) => {
      const { doctorCommand } = await import("./commands/doctor.ts");
      settle(await doctorCommand(options, context));
    });
}

function addConfig(program: Command, context: CliContext, settle: Settle): void {
  command(program, "config", "every setting a run would have here, and where it comes from")
    .option("--lanes <n>", "as if said to run", count)
    .addOption(new Option("--mode <mode>", "as if said to run").choices(["async", "linear"]))
    .addOption(new Option("--trust <level>", "as if said to run").choices(trusts))
    .option("--model <id>", "as if said to run", collect)
    .option("--no-sandbox", "as if said to run")
    .action(async (options: ConfigCommandOptions) => {
      const { configCommand } = await import("./commands/config.ts");
      settle(await configCommand(options, context));
    });
}

function addAfter(program: Command, context: CliContext, settle: Settle): void {
  command(program, "land", "bring a run's result over to your branch")
    .addArgument(runArgument)
    .option("--into <branch>", "the branch; the one the run started from where not given")
    .option("--merge", "make a merge commit where a fast-forward is not possible or not wanted")
    .action(async (run: string | undefined, options: LandOptions) => {
      const { landCommand } = await import("./commands/land.ts");
      settle(await landCommand(run, options, context));
    });
  command(program, "clean", "remove what runs that have ended left in the state folder")
    .addArgument(new Argument("[run]", "only this run, even if it has not ended"))
    .option("--delete-branch", "delete its branch in the repository as well; what was not landed is then gone")
    .action(async (run: string | undefined, options: CleanOptions) => {
      const { cleanCommand } = await import("./commands/clean.ts");
      settle(await cleanCommand(run, options, context));
    });
}
