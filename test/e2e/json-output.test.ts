// The table of the guide that says what `--json` prints is true, both ways: no key is missing there, and none is made up.

import { readFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { killLeftovers, parseLines, startTutti, tutti, type Started } from "./support/cli.ts";
import { finish, makeProject, ticket, turn, write, type Project } from "./support/project.ts";

let project: Project;
beforeEach(() => {
  project = makeProject({ "README.md": "# Start\n", "src/long.txt": "a line of a long file\n".repeat(400) });
});
afterEach(() => {
  killLeftovers();
  project.remove();
});

/** What a value is made of: its keys, or those of its first entry; null where no more is said. */
type Shape = { readonly keys: ReadonlyMap<string, Shape | null>; readonly isList: boolean; readonly isOpen: boolean };

/** `a`, `a?`, `a:{b,c}`, `a:[{b,...}]`, separated by commas. */
function parseKeys(text: string, isList = false): Shape {
  const keys = new Map<string, Shape | null>();
  const parts = text.match(/[\w.?]+(?::\[?\{(?:[^{}]|\{[^{}]*\})*\}\]?)?/g) ?? [];
  for (const part of parts) {
    const [, name = "", list, inner] = /^([\w.?]+)(?::(\[)?\{(.*)\}\]?)?$/s.exec(part) ?? [];
    keys.set(name, inner === undefined ? null : parseKeys(inner, list !== undefined));
  }
  const isOpen = keys.delete("...");
  return { keys, isList, isOpen };
}

/** By command; the words after a command's name in the first cell tell two rows of one command apart. */
function readTable(): ReadonlyMap<string, Shape> {
  const page = readFileSync(join(import.meta.dirname, "../../docs/guide/commands.md"), "utf8");
  const [table = ""] = /^\| command +\| object[\s\S]*?\n\n/m.exec(page) ?? [];
  const rows = table
    .split("\n")
    .flatMap((line) => /^\| (`.*?) +\| (.*?) +\|$/.exec(line)?.slice(1, 3).join("\n") ?? []);
  return new Map(
    rows.flatMap((row) => {
      const [names = "", cell = ""] = row.split("\n");
      const isElsewhere = names.includes("another process");
      const said = [...cell.replaceAll(/\([^)]*\)/g, "").matchAll(/`([^`]+)`/g)].map(([, key]) => key).join(",");
      const isOpen = cell.endsWith("and what was set");
      return [...names.matchAll(/`([^`]+)`/g)].map(([, name = ""]): [string, Shape] => [
        isElsewhere ? `${name} elsewhere` : name,
        parseKeys(isOpen ? `${said},...` : said),
      ]);
    }),
  );
}

/** Where what was printed is not what is written, in words. */
function differences(place: string, value: unknown, shape: Shape): readonly string[] {
  if (shape.isList) {
    if (!Array.isArray(value) || value.length === 0) return [`${place}: is no list with entries`];
    return value.flatMap((entry: unknown) => differences(`${place}[]`, entry, { ...shape, isList: false }));
  }
  if (typeof value !== "object" || value === null) return [`${place}: is no object`];
  const printed = value as Readonly<Record<string, unknown>>;
  const written = [...shape.keys].map(([key, inner]) => ({
    key: key.replace("?", ""),
    isOptional: key.endsWith("?"),
    inner,
  }));
  const named = new Set(written.map(({ key }) => key));
  return [
    ...(shape.isOpen ? [] : Object.keys(printed).filter((key) => !named.has(key))).map(
      (key) => `${place}.${key}: is not in the table`,
    ),
    ...written
      .filter(({ key, isOptional }) => !isOptional && !(key in printed))
      .map(({ key }) => `${place}.${key}: is not printed`),
    ...written.flatMap(({ key, inner }) =>
      inner === null || !(key in printed) ? [] : differences(`${place}.${key}`, printed[key], inner),
    ),
  ];
}

const seen = new Map<string, unknown>();
const printed = (name: string, stdout: string): Record<string, unknown> => {
  const last = stdout.startsWith("{\n") ? (JSON.parse(stdout) as unknown) : parseLines(stdout).at(-1);
  seen.set(name, last);
  return last as Record<string, unknown>;
};
const call = async (name: string, ...args: string[]): Promise<Record<string, unknown>> => {
  const words = args.length === 0 ? name.split(" ") : args;
  const { stdout, stderr } = await tutti([...words, "--json"], { ...project, cwd: project.repo });
  expect(stdout, stderr).not.toBe("");
  return printed(name, stdout);
};

const read = turn({ tool: "read", args: { path: "src/long.txt" } });
const question = turn({ tool: "ask", args: { question: "Which?" } });
const turns = [
  read,
  read,
  read,
  read,
  ...["a", "b", "c"].map((name) => turn(write(name, name))),
  question,
  turn(finish()),
];
const scenario = {
  tickets: {
    A: [{ turns }],
    B: [{ turns: [turn(write("d", "d")), turn(finish())] }],
    "core-1": [{ turns: [turn(finish())] }],
  },
  consults: {
    tracks: [
      {
        text: JSON.stringify({
          tracks: [
            {
              id: "core",
              title: "Core",
              brief: "Do it.",
              dependsOn: [],
              modules: ["src"],
              severity: "low",
              persona: "lead",
            },
          ],
        }),
      },
    ],
    "tickets:core": [
      {
        text: JSON.stringify({
          tickets: [
            { id: "core-1", description: "Do it." },
            { id: "core-2", description: "More.", dependsOn: ["core-1"] },
          ],
        }),
      },
    ],
  },
};

async function answerAll(running: Started): Promise<void> {
  const asked = async (count: number): Promise<string> => {
    const nth = `(?:"type":"approval.requested"[^\\n]*"approval":"(A\\d+)"[\\s\\S]*?){${count}}`;
    return (await running.seen(new RegExp(nth)))[1] ?? "";
  };
  await call("approve", "approve", await asked(1));
  await call("edit", "edit", await asked(2), "--text", '{"path":"b","content":"mine"}');
  await call("reject", "reject", await asked(3), "--reason", "not this");
  await call("answer", "answer", await asked(4), "the first");
}

// Some thirty processes, one after the other: it has a time of its own.
it("CLI21 what the guide says `--json` prints is what each command prints", async () => {
  const file = project.write("tickets.json", [ticket("A"), ticket("B", { dependsOn: ["A"] })]);
  const play = ["--scenario", project.write("scenario.json", scenario), "--model", "scripted/one", "--no-sandbox"];
  const at = ["--repo", project.repo, "--json"];
  const running = startTutti(
    ["run", file, ...play, ...at, "--trust", "ask", "--attended", "--budget", "run turns 50"],
    project,
  );
  await running.seen(/"type":"approval.requested"/);
  for (const name of ["status", "runs", "link", "approvals", "context", "budget", "config", "prompts", "doctor"])
    await call(name);
  await call("context compact", "context", "compact", "A");
  await call("budget raise", "budget", "raise", "run turns 90");
  await call("mode", "mode", "linear");
  await call("lanes", "lanes", "2");
  await call("rules add", "rules", "add", "approve", "--command", "npm test", "--ticket", "A");
  await call("rules add --dry-run", "rules", "add", "reject", "--tool", "run", "--dry-run");
  const { made } = (await call("rules", "rules")) as { made: { id: string }[] };
  await call("rules remove", "rules", "remove", made[0]?.id ?? "");
  await call("models --model", "models", "--tier", "1", "--model", "scripted/one");
  await call("models --model", "models", "--ticket", "B", "--model", "scripted/one");
  await call("models", "models");
  await call("tell", "tell", "A", "use what is there");
  await call("pause");
  await call("resume elsewhere", "resume");
  const patch = project.write("patch.json", { reason: "more", add: [{ id: "C", description: "Do C." }] });
  await call("replan", "replan", "--patch", patch, "--dry-run");
  await answerAll(running);
  await call("abort", "abort", "--ticket", "B", "--reason", "later");
  const { run } = printed("run", (await running.done).stdout);
  await call("resume", "resume", "--retry", "B", "--unattended");
  const recording = join(project.folder, "recording.json");
  await call("export");
  await call("export --out", "export", "--out", recording);
  const begun = /^\{"seq":(\d+).*"type":"attempt\.started"/m.exec((await running.done).stdout);
  await call("fork", "fork", String(run), "--at", begun?.[1] ?? "", "--unattended", "--trust", "auto");
  await call("compare", "compare", String(run), "--a", begun?.[1] ?? "");
  const lines = join(project.folder, "run.jsonl");
  await call("export --format jsonl --out", "export", "--format", "jsonl", "--out", lines);
  const elsewhere = { ...project, env: { ...project.env, TUTTI_HOME: join(project.folder, "elsewhere") } };
  printed("import", (await tutti(["import", lines, "--json", "--repo", project.repo], elsewhere)).stdout);
  await call("replay", "replay", recording, "--no-sandbox", "--unattended");
  await call("forecast", "forecast", file, "--model", "scripted/one");
  await call("plan", "plan", "Do it", ...play);
  const dissent = join(import.meta.dirname, "../../examples/deliberations/dissent");
  const failed = await call("deliberate", "deliberate", "--scenario", dissent, "--recover", "none");
  const again = await call("recover", "recover", String(failed["run"]), "--escalate", "--model", "scripted/large");
  await call("recover --accept", "recover", String(again["run"]), "--accept");
  await call("view", "view", "README.md");
  await call("prompts show", "prompts", "show", "worker");
  await call("land", "land", String(run));
  await call("archive", "archive", String(failed["run"]), "--to", join(project.folder, "archive"));
  await call("clean");
  await call("demo");
  const server = startTutti(["serve", "--port", "0", "--json"], project);
  await server.seen(/\n/);
  server.kill("SIGTERM");
  printed("serve", (await server.done).stdout);
  const table = readTable();
  expect(
    differences("record", parseLines((await running.done).stdout)[0], parseKeys("seq,at,by,event:{type,...}")),
  ).toEqual([]);
  expect([...seen.keys()].toSorted()).toEqual([...table.keys()].toSorted());
  expect([...table].flatMap(([name, shape]) => differences(name, seen.get(name), shape))).toEqual([]);
}, 300_000);
