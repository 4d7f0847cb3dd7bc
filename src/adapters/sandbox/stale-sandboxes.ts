// What a conductor killed at the wrong moment leaves of a sandbox. Bubblewrap makes the inner process first and lets it
// go on second; killed in between, its inner process waits for ever for a word that cannot come. It has run nothing yet.

import { readdir, readFile } from "node:fs/promises";

/** Ends every inner process of ours whose outer one is gone. Those of living conductors have theirs. */
export async function endStaleSandboxes(isOurs: (argv: readonly string[]) => boolean): Promise<void> {
  const depth = (await readStatus("self")).namespaces;
  for (const pid of await readdir("/proc").catch(() => [])) {
    if (!/^\d+$/.test(pid) || !isOurs(await readArguments(pid))) continue;
    const { parent, namespaces } = await readStatus(pid);
    if (namespaces <= depth || isOurs(await readArguments(parent))) continue;
    try {
      process.kill(Number(pid), "SIGKILL");
    } catch {
      // Gone meanwhile, or another person's.
    }
  }
}

const readArguments = async (pid: string): Promise<readonly string[]> =>
  (await readFile(`/proc/${pid}/cmdline`, "utf8").catch(() => "")).split("\0");

/** `namespaces`: how many pid namespaces deep the process is, as seen from here. */
async function readStatus(pid: string): Promise<{ readonly parent: string; readonly namespaces: number }> {
  const status = await readFile(`/proc/${pid}/status`, "utf8").catch(() => "");
  const ids = /^NSpid:\s*(.*)$/m.exec(status)?.[1] ?? "";
  return { parent: /^PPid:\s*(\d+)$/m.exec(status)?.[1] ?? "0", namespaces: ids.split(/\s+/).length };
}
