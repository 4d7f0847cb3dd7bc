// The environment of commands: an allow-list of fixed values. Nothing is inherited, so nothing has to be filtered out.

import { dirname } from "node:path";

export type EnvironmentOptions = {
  readonly home: string;
  readonly tmp: string;
  /** Search path, colon-separated. */
  readonly path: string;
  /** Set by the person's own configuration; wins over the fixed values. */
  readonly extra?: Readonly<Record<string, string>>;
};

export const makeEnvironment = ({ home, tmp, path, extra }: EnvironmentOptions): Record<string, string> => ({
  PATH: path,
  HOME: home,
  TMPDIR: tmp,
  LANG: "C.UTF-8",
  LC_ALL: "C.UTF-8",
  TERM: "dumb",
  NO_COLOR: "1",
  CI: "1",
  SHELL: "/bin/sh",
  USER: "tutti",
  LOGNAME: "tutti",
  PAGER: "cat",
  GIT_PAGER: "cat",
  GIT_TERMINAL_PROMPT: "0",
  ...extra,
});

/** Folder of the Node that runs us: commands of a project find the same one first. */
export const nodeFolder = (): string => dirname(process.execPath);
