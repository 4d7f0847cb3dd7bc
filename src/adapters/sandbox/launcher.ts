// The two small shell prologues around a command: outside the sandbox to join the process limit, inside to set rlimits.

import type { ShellCommand } from "../../domain/ticket.ts";

/** Most processes and threads one command may have at a time. */
export const mostProcesses = 2_048;

/** Where memory runs out, the kernel is to end the command that took it, not the conductor or somebody's editor. */
const volunteer = "{ echo 1000 >/proc/self/oom_score_adj; } 2>/dev/null;";

const joinScript = `exec 2>&1; ${volunteer} if [ -n "$1" ]; then echo 0 >"$1" || exit 125; fi; shift; exec "$@"`;

/** `argv` with stderr joined to stdout, in the order things are written, and inside the group of `entrance` if given. */
export const toJoined = (entrance: string | undefined, argv: readonly string[]): readonly [string, ...string[]] => [
  "/bin/sh",
  "-c",
  joinScript,
  "sh",
  entrance ?? "",
  ...argv,
];

const plainScript = 'ulimit -c 0 2>/dev/null; exec "$@"';

/** `-u` is bash's letter for the process limit, `-p` that of dash and ash; a shell that knows neither goes without. */
const limitScript = [
  `if (ulimit -u ${mostProcesses}) 2>/dev/null; then ulimit -u ${mostProcesses};`,
  `else ulimit -p ${mostProcesses} 2>/dev/null; fi;`,
  plainScript,
].join(" ");

/** The command with no core files and, where the kernel counts it well (`rlimit`), a process limit. */
export const toLimited = (command: ShellCommand, rlimit: boolean): readonly string[] => [
  "/bin/sh",
  "-c",
  rlimit ? limitScript : plainScript,
  "sh",
  ...(typeof command === "string" ? ["/bin/sh", "-c", command] : command),
];
