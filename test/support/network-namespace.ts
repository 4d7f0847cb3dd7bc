// A host of the suite's own on this machine: a network namespace with one wire to this one, which can be cut. For root.

import { execFileSync } from "node:child_process";
import { randomBytes } from "node:crypto";

export type TestHost = {
  /** Put before a command line: it runs on the host. */
  readonly prefix: readonly [string, ...string[]];
  /** This machine, as the host reaches it. */
  readonly near: string;
  /** The host, as this machine reaches it. */
  readonly far: string;
  /** Nothing gets through in either direction, and nobody is told. */
  readonly cut: () => void;
  readonly mend: () => void;
  readonly dispose: () => void;
};

const ip = (...args: readonly string[]): void => {
  execFileSync("ip", [...args], { stdio: ["ignore", "ignore", "pipe"] });
};

/** `number`: 0 to 63, another for each host that there is at a time. Addresses are of the network kept for such tests (RFC 2544). */
export function makeTestHost(number: number): TestHost {
  const [near, far] = [1, 2].map((end) => `198.18.200.${number * 4 + end}`) as [string, string];
  const name = `tutti-${randomBytes(3).toString("hex")}`;
  const wire = `tt${name.slice(6)}`;
  ip("netns", "add", name);
  try {
    ip("link", "add", wire, "type", "veth", "peer", "name", "wire0", "netns", name);
    ip("addr", "add", `${near}/30`, "dev", wire);
    ip("link", "set", wire, "up");
    ip("-n", name, "addr", "add", `${far}/30`, "dev", "wire0");
    ip("-n", name, "link", "set", "wire0", "up");
    ip("-n", name, "link", "set", "lo", "up");
  } catch (error) {
    ip("netns", "del", name);
    throw error;
  }
  return {
    prefix: ["ip", "netns", "exec", name],
    near,
    far,
    // This end of the wire: the host keeps its address and its ways, as behind a network that is gone.
    cut: () => ip("link", "set", wire, "down"),
    mend: () => ip("link", "set", wire, "up"),
    dispose: () => ip("netns", "del", name),
  };
}
