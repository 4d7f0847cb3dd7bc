// A text in the person's own editor, by way of a file that only they can read.

import { spawn } from "node:child_process";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Environment } from "./terminal.ts";

export type Edited =
  | { readonly kind: "edited"; readonly text: string }
  | { readonly kind: "given_up"; readonly why: string };

export type EditText = (text: string, options: { readonly suffix: string }) => Promise<Edited>;

/** The terminal has to be free: nobody else reads keys or draws while the editor is open. */
export const createEditor =
  (env: Environment): EditText =>
  async (text, { suffix }) => {
    const folder = await mkdtemp(join(tmpdir(), "tutti-edit-"));
    const path = join(folder, `edit${suffix}`);
    try {
      // Editors end a text with a newline; what was added for them is taken away again below.
      const needsEnd = text !== "" && !text.endsWith("\n");
      await writeFile(path, needsEnd ? `${text}\n` : text, { flag: "wx", mode: 0o600 });
      const command = editorOf(env);
      const code = await runEditor(command, path);
      if (code !== 0) return { kind: "given_up", why: codeInWords(command, code) };
      const edited = await readFile(path, "utf8");
      return {
        kind: "edited",
        text: (needsEnd || text === "") && edited.endsWith("\n") ? edited.slice(0, -1) : edited,
      };
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  };

const editorOf = (env: Environment): string =>
  [env["VISUAL"], env["EDITOR"]].find((each) => each !== undefined && each.trim() !== "") ?? "vi";

/** The variable holds a command line of the person's own (`code --wait`), so a shell reads it, as git does. */
const runEditor = (command: string, path: string): Promise<number> =>
  new Promise((resolve, reject) => {
    const child = spawn("/bin/sh", ["-c", `${command} "$1"`, "editor", path], { stdio: "inherit" });
    child.once("error", reject);
    child.once("exit", (code) => resolve(code ?? 1));
  });

const codeInWords = (command: string, code: number): string =>
  code === 127
    ? `the editor "${command}" was not found; set EDITOR to one that is installed`
    : `the editor "${command}" ended with code ${code}; nothing was changed`;
