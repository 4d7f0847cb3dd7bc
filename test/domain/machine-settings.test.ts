// What config.toml says of machines: taken as it is said, and refused where it is nothing of the kind.

import { describe, expect, it } from "vitest";
import { fill, isRemoteAddress } from "../../src/domain/machine-settings.ts";
import { parseUserConfig } from "../../src/domain/user-config.ts";
import { parseUserDefaults } from "../../src/domain/user-defaults.ts";

const problemsOf = (value: unknown): readonly string[] => {
  const parsed = parseUserConfig(value);
  return parsed.ok ? [] : parsed.problems.map(({ path, problem }) => `${path.join(".")} ${problem}`);
};

describe("what the settings say of machines", () => {
  it("WRK2 [worker] and remote are taken as they are said, and known to both readers of the file", () => {
    const file = {
      remote: "ssh://git@git.example.org/tutti/{project}.git",
      worker: { capacity: 3, labels: ["gpu", "repo:parser"], git_via: "ssh://me@{host}:2222{path}", conduct: false },
    };
    const parsed = parseUserConfig(file);
    expect(parsed).toMatchObject({
      ok: true,
      value: {
        remote: file.remote,
        worker: { capacity: 3, labels: ["gpu", "repo:parser"], gitVia: "ssh://me@{host}:2222{path}", conduct: false },
      },
    });
    expect(parseUserDefaults(file).ok).toBe(true);
    expect(parseUserConfig({})).toEqual({ ok: true, value: { providers: {} } });
  });

  it.each([
    [{ worker: { capacity: 0 } }, /worker\.capacity must be 1 or more/],
    [{ worker: { capacity: 1.5 } }, /worker\.capacity must be a whole number/],
    [{ worker: { capacity: 1_000 } }, /worker\.capacity must be at most 256/],
    [{ worker: { labels: ["two words"] } }, /worker\.labels\.0 must be made of/],
    [{ worker: { git_via: "ssh://{host}" } }, /worker\.git_via must be like/],
    [{ worker: { git_via: "ext::sh -c {path}" } }, /worker\.git_via must be like/],
    [{ worker: { conduct: "no" } }, /worker\.conduct must be true or false/],
    [{ worker: { capcity: 2 } }, /worker\.capcity|capcity/],
    [{ remote: "git@example.org:repo" }, /remote must be an ssh:\/\//],
  ])("WRK2 %j is refused", (file, expected) => {
    expect(problemsOf(file).join("\n")).toMatch(expected);
  });

  it("WRK10 an address carries no password and starts no program", () => {
    for (const good of ["/srv/run.git", "ssh://host/run.git", "ssh://me@host:22/run.git", "https://host/run.git"])
      expect([good, isRemoteAddress(good)]).toEqual([good, true]);
    const bad = [
      "ext::sh",
      "-upload-pack",
      "ssh://me:secret@host/run",
      "https://me@host/run",
      "host:run",
      "file:///run",
    ];
    for (const each of bad) expect([each, isRemoteAddress(each)]).toEqual([each, false]);
  });

  it("WRK10 names in braces are filled in, others stay", () => {
    expect(fill("ssh://{host}{path}?{other}", { host: "h", path: "/p" })).toBe("ssh://h/p?{other}");
  });
});
