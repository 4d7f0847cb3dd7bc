// Many publish at once; each of them once, none of them lost.

import { describe, expect, it } from "vitest";
import { attemptOf, integration } from "../support.ts";
import { beside, hostGit, mergeOn, openHost, openMachine, prepareOn, refsAt, toolOn } from "./support.ts";

const publishers = 20;
const machines = 4;

describe("TRV7 racing publishers", () => {
  it("TRV7 20 at once on 4 machines: each is published exactly once, none is lost", { timeout: 240_000 }, async () => {
    const host = await openHost();
    const crew = await Promise.all(Array.from({ length: machines }, () => openMachine(host)));
    const outcomes = await Promise.all(
      Array.from({ length: publishers }, async (_, index) => {
        const machine = crew[index % machines];
        if (machine === undefined) throw new Error("no machine");
        const id = `T${index}`;
        await prepareOn(machine, id, index);
        await toolOn(machine, id, index, { key: `tool:${id}`, files: { [`made/${index}.txt`]: `${index}\n` } });
        const outcome = await mergeOn(host, machine, { id, index });
        await machine.workspace.during({ key: `dispose:${id}` }).dispose(attemptOf(id), index);
        return outcome;
      }),
    );
    expect(outcomes.map(({ kind }) => kind)).toEqual(Array.from({ length: publishers }, () => "published"));
    const listed = hostGit(host, "ls-tree", "-r", "--name-only", integration, "made/").split("\n");
    expect(listed).toHaveLength(publishers);
    const merges = hostGit(host, "rev-list", "--count", "--first-parent", `${host.project.base}..${integration}`);
    expect(Number(merges)).toBe(publishers);
    const refs = Object.keys(refsAt(host));
    expect(refs.filter((ref) => ref.startsWith(`${beside}/accepted/`))).toHaveLength(publishers);
    expect(refs.filter((ref) => /\/(fences|checkpoints)\//.test(ref))).toEqual([]);
    expect(hostGit(host, "fsck", "--full", "--no-dangling")).toBe("");
    for (const [index, outcome] of outcomes.entries()) {
      expect(await host.workspace.findMerged(attemptOf(`T${index}`), index)).toEqual(outcome);
    }
    await host.workspace.publish();
  });
});
