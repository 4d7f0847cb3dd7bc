// Suites that need something beyond npm: found if present, else skipped by name with the command that enables it.
// TUTTI_REQUIRE_ALL=1 (set by .ci/run) turns every such skip into a failure.

import { execFileSync } from "node:child_process";
import { existsSync } from "node:fs";
import { describe, it } from "vitest";

type Requirement = { readonly found: () => boolean; readonly enable: string };

const runs = (file: string, args: readonly string[]): boolean => {
  try {
    execFileSync(file, [...args], { stdio: "ignore", timeout: 10_000 });
    return true;
  } catch {
    return false;
  }
};

/** Before a command: takes from root what root may beyond everybody else, such as opening locked folders. */
export const withoutPrivileges: readonly string[] =
  process.getuid?.() === 0 ? ["setpriv", "--bounding-set=-all", "--inh-caps=-all"] : [];

const requirements = {
  bubblewrap: {
    found: () => runs("bwrap", ["--ro-bind", "/", "/", "--unshare-all", "--die-with-parent", "true"]),
    enable: "apt-get install bubblewrap",
  },
  chromium: {
    found: () => existsSync(process.env["TUTTI_CHROMIUM"] ?? "/usr/bin/chromium"),
    enable: "apt-get install chromium, or TUTTI_CHROMIUM=<path of a Chromium>",
  },
  compiler: { found: () => runs("cc", ["--version"]), enable: "apt-get install gcc libc6-dev" },
  namespaces: {
    found: () => process.getuid?.() === 0 && runs("ip", ["netns", "list"]),
    enable: "apt-get install iproute2, and run the tests as root",
  },
  openssl: { found: () => runs("openssl", ["version"]), enable: "apt-get install openssl" },
  privileges: {
    found: () => withoutPrivileges.length === 0 || runs("setpriv", [...withoutPrivileges.slice(1), "true"]),
    enable: "apt-get install util-linux",
  },
  redis: { found: () => runs("redis-server", ["--version"]), enable: "apt-get install redis-server" },
  registry: {
    found: () => runs("npm", ["view", "process-warning@5.1.1", "version"]),
    enable: "a network in which `npm view process-warning` answers",
  },
  tmux: { found: () => runs("tmux", ["-V"]), enable: "apt-get install tmux" },
} as const satisfies Record<string, Requirement>;

export type RequirementName = keyof typeof requirements;

const found = new Map<RequirementName, boolean>();

export const isFound = (name: RequirementName): boolean => {
  const known = found.get(name);
  if (known !== undefined) return known;
  const answer = requirements[name].found();
  found.set(name, answer);
  return answer;
};

/** A suite that runs where `name` is found; elsewhere one skipped (or, in CI, failing) test tells what to install. */
export function describeNeeding(name: RequirementName, title: string, suite: () => void): void {
  if (isFound(name)) {
    describe(title, suite);
    return;
  }
  const missing = `${title} [needs ${name}; enable with: ${requirements[name].enable}]`;
  if (process.env["TUTTI_REQUIRE_ALL"] === "1") {
    it(missing, () => {
      throw new Error(`${name} is missing here; ${requirements[name].enable}`);
    });
    return;
  }
  describe(missing, () => {
    it.skip("skipped", () => {});
  });
}
