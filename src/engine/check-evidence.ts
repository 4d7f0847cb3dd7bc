// The evidence duty: a proposal's patch applied in a throw-away checkout, the project's checks and its own tests run there.

import type { DeliberationDuty } from "../core/deliberation/duties.ts";
import { entryOf, type EntryVersion } from "../core/deliberation/state.ts";
import { configOf } from "../core/state.ts";
import type { Report } from "../domain/command.ts";
import type { RunConfig } from "../domain/config.ts";
import { Fault, type TriedPatch, type Workspace } from "./ports.ts";
import type { World } from "./run-duty.ts";
import { loadText, storeText } from "./texts.ts";
import { verifyTree } from "./verify-tree.ts";

type EvidenceDuty = Extract<DeliberationDuty, { kind: "evidence" }>;

type Evidence = {
  readonly result: Extract<Report, { type: "report.evidence" }>["result"];
  readonly detail: string;
};

const skipped = (detail: string): Evidence => ({ result: "skipped", detail });

export async function checkEvidence(duty: EvidenceDuty, world: World): Promise<Report | undefined> {
  const { ports, state } = world;
  const deliberation = state.deliberations.get(duty.deliberation);
  const entry = deliberation === undefined ? undefined : entryOf(deliberation, duty.section, duty.entry);
  const version = entry?.versions.find((each) => each.version === duty.version);
  if (version === undefined) return undefined;
  const started = ports.clock.elapsed();
  const evidence = await judge(duty, version, world);
  if (evidence === undefined) return undefined;
  return {
    type: "report.evidence",
    deliberation: duty.deliberation,
    section: duty.section,
    key: duty.entry,
    version: duty.version,
    result: evidence.result,
    detail: await storeText(ports.log, evidence.detail),
    ms: Math.max(0, Math.round(ports.clock.elapsed() - started)),
  };
}

/** Undefined: it was cancelled. */
async function judge(duty: EvidenceDuty, version: EntryVersion, world: World): Promise<Evidence | undefined> {
  const { workspace } = world.ports;
  if (version.patch === null) return skipped("There is no patch to try.");
  if (workspace === undefined) return skipped("This run has no git repository to try the patch in.");
  const patch = await loadText(world.ports.log, version.patch);
  const plan = toPlan(configOf(world.state), version.tests);
  try {
    return toEvidence(await tryOut({ duty, workspace, patch, commands: plan.commands }, world), plan);
  } catch (error) {
    if (world.signal.aborted) return undefined;
    // The world is not as it must be; that says nothing about the proposal.
    if (!(error instanceof Fault)) throw error;
    return skipped(`It could not be tried: ${error.message} ${error.remedy}`);
  }
}

type Plan = {
  readonly commands: RunConfig["verify"];
  /** Why the proposal's own tests are not among them. */
  readonly unrun: string;
};

/** What a model wrote runs behind the sandbox alone. */
function toPlan({ verify, sandbox }: RunConfig, tests: readonly string[]): Plan {
  if (sandbox !== "none" || tests.length === 0) return { commands: [...verify, ...tests], unrun: "" };
  return {
    commands: verify,
    unrun: "Its own tests were not run: this run has no sandbox for commands that a model wrote.",
  };
}

type Trial = {
  readonly duty: EvidenceDuty;
  readonly workspace: Workspace;
  readonly patch: string;
  readonly commands: Plan["commands"];
};

function tryOut({ duty, workspace, patch, commands }: Trial, { ports, state, signal }: World): Promise<TriedPatch> {
  const { commandMs } = configOf(state).limits;
  const name = `${duty.deliberation}-${duty.section}-${duty.entry}-${duty.version}`.toLowerCase();
  return workspace.tryPatch(name, patch, (root) => verifyTree(ports, { root, commands, timeoutMs: commandMs, signal }));
}

function toEvidence(tried: TriedPatch, { unrun }: Plan): Evidence | undefined {
  switch (tried.kind) {
    case "cancelled":
      return undefined;
    case "unfit":
      return { result: "unfit", detail: tried.detail };
    case "red":
      return { result: "red", detail: said(tried.output, unrun) };
    case "passed":
      return tried.commands === 0
        ? skipped(said("It can be applied. The project has no checks that could be run on it.", unrun))
        : {
            result: "green",
            detail: said(`${tried.commands} ${tried.commands === 1 ? "command" : "commands"} passed.`, unrun),
          };
    default:
      return tried satisfies never;
  }
}

const said = (...parts: readonly string[]): string => parts.filter((part) => part !== "").join("\n");
