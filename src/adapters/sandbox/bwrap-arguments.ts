// What a command sees: the argument vector of bubblewrap. Pure but for looking at which system folders there are.

import { existsSync, lstatSync, readlinkSync, realpathSync } from "node:fs";
import { homedir } from "node:os";
import { basename, dirname } from "node:path";
import { nodeFolder } from "./environment.ts";

/** Private to one command, gone after it. */
export const sandboxHome = "/tmp/home";
export const sandboxTmp = "/tmp";

export type BwrapFeatures = {
  /** No further user namespaces inside: less of the kernel to attack. From bubblewrap 0.8. */
  readonly disableUserns: boolean;
  /** A size limit on private folders. From bubblewrap 0.7. */
  readonly size: boolean;
};

/** Programs and libraries; a link stays a link, as on merged-/usr systems. */
const systemFolders = ["/usr", "/bin", "/sbin", "/lib", "/lib32", "/lib64", "/libx32", "/nix/store"];

/** What programs need to resolve names, users, libraries, time and certificates; no keys, no host configuration. */
const systemFiles = [
  "/etc/alternatives",
  "/etc/ca-certificates",
  "/etc/fonts",
  "/etc/group",
  "/etc/hosts",
  "/etc/ld.so.cache",
  "/etc/ld.so.conf",
  "/etc/ld.so.conf.d",
  "/etc/localtime",
  "/etc/mime.types",
  "/etc/nsswitch.conf",
  "/etc/os-release",
  "/etc/passwd",
  "/etc/pki/ca-trust/extracted",
  "/etc/pki/tls/certs",
  "/etc/protocols",
  "/etc/services",
  "/etc/ssl/certs",
  "/etc/ssl/openssl.cnf",
  "/etc/timezone",
];

const privateBytes = 2 * 1024 * 1024 * 1024;

export type View = {
  readonly root: string;
  readonly readable: readonly string[];
  /** Mounts that make protected paths inside the root read-only. */
  readonly protect: readonly string[];
};

const namespaces = [
  "--unshare-user",
  "--unshare-pid",
  "--unshare-net",
  "--unshare-ipc",
  "--unshare-uts",
  "--unshare-cgroup-try",
];

const status = ["--hostname", "sandbox", "--json-status-fd", "3"];

/** True for the command line of a sandbox that Tutti started, on this machine, ever. */
export const isSandbox = (argv: readonly string[]): boolean => {
  const at = argv.indexOf("--hostname");
  return namespaces.every((word, n) => argv[n + 1] === word) && status.every((word, n) => argv[at + n] === word);
};

/** Namespaces, file system and working directory; the command follows after `--`. */
export function bwrapArguments(view: View, features: BwrapFeatures): readonly string[] {
  const { root, readable, protect } = view;
  const tmpfs = features.size ? ["--size", String(privateBytes), "--tmpfs"] : ["--tmpfs"];
  return [
    ...namespaces,
    ...(features.disableUserns ? ["--disable-userns"] : []),
    "--die-with-parent",
    "--new-session",
    "--cap-drop",
    "ALL",
    ...status,
    ...systemFolders.flatMap(bindSystem),
    ...systemFiles.flatMap((file) => ["--ro-bind-try", file, file]),
    "--proc",
    "/proc",
    // Where we run as root, files below /proc/sys are ours to write in spite of the user namespace, and some of them
    // (core_pattern) start programs on the host. Bubblewrap covers only the folders it finds writable, which these are not.
    "--remount-ro",
    "/proc",
    "--dev",
    "/dev",
    ...tmpfs,
    sandboxTmp,
    "--dir",
    sandboxHome,
    ...bindNode(),
    ...readable.flatMap((folder) => ["--ro-bind-try", folder, folder]),
    "--bind",
    root,
    root,
    ...protect,
    "--remount-ro",
    "/",
    "--chdir",
    root,
  ];
}

/** First our own Node, then the system; never the worktree, so that nothing in it shadows a program. */
export const sandboxPath = (): string =>
  [nodeFolder(), "/usr/local/bin", "/usr/bin", "/bin", "/usr/local/sbin", "/usr/sbin", "/sbin"].join(":");

function bindSystem(folder: string): readonly string[] {
  if (!existsSync(folder)) return [];
  return lstatSync(folder).isSymbolicLink()
    ? ["--symlink", readlinkSync(folder), folder]
    : ["--ro-bind", folder, folder];
}

/** Node's installation (`<prefix>/bin/node` with npm beside it), or only its folder where the prefix holds more than that. */
function bindNode(): readonly string[] {
  const folder = nodeFolder();
  const real = realpathSync(folder);
  return [...new Set([folder, real])]
    .filter((path) => !path.startsWith("/usr/"))
    .flatMap((path) => {
      const prefix = dirname(path);
      const tooWide = prefix === "/" || prefix === homedir() || homedir().startsWith(`${prefix}/`);
      const bound = basename(path) === "bin" && !tooWide ? prefix : path;
      return ["--ro-bind", bound, bound];
    });
}
