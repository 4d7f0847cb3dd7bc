// What an attempt asks of a machine, and why none takes it, in words for a person.

import { archetypeOf } from "../../core/ladder.ts";
import { providerOf, type ModelId } from "../../domain/ids.ts";
import { machineProtocol, type MachineCard, type MachineLabel } from "../../domain/machine.ts";
import type { DutyScope } from "../duty-scope.ts";

/** Of the ticket and its worker kind; a machine must have all of them. */
export const ownLabels = ({ config, ticket }: Pick<DutyScope, "config" | "ticket">): readonly MachineLabel[] => [
  ...new Set([...(archetypeOf(config, ticket).labels ?? []), ...(ticket.labels ?? [])]),
];

/** With what the attempt's model needs: a machine that can call its provider. */
export const labelsOf = (scope: Pick<DutyScope, "config" | "ticket">, model: ModelId | undefined): MachineLabel[] => [
  ...ownLabels(scope),
  ...(model === undefined ? [] : [`provider:${providerOf(model)}`]),
];

export const covers = (has: readonly MachineLabel[], wanted: readonly MachineLabel[]): boolean =>
  wanted.every((label) => has.includes(label));

/** Takes work of this conductor, now or when it has room. */
export const isUsable = ({ protocol, isDraining }: MachineCard): boolean => protocol === machineProtocol && !isDraining;

/** To be read after "A waits for a machine". */
export function whyItWaits(wanted: readonly MachineLabel[], machines: readonly MachineCard[]): string {
  const usable = machines.filter(isUsable);
  const list = `${wanted.length === 1 ? "label" : "labels"} ${wanted.join(", ")}`;
  if (machines.length === 0) return ": none is registered.";
  if (usable.length === 0) return ": those registered are draining or of another version.";
  const lacking = wanted.filter((label) => !usable.some(({ labels }) => labels.includes(label)));
  if (lacking.length > 0) return ` with ${list}: none registered has ${lacking.join(", ")}.`;
  const fit = usable.filter(({ labels }) => covers(labels, wanted)).length;
  if (fit === 0) return ` with ${list}: none has all of them.`;
  return fit === 1 ? ": the only one that fits is full." : `: all ${fit} that fit are full.`;
}
