// What an agent's answer means: its moves as events, in their order, or everything that is wrong with it.

import type { CommandOf } from "../../domain/command.ts";
import type { Draft } from "../draft.ts";
import type { Consult } from "../state.ts";

export function readCycle(_draft: Draft, consult: Consult, answer: CommandOf<"report.consulted">): readonly string[] {
  throw new Error(`nobody asks ${consult.purpose} yet: ${answer.consult}`);
}

export function giveUpCycle(_draft: Draft, consult: Consult, detail: string): void {
  throw new Error(`nobody asks ${consult.purpose} yet: ${detail}`);
}
