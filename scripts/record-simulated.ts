// Writes the log of one simulated run as a golden log: `node scripts/record-simulated.ts <seed> safety|liveness <out.jsonl>`;
// with `--states` alone, writes anew what the golden logs fold to. See test/golden/README.md.

import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { encodeRecord } from "../src/adapters/log/record.ts";
import { foldedStates } from "../test/golden/fold-golden.ts";
import { modes, simulate } from "../test/simulator/simulate.ts";

function recordStates(): void {
  const out = join(import.meta.dirname, "../test/golden/states.json");
  writeFileSync(out, `${JSON.stringify(foldedStates(), null, 2)}\n`);
  console.log(`states written to ${out}`);
}

function recordLog(seed: string, modeName: string, out: string): void {
  const mode = modes.find((each) => each === modeName);
  if (mode === undefined || !/^\d+$/.test(seed)) throw new Error(`"${seed} ${modeName}" is no seed and mode`);
  const { log, problem } = simulate(Number(seed), mode);
  if (problem !== undefined) throw new Error(`seed ${seed} breaks a rule: ${problem}`);
  mkdirSync(dirname(out), { recursive: true });
  writeFileSync(out, `${log.map(encodeRecord).join("\n")}\n`, { flag: "wx" });
  console.log(`${log.length} records written to ${out}`);
}

const [seed, mode, out] = process.argv.slice(2);
if (seed === "--states") recordStates();
else if (seed === undefined || mode === undefined || out === undefined) {
  console.error(
    "usage: node scripts/record-simulated.ts <seed> safety|liveness <out.jsonl>\n       node scripts/record-simulated.ts --states",
  );
  process.exitCode = 1;
} else recordLog(seed, mode, out);
