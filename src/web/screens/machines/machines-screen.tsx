// The machines that work for the runs of the store: what each is, what it does now, and sending one home.

import { useState } from "react";
import type { MachinesBody } from "../../../http/machine-routes.ts";
import { wayToMachines, type ListedMachine } from "../../../views/machines.ts";
import { counted } from "../../../views/words.ts";
import { useMachines } from "../../state/machines.ts";
import { Empty, ProblemNote } from "../../ui/notes.tsx";
import { DrainDialog } from "./drain-dialog.tsx";
import { MachineCardView } from "./machine-card.tsx";

export function MachinesScreen() {
  const { list, problem } = useMachines();
  return (
    <main className="min-h-0 overflow-auto" aria-busy={list === null && problem === null}>
      <div className="mx-auto grid max-w-5xl grid-cols-[minmax(0,1fr)] gap-4 p-6 max-sm:p-3">
        <h1 className="text-20">Machines</h1>
        {problem !== null && <ProblemNote problem={problem} />}
        {list !== null && <Machines list={list} />}
      </div>
    </main>
  );
}

function Machines({ list }: { readonly list: MachinesBody }) {
  const [drained, setDrained] = useState<ListedMachine | null>(null);
  if (list.machines.length === 0) return <NoMachines list={list} />;
  const room = list.machines.reduce((sum, { capacity }) => sum + capacity, 0);
  const busy = list.machines.reduce((sum, { working }) => sum + working.length, 0);
  return (
    <>
      <p className="text-fg2 tabular">
        {counted(list.machines.length, "machine")} on {list.store}, {busy} of {counted(room, "attempt")} at work
      </p>
      <ul className="grid grid-cols-[minmax(0,1fr)] gap-3">
        {list.machines.map((machine) => (
          <MachineCardView key={machine.id} machine={machine} list={list} onDrain={() => setDrained(machine)} />
        ))}
      </ul>
      {drained !== null && <DrainDialog machine={drained} onClose={() => setDrained(null)} />}
    </>
  );
}

function NoMachines({ list }: { readonly list: MachinesBody }) {
  const { title, text, command } = wayToMachines(list);
  return (
    <Empty title={title}>
      <p>{text}</p>
      <p className="mt-2">
        <code className="inline-block rounded-cell bg-s3 px-2 py-1 font-mono text-12 break-all text-fg">{command}</code>
      </p>
    </Empty>
  );
}
