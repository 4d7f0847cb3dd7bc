// What every sandbox does, protected or not: one suite for both.

import { randomUUID } from "node:crypto";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import type { CommandResult, Sandbox, SandboxedCommand } from "../../../src/engine/ports.ts";
import { createTempFolder } from "../temp-folder.ts";

/** Ids of live processes whose arguments hold `mark`. */
export function survivors(mark: string): readonly string[] {
  return readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .filter((name) => {
      try {
        return readFileSync(`/proc/${name}/cmdline`, "latin1").includes(mark);
      } catch {
        return false;
      }
    });
}

/** Unlike any other process's arguments, and a number, so that `sleep` takes it. */
export const newMark = (): string => `98${BigInt(`0x${randomUUID().slice(0, 8)}`)}`;

export const runIn = (
  sandbox: Sandbox,
  root: string,
  command: SandboxedCommand["command"],
  options: Partial<SandboxedCommand> & { readonly signal?: AbortSignal } = {},
): Promise<CommandResult> => {
  const { signal = new AbortController().signal, ...rest } = options;
  return sandbox.run({ command, root, timeoutMs: 20_000, outputBytes: 8_192, ...rest }, signal);
};

export function sandboxContract(create: () => Sandbox): void {
  const newRoot = createTempFolder();
  const sandbox = create();

  describe("endings", () => {
    it.each([
      ["exit 0", { ended: "exit", exitCode: 0 }],
      ["exit 7", { ended: "exit", exitCode: 7 }],
      ["exit 130", { ended: "exit", exitCode: 130 }],
      ["kill -9 $$", { ended: "signal", exitCode: null }],
      ["no-such-program-anywhere", { ended: "exit", exitCode: 127 }],
    ])("TOOL9 %s", async (command, expected) => {
      expect(await runIn(sandbox, newRoot(), command)).toMatchObject(expected);
    });

    it("TOOL9 an argument vector runs without a shell", async () => {
      const result = await runIn(sandbox, newRoot(), ["printf", "%s|", "$HOME", "a b", ";id"]);
      expect(result).toMatchObject({ exitCode: 0, output: "$HOME|a b|;id|" });
    });

    it("TOOL9 the working directory is the root, and what is written there stays", async () => {
      const root = newRoot();
      const result = await runIn(sandbox, root, "pwd; mkdir made; echo hi > made/file");
      expect(result.output).toBe(`${root}\n`);
      expect(readFileSync(join(root, "made/file"), "utf8")).toBe("hi\n");
    });

    it("TOOL9 stdin is empty: a command that reads does not wait", async () => {
      expect(await runIn(sandbox, newRoot(), "cat; echo done")).toMatchObject({ output: "done\n" });
    });

    it.each([
      ["missing", (root: string) => join(root, "gone")],
      ["a file", (root: string) => join(root, "file")],
      ["not canonical", (root: string) => `${root}/../repo`],
    ])("TOOL9 a root that is %s is a fault, and nothing is run", async (_, toRoot) => {
      const root = newRoot({ file: "" });
      await expect(runIn(sandbox, toRoot(root), "true")).rejects.toMatchObject({ code: "sandbox_root" });
    });
  });

  describe("output", () => {
    it("TOOL8 stdout and stderr come in the order they were written", async () => {
      const result = await runIn(sandbox, newRoot(), "for n in 1 2 3; do echo out$n; echo err$n >&2; done");
      expect(result.output).toBe("out1\nerr1\nout2\nerr2\nout3\nerr3\n");
    });

    it("TOOL8 A-65 what has the shape of a secret does not leave a command's output", async () => {
      const line = "echo 'sent Authorization: Bearer CANARY-77'; echo https://ann:CANARY-78@example.org/x.git; exit 1";
      const result = await runIn(sandbox, newRoot(), line);
      expect(result.output).toBe("sent Authorization: Bearer [secret]\nhttps://ann:[secret]@example.org/x.git\n");
    });

    it("TOOL8 A-70 head and tail are kept, and the cut is said", async () => {
      const result = await runIn(sandbox, newRoot(), "seq 1 100000", { outputBytes: 3_000 });
      expect(result.output).toMatch(/^1\n2\n3\n/);
      expect(result.output).toMatch(/\n99999\n100000\n$/);
      expect(result.output).toContain("[585895 bytes cut here: the first 1000 and the last 2000 of 588895 are shown]");
    });

    it("TOOL8 A-70 a flood is stopped, long before the time limit", async () => {
      const result = await runIn(sandbox, newRoot(), "yes", { timeoutMs: 600_000 });
      expect(result).toMatchObject({ ended: "signal", exitCode: null });
      expect(result.output).toContain("[stopped after 67108864 bytes of output]");
    });

    it("TOOL8 A-55 terminal sequences, NUL and control characters are removed", async () => {
      const command = String.raw`printf 'a\033[31mb\033]0;t\007c\000d\r\ne\bf\n'`;
      expect((await runIn(sandbox, newRoot(), command)).output).toBe("abcd\nef\n");
    });

    it("TOOL8 characters that a cut goes through are left out whole", async () => {
      const result = await runIn(sandbox, newRoot(), ["node", "-e", "process.stdout.write('\u6f22'.repeat(10_000))"], {
        outputBytes: 3_001,
      });
      expect(result.output).not.toContain("\ufffd");
    });
  });

  describe("environment", () => {
    it("TOOL7 A-64 nothing of our own environment reaches a command", async () => {
      process.env["CANARY_SECRET"] = "canary-4711";
      process.env["SSH_AUTH_SOCK"] = "/tmp/canary-4711.sock";
      try {
        const result = await runIn(
          sandbox,
          newRoot(),
          "env; cat /proc/self/environ; echo; node -p 'JSON.stringify(process.env)'",
        );
        expect(result.output).toContain("CI=1");
        expect(result.output).toContain("TERM=dumb");
        expect(result.output).not.toContain("canary-4711");
      } finally {
        delete process.env["CANARY_SECRET"];
        delete process.env["SSH_AUTH_SOCK"];
      }
    });

    it("TOOL7 A-05 what one command sets the next one does not see", async () => {
      const root = newRoot();
      await runIn(sandbox, root, "export GIT_EXTERNAL_DIFF=/tmp/e; echo x > $HOME/left; echo y > /$TMPDIR/left");
      const next = await runIn(sandbox, root, "echo $GIT_EXTERNAL_DIFF; ls -A $HOME $TMPDIR");
      expect(next.output).not.toMatch(/left|\/e$/m);
    });

    it("TOOL7 a command finds the Node that runs us", async () => {
      expect((await runIn(sandbox, newRoot(), ["node", "-p", "process.version"])).output.trim()).toBe(process.version);
    });
  });

  describe("processes", () => {
    const lasting = (mark: string): readonly (readonly [string, string])[] => [
      ["in the background", `sleep ${mark} & echo started`],
      ["in a session of its own", `setsid sleep ${mark} >/dev/null 2>&1 & echo started`],
      ["double-forked", `(setsid sh -c 'sleep ${mark} & sleep ${mark}' &) >/dev/null 2>&1; echo started`],
      ["deaf to SIGTERM", `(trap '' TERM HUP INT; sleep ${mark}; sleep ${mark}) & echo started`],
    ];

    it.each(lasting("0").map(([how]) => how))("TOOL10 A-71 none survives the end of the command: %s", async (how) => {
      const mark = newMark();
      const command = new Map(lasting(mark)).get(how) ?? "";
      expect(await runIn(sandbox, newRoot(), command)).toMatchObject({ exitCode: 0 });
      expect(survivors(mark)).toEqual([]);
    });

    it.each(lasting("0").map(([how]) => how))("TOOL10 A-71 none survives the time limit: %s", async (how) => {
      const mark = newMark();
      const command = `${new Map(lasting(mark)).get(how) ?? ""}; sleep ${mark}`;
      const result = await runIn(sandbox, newRoot(), command, { timeoutMs: 300 });
      expect(result).toMatchObject({ ended: "timeout", exitCode: null });
      expect(result.output).toContain("[stopped after 300 ms, the time limit]");
      expect(survivors(mark)).toEqual([]);
    });

    it("TOOL10 D-18 where memory runs out, the kernel ends the command and not the conductor", async () => {
      const result = await runIn(sandbox, newRoot(), "cat /proc/self/oom_score_adj");
      expect(result.output).toBe("1000\n");
    });

    it("TOOL10 A-71 none survives a cancel", async () => {
      const mark = newMark();
      const root = newRoot();
      const stop = new AbortController();
      const running = runIn(sandbox, root, `setsid sleep ${mark} & touch started; sleep ${mark}`, {
        signal: stop.signal,
      });
      await expect.poll(() => existsSync(join(root, "started"))).toBe(true);
      stop.abort();
      expect(await running).toMatchObject({ ended: "cancelled", exitCode: null });
      expect(survivors(mark)).toEqual([]);
    });

    it("TOOL10 cancelled at any early moment, it ends and leaves nothing", async () => {
      const mark = newMark();
      const root = newRoot();
      for (let turn = 0; turn < 12; turn++) {
        const stop = new AbortController();
        const running = runIn(sandbox, root, `sleep ${mark}`, { signal: stop.signal });
        for (let n = 0; n < turn; n++) await new Promise((go) => setImmediate(go));
        stop.abort();
        expect(await running).toMatchObject({ ended: "cancelled" });
      }
      expect(survivors(mark)).toEqual([]);
    });

    it("TOOL10 a signal that was given before the start runs nothing", async () => {
      const root = newRoot();
      const result = await runIn(sandbox, root, "touch ran", { signal: AbortSignal.abort() });
      expect(result).toMatchObject({ ended: "cancelled" });
      expect(existsSync(join(root, "ran"))).toBe(false);
    });
  });
}
