// What is taken for a secret, and what is not.

import { expect, it } from "vitest";
import { hideSecrets } from "../../src/domain/secrets.ts";

const canary = "CANARY-4f1d_77";

it.each([
  `expected header Authorization: Bearer ${canary} to equal x`,
  `{"authorization":"Bearer ${canary}"}`,
  `headers: { Authorization: 'Basic ${btoa(`ann:${canary}`)}' }`,
  `Proxy-Authorization: ${canary}`,
  `x-api-key: ${canary}`,
  `"apiKey": "${canary}"`,
  `API_KEY=${canary}`,
  "Authorization: Bearer CANARY",
  `curl -H "X-Goog-Api-Key: ${canary}"`,
  `fatal: could not read from https://ann:${canary}@git.example/x.git`,
  `postgres://app:${canary}@localhost:5432/db`,
  `origin\thttps://${"t0ken".repeat(6)}@github.example/x (fetch)`,
  `Set-Cookie: session=${canary}; HttpOnly`,
  "token ghp_0123456789abcdefABCDEF0123456789abcd leaked",
  "AKIAIOSFODNN7EXAMPLE",
  "sk-ant-api03-0123456789abcdef",
  `at connect (Bearer abcdef0123456789)`,
  `-----BEGIN OPENSSH PRIVATE KEY-----\n${"b3Blbn".repeat(40)}\n-----END OPENSSH PRIVATE KEY-----`,
  "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0NTY3ODkwIn0.dozjgNryP4J3jVmNHl0w5N_XgL0n3I9PlFUP0THsR8U",
])("A-65 P18 hidden: %s", (text) => {
  const clean = hideSecrets(text);
  expect(clean).toContain("[secret]");
  for (const secret of [
    canary,
    "CANARY",
    btoa(`ann:${canary}`),
    "t0kent0ken",
    "ghp_",
    "AKIA",
    "api03",
    "abcdef0123456789",
    "b3Blbn",
    "eyJ",
  ]) {
    expect(clean).not.toContain(secret);
  }
});

it.each([
  "the bearer authentication scheme needs a token",
  "Authorization: Bearer <token>",
  "headers.authorization = `Bearer ${token}`",
  'curl -H "Authorization: Bearer $TOKEN"',
  "const apiKey = options.key ?? read();",
  "apiKey: config.openAiKey, key: options.api_key",
  "apiKey: process.env.OPENAI_API_KEY",
  "expected 200 to be 201\n    at test/http/api.test.ts:12:34",
  "see https://example.org/a:b@c and git@github.com:ann/x.git",
  "http://localhost:3000/@scope/pkg",
  "task-management key-value sk-short",
])("A-65 left as it is: %s", (text) => {
  expect(hideSecrets(text)).toBe(text);
});

it("A-69 long texts take time in proportion to their length", () => {
  for (const piece of [
    "a://",
    "authorization: ",
    "bearer a",
    "-----BEGIN A PRIVATE KEY-----",
    "x-",
    "://:@",
    "eyJaaaaaaaa.",
  ]) {
    expect(hideSecrets(piece.repeat(100_000)).length).toBeGreaterThan(0);
  }
});
