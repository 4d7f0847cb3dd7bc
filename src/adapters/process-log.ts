// Diagnostics of one conducting process, as JSON lines in the run's folder. Not the truth: that is the run's log.

import type { Logger } from "pino";
import { hideSecrets } from "../domain/secrets.ts";

type Fields = Readonly<Record<string, unknown>>;

export type ProcessLog = {
  readonly note: (message: string, fields?: Fields) => void;
  readonly fault: (message: string, error: Error) => void;
  /** Resolves when everything noted so far is in the file. */
  readonly close: () => Promise<void>;
};

const secretFields = ["token", "key", "apiKey", "authorization", "password", "secret"];

/** The logger is loaded with the first line, so that a start does not wait for it. A log that cannot be written is no reason to stop. */
export function createProcessLog(path: string): ProcessLog {
  let logger: Promise<Logger | undefined> | undefined;
  const load = (): Promise<Logger | undefined> => (logger ??= openLogger(path).catch(() => undefined));
  let last: Promise<void> = Promise.resolve();
  const write = (line: (to: Logger) => void): void => {
    last = last.then(load).then((to) => (to === undefined ? undefined : line(to)));
  };
  return {
    note: (message, fields = {}) => write((to) => to.info(fields, message)),
    fault: (message, error) => write((to) => to.error({ err: error }, message)),
    close: () => last,
  };
}

async function openLogger(path: string): Promise<Logger> {
  const { destination, pino } = await import("pino");
  const paths = secretFields.flatMap((field) => [field, `*.${field}`]);
  const options = { base: { pid: process.pid }, redact: paths, hooks: { streamWrite: hideSecrets } };
  return pino(options, destination({ dest: path, sync: true, mode: 0o600 }));
}
