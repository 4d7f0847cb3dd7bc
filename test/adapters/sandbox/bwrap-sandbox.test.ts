// The sandbox under attack. Each case is a fixture, a command and what must hold afterwards.

import { execFile, spawn } from "node:child_process";
import { createSocket } from "node:dgram";
import {
  chmodSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { createServer } from "node:net";
import { dirname, join } from "node:path";
import { promisify } from "node:util";
import { describe, expect, it } from "vitest";
import { bwrapArguments } from "../../../src/adapters/sandbox/bwrap-arguments.ts";
import { createBwrapSandbox } from "../../../src/adapters/sandbox/bwrap-sandbox.ts";
import { findGroupFolders } from "../../../src/adapters/sandbox/process-limit.ts";
import { describeNeeding } from "../../support/needs.ts";
import { createTempFolder } from "../temp-folder.ts";
import { newMark, runIn, sandboxContract, survivors } from "./sandbox-contract.ts";

const newRoot = createTempFolder();

describeNeeding("bubblewrap", "bubblewrap sandbox", () => {
  sandboxContract(createBwrapSandbox);
  const sandbox = createBwrapSandbox();

  it("TOOL6 says that it can be used", async () => {
    expect(await sandbox.check()).toBeUndefined();
  });

  describe("files outside the worktree", () => {
    const escapes: readonly (readonly [id: string, command: string])[] = [
      ["A-12", "echo x > ../outside"],
      ["A-12", "echo x > $OUTSIDE"],
      ["A-17", "ln -s $OUTSIDE link; echo x > link"],
      ["A-17", "ln -s .. up; echo x > up/outside"],
      ["A-23", "ln $CANARY hard"],
      ["A-16", "ln -s $CANARY link; cat link"],
      ["A-59", "cat $CANARY"],
      ["A-59", "cat /root/.ssh/* /home/*/.ssh/* /etc/shadow /etc/sudoers /run/* /var/* 2>&1"],
      ["A-23", "cat /proc/1/environ /proc/1/root$CANARY"],
      ["A-23", "ls /proc/1/root/home /proc/self/root/root"],
      ["A-23", "dd if=/dev/mem bs=1 count=1; dd if=/dev/sda bs=1 count=1; mknod dev b 8 0 && cat dev"],
      ["P13", "mount -o remount,rw / ; mount --bind / mnt; umount /usr"],
      ["P13", "unshare -Urm true && echo ESCAPED"],
      ["P13", "chroot . true && echo ESCAPED"],
    ];
    it.each(escapes)("TOOL5 %s %s", async (_, command) => {
      const root = newRoot();
      const outside = join(dirname(root), "outside");
      const canary = join(dirname(root), "canary");
      writeFileSync(canary, "canary-0815");
      const line = command.replaceAll("$OUTSIDE", outside).replaceAll("$CANARY", canary);
      const result = await runIn(sandbox, root, line);
      expect(result.output).not.toMatch(/canary-0815|ESCAPED|root:\$/);
      expect(existsSync(outside)).toBe(false);
      expect(readFileSync(canary, "utf8")).toBe("canary-0815");
    });

    it("TOOL5 kernel settings are read-only, also for root: some of them start programs on the host", async () => {
      // Writes back what is there, so that a sandbox that fails this test leaves the machine as it was.
      const command =
        'for f in /proc/sys/vm/stat_interval /proc/sys/kernel/core_pattern; do v=$(cat $f); echo "$v" > $f && echo WROTE $f; done';
      const { output } = await runIn(sandbox, newRoot(), command);
      expect(output).not.toContain("WROTE");
      expect(output).toContain("Read-only file system");
    });

    it("TOOL5 nothing but the worktree, /tmp and /dev/shm can be written", async () => {
      const command =
        "for d in / /usr /usr/local /etc /bin /dev /proc /opt /var /home /root; do touch $d/x 2>/dev/null && echo wrote $d; done; touch x /tmp/x && echo fine";
      const { output } = await runIn(sandbox, newRoot(), command);
      expect(output.replace("wrote /dev\n", "")).toBe("fine\n");
      expect(existsSync("/dev/x")).toBe(false);
    });

    it("TOOL5 a process has no capability and the host's processes are out of sight", async () => {
      const { output } = await runIn(
        sandbox,
        newRoot(),
        "grep -h Cap /proc/self/status | cut -f2 | sort -u; ls /proc | grep -c '^[0-9]'; kill -0 " +
          process.pid +
          " || echo unseen",
      );
      const [caps, count, seen] = output.trim().split("\n");
      expect(caps).toBe("0000000000000000");
      expect(Number(count)).toBeLessThan(10);
      expect(seen).toContain("No such process");
    });

    it("TOOL5 folders given as readable are seen and stay as they are", async () => {
      const other = newRoot({ "lib.txt": "shared" });
      const { output } = await runIn(
        sandbox,
        newRoot(),
        `cat ${other}/lib.txt; echo x > ${other}/lib.txt; touch ${other}/new`,
        { readable: [other] },
      );
      expect(output).toMatch(/^shared/);
      expect(output).toContain("Read-only file system");
      expect(readdirSync(other)).toEqual(["lib.txt"]);
      expect(readFileSync(join(other, "lib.txt"), "utf8")).toBe("shared");
    });
  });

  describe("the network", () => {
    it("TOOL5 A-59 A-67 nothing listens and nothing is reached: TCP, UDP, names, unix sockets", async () => {
      let hits = 0;
      const tcp = createServer((socket) => void (hits++, socket.end()));
      await new Promise<void>((ready) => tcp.listen(0, "127.0.0.1", ready));
      const udp = createSocket("udp4", () => void hits++);
      await new Promise<void>((ready) => udp.bind(0, "127.0.0.1", ready));
      const path = join(dirname(newRoot()), "agent.sock");
      const unix = createServer((socket) => void (hits++, socket.end()));
      await new Promise<void>((ready) => unix.listen(path, ready));
      const address = tcp.address();
      const port = typeof address === "object" && address !== null ? address.port : 0;
      const script = `
        const { connect } = require("node:net");
        const say = (name) => (error) => console.log(name, error?.code ?? "CONNECTED");
        for (const [name, to] of [["tcp", { host: "127.0.0.1", port: ${port} }], ["unix", { path: ${JSON.stringify(path)} }], ["lan", { host: "192.0.2.1", port: 80 }]])
          connect(to).on("error", say(name)).on("connect", say(name));
        const udp = require("node:dgram").createSocket("udp4").on("error", () => {});
        udp.send("x", ${udp.address().port}, "127.0.0.1", () => udp.close());
        require("node:dns").resolve("sink.example", say("dns"));
      `;
      const { output } = await runIn(sandbox, newRoot(), ["node", "-e", script], { timeoutMs: 5_000 });
      expect(output).toContain("tcp ECONNREFUSED");
      expect(output).toContain("unix ENOENT");
      expect(output).toMatch(/lan (ENETUNREACH|EHOSTUNREACH)/);
      expect(output).not.toContain("CONNECTED");
      expect(hits).toBe(0);
      for (const server of [tcp, unix]) await new Promise((done) => server.close(done));
      await new Promise<void>((done) => udp.close(done));
    });

    it("TOOL5 loopback inside one command works, as tests of servers need it", async () => {
      const script = `const s = require("node:http").createServer((q, r) => r.end("pong")).listen(0, "localhost", async () => {
        console.log(await (await fetch("http://localhost:" + s.address().port)).text()); s.close(); })`;
      expect(await runIn(sandbox, newRoot(), ["node", "-e", script])).toMatchObject({ exitCode: 0, output: "pong\n" });
    });
  });

  describe("protected paths", () => {
    const names = [
      ".git",
      ".gitmodules",
      ".mcp.json",
      ".envrc",
      ".npmrc",
      ".bashrc",
      ".profile",
      ".zshrc",
      "tutti.toml",
      "agents.toml",
    ];

    it.each(names)("TOOL4 A-24 %s that is there cannot be changed, removed or replaced", async (name) => {
      const root = newRoot({ [name]: "mine" });
      const command = `echo x > ${name}; echo x >> ${name}; rm -f ${name}; mv ${name} away; echo y > y; mv y ${name}; ln -sf /etc/passwd ${name}; chmod 777 ${name}`;
      const result = await runIn(sandbox, root, command);
      expect(result.exitCode).not.toBe(0);
      expect(readFileSync(join(root, name), "utf8")).toBe("mine");
      expect(lstatSync(join(root, name)).isFile()).toBe(true);
    });

    it.each([...names, ".vscode", ".idea", ".tutti", ".GIT", ".Npmrc"])(
      "TOOL4 A-24 A-21 %s that is not there is not there afterwards, file, folder or link, and the model is told",
      async (name) => {
        for (const make of [
          `echo x > ${name}`,
          `mkdir -p ${name}/a && echo x > ${name}/a/b && chmod 0 ${name}`,
          `ln -s /etc ${name}`,
        ]) {
          const root = newRoot({ "src/a.ts": "" });
          const result = await runIn(sandbox, root, `${make}; echo ok > src/b.ts`);
          expect(readdirSync(root)).toEqual(["src"]);
          expect(result.output).toContain(
            `[refused, because protected: ${name}; what the command left there was undone]`,
          );
          expect(readFileSync(join(root, "src/b.ts"), "utf8")).toBe("ok\n");
        }
      },
    );

    it("TOOL4 no placeholder is seen by a command or left behind", async () => {
      const root = newRoot({ "a.txt": "" });
      expect((await runIn(sandbox, root, "ls -A")).output).toBe("a.txt\n");
      expect(readdirSync(root)).toEqual(["a.txt"]);
    });

    it("TOOL4 A-29 hooks and configuration of a git folder cannot be written, and git still reads it", async () => {
      const root = newRoot();
      await promisify(execFile)("git", ["init", "-q", root]);
      const before = readFileSync(join(root, ".git/config"), "utf8");
      const command =
        "echo x > .git/hooks/pre-commit; git config core.fsmonitor /tmp/e; git config core.hooksPath .husky; git status --porcelain; git rev-parse --git-dir";
      const { output } = await runIn(sandbox, root, command);
      expect(output).toMatch(/\n\.git\n$/);
      expect(existsSync(join(root, ".git/hooks/pre-commit"))).toBe(false);
      expect(readFileSync(join(root, ".git/config"), "utf8")).toBe(before);
    });

    it("TOOL4 a protected name that is a link: its target is read-only, and the link is what it was", async () => {
      const root = newRoot({ "config/npmrc": "mine" });
      symlinkSync("config/npmrc", join(root, ".npmrc"));
      const { output } = await runIn(sandbox, root, "echo x > .npmrc; ln -sf /etc/passwd .npmrc");
      expect(readFileSync(join(root, "config/npmrc"), "utf8")).toBe("mine");
      expect(readlinkSync(join(root, ".npmrc"))).toBe("config/npmrc");
      expect(output).toContain("[refused, because protected: .npmrc;");
    });

    it("TOOL4 files below the top with such names are of no concern here", async () => {
      const root = newRoot();
      await runIn(sandbox, root, "mkdir -p node_modules/x && echo y > node_modules/x/.npmrc");
      expect(existsSync(join(root, "node_modules/x/.npmrc"))).toBe(true);
    });
  });

  describe("processes", () => {
    it("TOOL10 A-71 a fork bomb meets its limit and does not survive", async () => {
      const mark = newMark();
      const result = await runIn(
        sandbox,
        newRoot(),
        `b() { b ${mark} | b ${mark} & }; b ${mark}; exec sh -c 'sleep ${mark}'`,
        { timeoutMs: 1_500 },
      );
      expect(result.output).toMatch(/fork/i);
      expect(survivors(mark)).toEqual([]);
      expect((await runIn(sandbox, newRoot(), "echo alive")).output).toBe("alive\n");
    });

    it("TOOL10 A-71 a conductor that is killed leaves no command behind", async () => {
      const mark = newMark();
      const root = newRoot();
      const source = join(import.meta.dirname, "../../../src/adapters/sandbox/bwrap-sandbox.ts");
      const script = `const { createBwrapSandbox } = await import(${JSON.stringify(source)});
        await createBwrapSandbox().run({ command: "touch started; (setsid sleep ${mark} &); sleep ${mark}", root: ${JSON.stringify(root)}, timeoutMs: 60000, outputBytes: 100 }, new AbortController().signal);`;
      const conductor = spawn(process.execPath, ["--input-type=module", "-e", script], { stdio: "ignore" });
      await expect.poll(() => existsSync(join(root, "started")), { timeout: 10_000 }).toBe(true);
      expect(survivors(`sleep\0${mark}`)).not.toEqual([]);
      conductor.kill("SIGKILL");
      await expect.poll(() => survivors(`sleep\0${mark}`), { timeout: 5_000 }).toEqual([]);

      // The next one takes away the process group's folder that the dead one could not.
      await createBwrapSandbox().check();
      const folders = await findGroupFolders();
      const left = folders
        .flatMap((folder) => readdirSync(folder))
        .filter((name) => name.startsWith(`tutti-${conductor.pid}-`));
      expect(left).toEqual([]);
    });

    it("TOOL10 A-71 a sandbox whose conductor was killed while it was being made is ended by the next one", async () => {
      const mark = newMark();
      const view = { root: newRoot(), readable: [], protect: [] };
      const made = bwrapArguments(view, { disableUserns: false, size: false });
      // Descriptor 4 holds bubblewrap up between making its inner process and letting it go on.
      const half = spawn("bwrap", [...made, "--info-fd", "5", "--userns-block-fd", "4", "--", "sleep", mark], {
        stdio: ["ignore", "ignore", "ignore", "pipe", "pipe", "pipe"],
      });
      await expect.poll(() => survivors(mark).length, { timeout: 10_000 }).toBe(2);
      half.kill("SIGKILL");
      await expect.poll(() => survivors(mark).length, { timeout: 10_000 }).toBe(1);
      const living = runIn(sandbox, newRoot(), "sleep 0.5; echo unharmed");
      expect(await createBwrapSandbox().check()).toBeUndefined();
      await expect.poll(() => survivors(mark), { timeout: 5_000 }).toEqual([]);
      expect((await living).output).toBe("unharmed\n");
    });
  });
});

describe("without bubblewrap", () => {
  it("TOOL6 A-15 P13 a command is refused with the remedy, and never run bare", async () => {
    const root = newRoot();
    const sandbox = createBwrapSandbox({ bwrap: join(root, "no-such-bwrap") });
    expect(await sandbox.check()).toMatchObject({ remedy: expect.stringContaining("apt-get install bubblewrap") });
    await expect(runIn(sandbox, root, "touch ran")).rejects.toMatchObject({
      code: "sandbox_unavailable",
      remedy: expect.stringContaining("apt-get install bubblewrap"),
    });
    expect(existsSync(join(root, "ran"))).toBe(false);
  });

  it.each([
    ["bwrap: setting up uid map: Permission denied", "user namespaces"],
    ["bwrap: No permissions to create a new namespace, likely because the kernel does not allow it", "user namespaces"],
    ["bwrap: loopback: Failed RTM_NEWADDR: Operation not permitted", "user namespaces"],
    ["bwrap: something nobody has seen before", "by hand"],
  ])("TOOL6 A-15 %s", async (said, remedy) => {
    const root = newRoot();
    const fake = join(root, "bwrap");
    writeFileSync(fake, `#!/bin/sh\n[ "$1" = --help ] && exit 0\necho '${said}' >&2\nexit 1\n`);
    chmodSync(fake, 0o755);
    mkdirSync(join(root, "tree"));
    const sandbox = createBwrapSandbox({ bwrap: fake });
    const refusal = {
      code: "sandbox_unavailable",
      message: expect.stringContaining(said.slice(0, 40)),
      remedy: expect.stringContaining(remedy),
    };
    await expect(runIn(sandbox, join(root, "tree"), "touch ran")).rejects.toMatchObject(refusal);
    expect(existsSync(join(root, "tree/ran"))).toBe(false);
  });

  it("TOOL6 A-15 namespaces that stop working between the first look and the command are a fault too", async () => {
    const root = newRoot();
    const fake = join(root, "bwrap");
    writeFileSync(fake, "#!/bin/sh\nexit 0\n");
    chmodSync(fake, 0o755);
    mkdirSync(join(root, "tree"));
    const sandbox = createBwrapSandbox({ bwrap: fake });
    if (process.platform === "linux") expect(await sandbox.check()).toBeUndefined();
    await expect(runIn(sandbox, join(root, "tree"), "true")).rejects.toMatchObject({ code: "sandbox_unavailable" });
  });
});
