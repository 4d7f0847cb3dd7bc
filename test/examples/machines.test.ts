// The compose file and the systemd units: they parse, and what they start are commands and flags that there are.

import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { Command } from "commander";
import { describe, expect, it } from "vitest";
import { parse } from "yaml";
import type { CliContext } from "../../src/cli/context.ts";
import { createProgram } from "../../src/cli/program.ts";
import { parseStoreAddress } from "../../src/domain/store-address.ts";

const folder = join(import.meta.dirname, "../../examples/machines");
const read = (name: string): string => readFileSync(join(folder, name), "utf8");
const units = readdirSync(folder).filter((name) => name.endsWith(".service"));

type Service = {
  readonly command: readonly string[];
  readonly image?: string;
  readonly volumes: readonly string[];
  readonly depends_on?: Readonly<Record<string, unknown>>;
  readonly security_opt?: readonly string[];
};
type Compose = {
  readonly services: Readonly<Record<string, Service>>;
  readonly volumes: Readonly<Record<string, null>>;
};

const compose = parse(read("compose.yaml"), { merge: true }) as Compose;

/** `[Section]` by name, each a list of its settings in order. */
function parseUnit(text: string): Readonly<Record<string, readonly (readonly [string, string])[]>> {
  const sections: Record<string, [string, string][]> = {};
  let current: [string, string][] = [];
  for (const line of text.split("\n")) {
    const [, section] = /^\[(\w+)\]$/.exec(line) ?? [];
    const [, name, value] = /^(\w+)=(.*)$/.exec(line) ?? [];
    if (section !== undefined) current = sections[section] = [];
    else if (name !== undefined && value !== undefined) current.push([name, value]);
    else if (line !== "" && !line.startsWith("#")) throw new Error(`neither a setting nor a comment: ${line}`);
  }
  return sections;
}

/** Throws where the command or one of its flags does not exist, or takes another value. */
function parseArguments([name = "", ...words]: readonly string[]): Record<string, unknown> {
  const program = createProgram({} as CliContext, { version: "0", json: false, settle: () => {} });
  const found = program.commands.find((each) => each.name() === name);
  if (found === undefined) throw new Error(`there is no command ${name}`);
  const quiet: Command = found.exitOverride().configureOutput({ writeErr: () => {} });
  const { unknown } = quiet.parseOptions([...words]);
  expect(unknown, `${name} does not know these`).toEqual([]);
  return quiet.opts();
}

describe("the examples for several machines", () => {
  it("WRK20 the compose file names services, volumes and flags that there are", () => {
    const { store, serve, worker } = compose.services;
    expect(Object.keys(compose.services)).toEqual(["store", "serve", "worker"]);
    for (const service of [serve, worker]) {
      const options = parseArguments(service?.command ?? []);
      expect(parseStoreAddress(String(options["store"]))).toMatchObject({ ok: true });
      expect(service?.depends_on).toHaveProperty("store");
      for (const volume of service?.volumes ?? []) {
        const [name = ""] = volume.split(":");
        if (!name.startsWith(".")) expect(compose.volumes).toHaveProperty(name);
      }
    }
    // What the server keeps is what the guide asks of it.
    expect(store?.command.join(" ")).toContain("--appendonly yes --appendfsync always --maxmemory-policy noeviction");
    expect(worker?.command).toContain("{path}");
  });

  it.each(units)("WRK20 %s starts a command with flags that there are, and gives it time to end", (name) => {
    const unit = parseUnit(read(name));
    expect(Object.keys(unit)).toEqual(["Unit", "Service", "Install"]);
    const service = Object.fromEntries(unit["Service"] ?? []);
    const [env, program, ...words] = (service["ExecStart"] ?? "").split(" ");
    expect([env, program]).toEqual(["/usr/bin/env", "tutti"]);
    const options = parseArguments(words);
    expect(parseStoreAddress(String(options["store"]))).toMatchObject({ ok: true });
    expect(Number(service["TimeoutStopSec"])).toBeGreaterThan(10);
    // Workers' commands are ended with it, whatever they are.
    expect(service["KillMode"]).toBe("mixed");
    expect(service["ExecStart"]).not.toMatch(/%(?![%])/);
  });

  it("WRK20 a flag that there is not is found", () => {
    expect(() => parseArguments(["worker", "--capcity", "2"])).toThrow(/worker does not know these/);
    expect(() => parseArguments(["work"])).toThrow(/no command/);
  });
});
