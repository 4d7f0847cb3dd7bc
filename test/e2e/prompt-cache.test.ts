// A whole run against the fake provider: each call begins with the call before it, and what the cache gave is shown.

import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { Recorded } from "../../src/domain/event.ts";
import { startFakeProvider, type Behaviour, type FakeProvider, type Format } from "../fake-provider/fake-provider.ts";
import type { Json } from "../fake-provider/wire.ts";
import { killLeftovers, parseLines, tutti } from "./support/cli.ts";
import { makeProject, ticket, type Project } from "./support/project.ts";

let project: Project;
let provider: FakeProvider;
beforeEach(async () => {
  project = makeProject();
  provider = await startFakeProvider();
});
afterEach(async () => {
  killLeftovers();
  await provider.close();
  project.remove();
});

const says = (id: string, name: string, args: unknown): Behaviour => ({
  reply: { text: `turn ${id}`, calls: [{ id, name, args: JSON.stringify(args) }] },
});

/** Where each wire format keeps the turns, and what stands before them. */
const shapes = {
  anthropic: { turns: "messages", before: ["system", "tools"] },
  openai: { turns: "input", before: ["tools", "instructions", "prompt_cache_key"] },
  gemini: { turns: "contents", before: ["systemInstruction", "tools"] },
} as const satisfies Partial<Record<Format, unknown>>;

const withoutMarks = (value: unknown): string =>
  JSON.stringify(value, (key, each: unknown) => (key === "cache_control" ? undefined : each));

const models = [
  ["anthropic", "anthropic/claude-sonnet-4-5"],
  ["openai", "openai/gpt-5"],
  ["gemini", "google/gemini-2.5-pro"],
] as const;

describe("the prompt cache over a whole run", () => {
  it.each(models)(
    "WIN7 WIN8 over %s every call begins with the one before it, and the effect is shown",
    async (format, model) => {
      writeFileSync(join(project.folder, "key"), "sk-test-0123456789\n");
      const name = model.slice(0, model.indexOf("/"));
      project.write(
        "home/config/config.toml",
        `[providers.${name}]\nbaseUrl = "${provider.baseUrl(format)}"\nkey = "file:${join(project.folder, "key")}"\n`,
      );
      provider.will(
        says("c1", "read", { path: "README.md" }),
        says("c2", "read", { path: "src/base.txt" }),
        says("c3", "write", { path: "a.txt", content: "a\n" }),
        says("c4", "finish", { outcome: "completed", summary: "done" }),
      );
      const file = project.write("tickets.json", [ticket("A", { contextFiles: ["README.md"] })]);
      const run = await tutti(
        ["run", file, "--repo", project.repo, "--model", model, "--trust", "auto", "--no-sandbox", "--json"],
        project,
      );
      expect(run.code, run.stderr).toBe(0);
      const bodies: readonly Json[] = provider.received.map(({ body }) => body);
      expect(bodies).toHaveLength(4);
      const { turns, before } = shapes[format];
      for (const field of before) expect(new Set(bodies.map((body) => withoutMarks(body[field]))).size, field).toBe(1);
      const told = bodies.map((body) => withoutMarks(body[turns]).replace(/\]$/, ""));
      for (const [place, text] of told.slice(1).entries()) expect(text.startsWith(told[place] ?? "")).toBe(true);
      const status = JSON.parse((await tutti(["status", "--repo", project.repo, "--json"], project)).stdout) as {
        cache: { total: Json };
        spend: { total: Json };
      };
      const { input, cachedRead, cacheWrite } = status.spend.total;
      expect(cachedRead).toBe(44);
      expect(status.cache.total).toMatchObject({ input, cachedRead, cacheWrite, percent: expect.any(Number) });
      const replies = (parseLines(run.stdout) as readonly Recorded[]).flatMap(({ event }) =>
        event?.type === "turn.replied" ? [event.usage] : [],
      );
      expect(replies.map((usage) => usage.cachedRead)).toEqual([11, 11, 11, 11]);
      const words = (await tutti(["status", "--repo", project.repo], project)).stdout;
      expect(words).toMatch(/tier 3: \d+ % read from the prompt cache \(44 read, /);
    },
  );
});
