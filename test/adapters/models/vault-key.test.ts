// Keys from a vault: what is asked of it, over plain loopback and over TLS, and every way in which there is no key.

import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { createModels } from "../../../src/adapters/models/create-models.ts";
import { readVaultKey, type VaultSources } from "../../../src/adapters/models/vault-key.ts";
import type { ModelId } from "../../../src/domain/ids.ts";
import { isPlainHttpAllowed, parseVaultReference } from "../../../src/domain/key-reference.ts";
import { parseUserConfig } from "../../../src/domain/user-config.ts";
import { Fault } from "../../../src/engine/ports.ts";
import { startFakeProvider } from "../../fake-provider/fake-provider.ts";
import { makeCertificates, startFakeVault, type FakeVault } from "../../fake-vault/fake-vault.ts";
import { describeNeeding } from "../../support/needs.ts";
import { callModel } from "./call-model.ts";

const token = "hvs.CANARY-token";
const key = "sk-CANARY-key-1234567890";
const secrets = {
  "secret/team/llm": { data: { api_key: key, number: 7, other_CANARY: "x" } },
  "secret/gone": { data: {}, deleted: true },
  "team/kv/app": { data: { key } },
};
const readable = [
  "secret/data/team/llm",
  "secret/data/gone",
  "secret/data/none",
  "secret/data/data/none",
  "team/kv/data/app",
  "nowhere/data/x",
];
const tokens = { [token]: readable, "hvs.other": [] };

let folder = "";
let vault: FakeVault;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "tutti-vault-"));
});
beforeEach(async () => {
  vault = await startFakeVault({ tokens, secrets });
});
afterEach(() => vault.close());
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const env = (more: Record<string, string> = {}) => ({ VAULT_ADDR: vault.address, VAULT_TOKEN: token, ...more });
const read = (reference: string, sources: Partial<VaultSources> = {}) =>
  readVaultKey(reference, { vault: undefined, env: env(), ...sources });
const faultOf = async (reading: Promise<string>): Promise<string> => {
  const fault: unknown = await reading.catch((error: unknown) => error);
  if (!(fault instanceof Fault)) throw new Error(`no fault but ${typeof fault}`);
  expect(fault.code).toBe("key_missing");
  const words = `${fault.message}. ${fault.remedy}`;
  // Neither token nor key nor what else the secret holds is ever repeated.
  expect(words).not.toContain("CANARY");
  return words;
};

describe("a key in a vault", () => {
  it("CFG13 exactly one read of the one secret, with the token in its header and nothing else asked", async () => {
    expect(await read("vault:secret/team/llm#api_key")).toBe(key);
    expect(await read("vault:team/kv//app#key")).toBe(key);
    expect(vault.received.map(({ method, path }) => `${method} ${path}`)).toEqual([
      "GET /v1/secret/data/team/llm",
      "GET /v1/team/kv/data/app",
    ]);
    expect(vault.received[0]?.headers).toMatchObject({ "x-vault-token": token, "x-vault-request": "true" });
    expect(vault.received[0]?.headers).not.toHaveProperty("x-vault-namespace");
  });

  it("CFG13 address, token and namespace of the config come before those of the environment", async () => {
    const file = join(folder, "token");
    writeFileSync(file, `${token}\n`);
    const own = await startFakeVault({ tokens, secrets, namespace: "team/a" });
    const sources = { vault: { address: `${own.address}/`, token: `file:${file}`, namespace: "team/a" } };
    try {
      const wrong = env({ VAULT_TOKEN: "wrong", VAULT_NAMESPACE: "b" });
      expect(await read("vault:secret/team/llm#api_key", { ...sources, env: wrong })).toBe(key);
      expect(own.received[0]?.headers["x-vault-namespace"]).toBe("team/a");
      expect(vault.received).toEqual([]);
      expect(await faultOf(read("vault:secret/team/llm#api_key", { env: env({ VAULT_NAMESPACE: "b" }) }))).toMatch(
        /no secret team\/llm under the mount secret in the namespace b \(404\)/,
      );
    } finally {
      await own.close();
    }
  });

  it.each([
    ["vault:secret/none#api_key", /no secret none under the mount secret \(404\).*vault kv get -mount=secret none/],
    ["vault:secret/data/none#api_key", /Leave out "data\/": it belongs to Vault's addresses/],
    ["vault:nowhere/x#y", /no secret x under the mount nowhere/],
    ["vault:secret/gone#api_key", /newest version of the secret is deleted.*Undelete it/],
    ["vault:secret/team/llm#apikey", /has no field "apikey"/],
    ["vault:secret/team/llm#number", /field "number" is no text/],
    ["vault:secret/forbidden#x", /denies it \(403\).*path "secret\/data\/forbidden" \{ capabilities = \["read"\] \}/],
  ])("CFG14 %s says why there is no key", async (reference, says) => {
    expect(await faultOf(read(reference))).toMatch(says);
  });

  it.each([
    ["sealed" as const, /sealed or in maintenance \(503\)/],
    ["standby" as const, /sends its callers elsewhere \(307\), which is not followed/],
    [{ status: 200, body: "<html>" }, /not that of a KV store of version 2/],
    [
      { status: 200, body: '{"data":{"api_key":"sk-CANARY"}}' },
      /not that of a KV store of version 2.*enable-versioning/,
    ],
    [{ status: 500, body: "CANARY" }, /answers 500/],
    [{ status: 200, body: "x".repeat(1024 * 1024 + 1) }, /cannot be reached \(the answer is too large\)/],
  ])("CFG14 a vault that behaves like %j is told in words", async (behave, says) => {
    vault.behave = behave;
    expect(await faultOf(read("vault:secret/team/llm#api_key"))).toMatch(says);
    expect(vault.received).toHaveLength(1);
  });

  it("CFG14 a vault that is silent, gone, not named or without a token is told in words", async () => {
    vault.behave = "silent";
    const reference = "vault:secret/team/llm#api_key";
    expect(await faultOf(read(reference, { timeoutMs: 30 }))).toMatch(/did not answer within 0\.03 seconds/);
    expect(await faultOf(read(reference, { env: env({ VAULT_ADDR: "http://127.0.0.1:1" }) }))).toMatch(
      /cannot be reached \(ECONNREFUSED\)/,
    );
    expect(await faultOf(read(reference, { env: { VAULT_TOKEN: token } }))).toMatch(/no vault is named.*VAULT_ADDR/);
    expect(await faultOf(read(reference, { env: env({ VAULT_TOKEN: " " }) }))).toMatch(
      /token \(the environment variable VAULT_TOKEN\) is not set/,
    );
    expect(await faultOf(read(reference, { env: env({ VAULT_TOKEN: "CANARY\nx" }) }))).toMatch(
      /characters that no token has/,
    );
    expect(await faultOf(read(reference, { vault: { token: "file:/nowhere/token" } }))).toMatch(
      /\/nowhere\/token\) cannot be read \(ENOENT\)/,
    );
  });
});

describeNeeding("openssl", "a vault over TLS", () => {
  it("CFG15 is believed by the authority that is named, and by no other; nothing switches the check off", async () => {
    const { ca, tls } = makeCertificates(folder);
    const safe = await startFakeVault({ tokens, secrets, tls });
    const reference = "vault:secret/team/llm#api_key";
    const given = (more: Record<string, string>) =>
      read(reference, { env: env({ VAULT_ADDR: safe.address, ...more }) });
    const before = process.env["NODE_TLS_REJECT_UNAUTHORIZED"];
    process.env["NODE_TLS_REJECT_UNAUTHORIZED"] = "0";
    try {
      expect(await faultOf(given({ VAULT_SKIP_VERIFY: "true" }))).toMatch(
        /certificate of https:\/\/127.* is not trusted \(UNABLE_TO/,
      );
      expect(safe.received).toEqual([]);
      expect(await given({ VAULT_CACERT: ca })).toBe(key);
      expect(await read(reference, { vault: { address: safe.address, ca }, env: { VAULT_TOKEN: token } })).toBe(key);
      expect(await faultOf(given({ VAULT_CACERT: join(folder, "none.pem") }))).toMatch(
        /none\.pem cannot be read \(ENOENT\)/,
      );
      expect(
        await faultOf(given({ VAULT_CACERT: ca, VAULT_ADDR: safe.address.replace("127.0.0.1", "localhost") })),
      ).toMatch(/not trusted \(ERR_TLS_CERT_ALTNAME_INVALID\)|cannot be reached/);
    } finally {
      if (before === undefined) delete process.env["NODE_TLS_REJECT_UNAUTHORIZED"];
      else process.env["NODE_TLS_REJECT_UNAUTHORIZED"] = before;
      await safe.close();
    }
  });
});

describe("a vault without TLS", () => {
  it("CFG15 plain http goes to loopback addresses alone, by file and by environment", async () => {
    expect(await faultOf(read("vault:secret/x#y", { env: env({ VAULT_ADDR: "http://vault.example.org" }) }))).toMatch(
      /http:\/\/vault\.example\.org is not encrypted.*https/,
    );
    expect(parseUserConfig({ vault: { address: "http://10.0.0.1:8200" } })).toMatchObject({
      ok: false,
      problems: [{ path: ["vault", "address"] }],
    });
    expect(["http://127.0.0.1:1", "http://[::1]:1", "http://localhost", "https://x"].every(isPlainHttpAllowed)).toBe(
      true,
    );
    for (const far of ["http://127.0.0.1.evil.org", "http://localhost.evil.org", "http://0.0.0.0", "http://[::2]"])
      expect([far, isPlainHttpAllowed(far)]).toEqual([far, false]);
  });
});

describe("references into a vault", () => {
  it.each([
    ["vault:secret/app#key", { mount: "secret", path: "app", field: "key" }],
    ["vault:secret/a/b c/d#k.e-y", { mount: "secret", path: "a/b c/d", field: "k.e-y" }],
    ["vault:team/kv//a/b#key", { mount: "team/kv", path: "a/b", field: "key" }],
  ])("CFG13 %s is understood", (text, reference) => {
    expect(parseVaultReference(text)).toEqual(reference);
  });

  it.each([
    "vault:secret#key",
    "vault:/app#key",
    "vault:secret/#key",
    "vault:secret/app",
    "vault:secret/app#",
    "vault:secret/../sys/seal#x",
    "vault:secret/./x#y",
    "vault:secret/a?list=true#x",
    "vault:secret/a%2f..#x",
    "vault:a//b//c#x",
    "vault:secret/a\n#x",
  ])("CFG13 %j is no reference", (text) => {
    expect(parseVaultReference(text)).toBeUndefined();
  });
});

it("CFG13 P18 the key reaches the provider and one reading serves all its models; a key that is refused is read anew", async () => {
  const provider = await startFakeProvider();
  const parsed = parseUserConfig({
    providers: {
      local: { kind: "openai-compatible", baseUrl: provider.baseUrl("chat"), key: "vault:secret/team/llm#api_key" },
    },
  });
  if (!parsed.ok) throw new Error("not taken");
  const models = createModels({ userConfig: parsed.value, env: env() });
  try {
    for (const id of ["local/a", "local/b"]) expect(await models.check(id as ModelId)).toBeUndefined();
    expect(vault.received).toHaveLength(1);
    provider.will({ status: 401, body: { error: { message: `bad key ${key}` } } });
    const outcome = await callModel(models, "local/a");
    expect(provider.received[0]?.headers["authorization"]).toBe(`Bearer ${key}`);
    expect(JSON.stringify(outcome)).not.toContain("CANARY");
    await models.check("local/b" as ModelId);
    expect(vault.received).toHaveLength(2);
  } finally {
    await provider.close();
  }
});
