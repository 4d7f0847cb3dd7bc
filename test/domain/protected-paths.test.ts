// Protected names, in every spelling a file system may fold to them.

import { expect, it } from "vitest";
import { isProtectedAtTop, protectedPart } from "../../src/domain/protected-paths.ts";

it.each([
  ".git",
  ".git/config",
  ".git/hooks/pre-commit",
  "sub/.git/hooks/post-checkout",
  ".gitmodules",
  ".mcp.json",
  ".vscode/settings.json",
  "packages/a/.npmrc",
  ".envrc",
  ".bashrc",
  "tutti.toml",
  "agents.toml",
  ".tutti/anything",
])("A-24 %s is protected", (path) => {
  expect(protectedPart(path)).toBeDefined();
});

it.each([
  ".GIT/hooks/pre-commit",
  ".Git/config",
  "a/.gIt",
  "Tutti.TOML",
  ".git./config",
  ".git /config",
  "git~1/config",
  "GIT~1/config",
  ".g\u200cit/config",
  ".git::$INDEX_ALLOCATION/config",
  ".\uff47it/config",
  "a\\.git\\config",
])("A-21 %j is protected", (path) => {
  expect(protectedPart(path)).toBeDefined();
});

it.each(["src/git.ts", ".gitignore", ".github/workflows/ci.yml", "docs/tutti.toml", "a.git", "vscode/x", "gitmodules"])(
  "%s is not protected",
  (path) => {
    expect(protectedPart(path)).toBeUndefined();
  },
);

it("names at the top are told apart from the same names below", () => {
  expect(isProtectedAtTop("agents.toml")).toBe(true);
  expect(protectedPart("x/agents.toml")).toBeUndefined();
  expect(isProtectedAtTop("src")).toBe(false);
});
