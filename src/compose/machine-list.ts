// The machines of the person's store, for those who look at them: the API, the page, the command line, the doctor.

import { readFileSync } from "node:fs";
import { join } from "node:path";
import { listMachines, sayDrain } from "../adapters/tunnel/machines.ts";
import { findHomes } from "../adapters/run-files.ts";
import { machineProtocol } from "../domain/machine.ts";
import { Fault } from "../engine/ports.ts";
import type { MachinesDesk } from "../http/machine-routes.ts";
import { wayToMachines, type MachineList } from "../views/machines.ts";
import type { Environment } from "./place.ts";
import { linkTo } from "./shelves.ts";

/** `program`: the folder the package lies in. */
export function createMachinesDesk(env: Environment, program: string): MachinesDesk {
  return {
    list: () => listAll(env, program),
    drain: async (id) => {
      const list = await listAll(env, program);
      if (list.store === null || !list.machines.some((machine) => machine.id === id)) throw unknown(id, list);
      await sayDrain(linkTo(findHomes(env)), id);
      return { machine: id };
    },
  };
}

async function listAll(env: Environment, program: string): Promise<MachineList> {
  const homes = findHomes(env);
  const { version } = JSON.parse(readFileSync(join(program, "package.json"), "utf8")) as { readonly version: string };
  const own = { version, protocol: machineProtocol };
  if (homes.store === undefined) return { store: null, ...own, machines: [] };
  const link = linkTo(homes);
  const seen = await listMachines(link);
  // Its card is kept for a lease from when it was last heard of.
  const machines = seen.map(({ card, leftMs }) => ({ ...card, silentMs: Math.max(0, link.leaseMs - leftMs) }));
  return { store: link.name, ...own, machines };
}

function unknown(id: string, list: MachineList): Fault {
  const ids = list.machines.map((machine) => machine.id);
  const way = wayToMachines(list);
  const remedy = ids.length === 0 ? `${way.text} ${way.command}` : "See `tutti machines`.";
  return new Fault("machine_unknown", `There is no machine ${JSON.stringify(id.slice(0, 80))} now.`, { remedy });
}
