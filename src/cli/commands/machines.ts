// `tutti machines`: who works for the runs of the store, and sending one home.

import { toPrintableLine } from "../../domain/printable.ts";
import {
  drainConsequences,
  heardInWords,
  loadInWords,
  memoryInWords,
  roomInWords,
  standingOf,
  standingWords,
  stepInWords,
  wayToMachines,
  type ListedMachine,
  type MachineList,
} from "../../views/machines.ts";
import type { CliContext, ExitCode } from "../context.ts";

export type MachinesOptions = { readonly json?: boolean };

export async function machinesCommand({ json }: MachinesOptions, context: CliContext): Promise<ExitCode> {
  const list = await (await context.desk()).machines.list();
  if (json === true) context.out.write(`${JSON.stringify(list)}\n`);
  else
    context.out.write(
      linesOf(list)
        .map((line) => `${toPrintableLine(line)}\n`)
        .join(""),
    );
  return 0;
}

export async function drainCommand(id: string, { json }: MachinesOptions, context: CliContext): Promise<ExitCode> {
  const { machines } = await context.desk();
  const machine = (await machines.list()).machines.find((each) => each.id === id);
  const drained = await machines.drain(id);
  if (json === true) context.out.write(`${JSON.stringify({ did: "drain_asked", ...drained })}\n`);
  else
    context.out.write(
      `${toPrintableLine(drained.machine)} is told to drain. ${machine === undefined ? "" : drainConsequences(machine)}\n`,
    );
  return 0;
}

function linesOf(list: MachineList): readonly string[] {
  if (list.machines.length === 0) {
    const { title, text, command } = wayToMachines(list);
    return [`${title}. ${text}`, `  ${command}`];
  }
  return list.machines.flatMap((machine) => linesOfOne(machine, list));
}

function linesOfOne(machine: ListedMachine, list: MachineList): readonly string[] {
  const { id, labels, version, isDraining, silentMs, working } = machine;
  const standing = standingWords[standingOf(machine, list)];
  const head = [id, roomInWords(machine), ...(isDraining ? ["draining"] : []), `heard ${heardInWords(silentMs)}`];
  return [
    head.join("  "),
    `  version ${version}${standing === null ? "" : `. ${standing}`}`,
    `  load ${loadInWords(machine)}, memory ${memoryInWords(machine)}`,
    ...(labels.length === 0 ? [] : [`  labels ${labels.join(", ")}`]),
    ...working.map((work) => `  ${work.ticket}#${work.attempt} of ${work.run} ${stepInWords(work)}`),
  ];
}
