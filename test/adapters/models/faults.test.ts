// How every failure of a provider is named, over a real socket. Nothing is tried twice, no key is told.

import { createServer } from "node:net";
import { once } from "node:events";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createSdkModels } from "../../../src/adapters/models/sdk-models.ts";
import type { ProviderFaultCode } from "../../../src/domain/outcome.ts";
import type { Models } from "../../../src/engine/ports.ts";
import {
  formats,
  startFakeProvider,
  wires,
  type Behaviour,
  type FakeProvider,
} from "../../fake-provider/fake-provider.ts";
import { callModel, makeModels, modelOf, testKey } from "./call-model.ts";

let provider: FakeProvider;
let models: Models;

beforeAll(async () => {
  provider = await startFakeProvider();
  models = makeModels(provider, { now: () => Date.parse("2026-11-21T10:00:00Z") });
});
afterAll(() => provider.close());

const html = "<!doctype html><html><head><title>502</title></head><body><h1>Bad Gateway</h1></body></html>";

type Case = readonly [title: string, behaviour: Behaviour, code: ProviderFaultCode, retryAfterMs?: number];

describe.each(formats)("faults over %s", (format) => {
  const error = (status: number, type: string, message: string, headers: Record<string, string> = {}): Behaviour => ({
    status,
    headers,
    body: wires[format].errorBody(status, type, message),
  });

  const cases: readonly Case[] = [
    [
      "L-01 429 with seconds",
      error(429, "rate_limit_error", "slow down", { "retry-after": "7" }),
      "rate_limited",
      7_000,
    ],
    [
      "L-01 429 with ms",
      error(429, "rate_limit_error", "slow down", { "retry-after-ms": "1500", "retry-after": "9" }),
      "rate_limited",
      1_500,
    ],
    [
      "L-01 429 with a date",
      error(429, "rate_limit_error", "slow", { "retry-after": "Sat, 21 Nov 2026 10:00:30 GMT" }),
      "rate_limited",
      30_000,
    ],
    [
      "L-01 429 for longer than an hour",
      error(429, "rate_limit_error", "slow", { "retry-after": "999999" }),
      "rate_limited",
      3_600_000,
    ],
    ["L-01 429 with nonsense", error(429, "rate_limit_error", "slow", { "retry-after": "-3" }), "rate_limited"],
    [
      "L-02 429 for lack of credit",
      error(429, "insufficient_quota", "You exceeded your current quota, please check your plan and billing details."),
      "quota",
    ],
    [
      "L-02 400 for lack of credit",
      error(400, "invalid_request_error", "Your credit balance is too low to access the API."),
      "quota",
    ],
    ["L-02 402", error(402, "payment_required", "Insufficient credits"), "quota"],
    ["L-04 529", error(529, "overloaded_error", "Overloaded"), "overloaded"],
    [
      "L-04 503 with retry-after",
      error(503, "overloaded_error", "The model is overloaded", { "retry-after": "2" }),
      "overloaded",
      2_000,
    ],
    ["L-05 500", error(500, "api_error", "Internal server error"), "server_error"],
    ["L-05 502 as a web page", { status: 502, body: html }, "server_error"],
    [
      "L-05 504 with an empty body",
      { status: 504, headers: { "content-type": "text/plain" }, body: "" },
      "server_error",
    ],
    ["L-05 200 with a web page", { status: 200, body: html }, "server_error"],
    ["L-05 200 with JSON that is no stream", { status: 200, body: { id: "x", choices: [] } }, "malformed_response"],
    [
      "L-05 200 with an error in JSON",
      { status: 200, body: { error: { message: "Overloaded", type: "overloaded_error" } } },
      "overloaded",
    ],
    [
      "L-06 407 of a proxy, which fetch tells nothing about",
      { status: 407, body: "<html><body>Proxy Authentication Required</body></html>" },
      "network",
    ],
    ["L-06 reset before headers", { reset: true }, "network"],
    [
      "L-20 a prompt that is too long",
      error(400, "invalid_request_error", "prompt is too long: 210000 tokens > 200000 maximum"),
      "context_overflow",
    ],
    [
      "L-20 a context that is too long",
      error(400, "context_length_exceeded", "This model's maximum context length is 128000 tokens."),
      "context_overflow",
    ],
    ["L-20 413", error(413, "request_too_large", "Request exceeds the maximum size"), "context_overflow"],
    ["L-25 401", error(401, "authentication_error", "invalid x-api-key"), "auth"],
    ["L-25 403", error(403, "permission_error", "Your key may not use this"), "auth"],
    [
      "L-18 a content filter before the reply",
      error(400, "content_filter", "The prompt was flagged by content management policy"),
      "refusal",
    ],
    ["404 for a model", error(404, "not_found_error", "model: claude-99"), "unknown_model"],
    ["400 for a model", error(400, "model_not_found", "The model `x` does not exist"), "unknown_model"],
    ["400", error(400, "invalid_request_error", "tools.0.name: too short"), "bad_request"],
    ["422", error(422, "invalid_request_error", "temperature out of range"), "bad_request"],
    ["308 to another address", { status: 308, headers: { location: "http://127.0.0.1:9/v1?x=y" } }, "bad_request"],
  ];

  for (const [title, behaviour, code, retryAfterMs] of cases) {
    it(title, async () => {
      provider.will(behaviour);
      const before = provider.received.length;
      const { outcome } = await callModel(models, modelOf[format]);
      expect(outcome).toMatchObject({ kind: "fault", code });
      expect("retryAfterMs" in outcome ? outcome.retryAfterMs : undefined).toBe(retryAfterMs);
      // L-27: one call of ours is one request, whatever happens.
      expect(provider.received).toHaveLength(before + 1);
    });
  }

  it("L-12 an error event after 200 is a fault of its own kind, and what came before is no reply", async () => {
    const begun = wires[format]
      .encode({ text: "Hello there" }, "m")
      .split(/(?<=\n\r?\n)/)
      .slice(0, 2)
      .join("");
    provider.will({ stream: begun + wires[format].errorEvent("overloaded_error", "Overloaded") });
    const { outcome } = await callModel(models, modelOf[format]);
    expect(outcome).toMatchObject({ kind: "fault", code: "overloaded", usage: { estimated: true } });
    provider.will({ stream: begun + wires[format].errorEvent("api_error", "Internal error") });
    expect((await callModel(models, modelOf[format])).outcome).toMatchObject({ kind: "fault", code: "server_error" });
  });

  it("L-12 an error event as the first event is a fault of the same kind", async () => {
    provider.will({ stream: wires[format].errorEvent("overloaded_error", "Overloaded") });
    expect((await callModel(models, modelOf[format])).outcome).toMatchObject({ kind: "fault", code: "overloaded" });
  });

  it("L-07 headers and then silence is idle, and the socket is closed", async () => {
    provider.will({ stream: "", end: { how: "silence" } });
    const { outcome } = await callModel(models, modelOf[format], { idleMs: 60 });
    expect(outcome).toMatchObject({ kind: "fault", code: "idle", detail: expect.stringContaining("60 ms") });
    await provider.received.at(-1)?.cancelled;
  });

  it("L-07 no headers at all is idle, and the socket is closed", async () => {
    provider.will({ hang: true });
    expect((await callModel(models, modelOf[format], { idleMs: 60 })).outcome).toMatchObject({
      kind: "fault",
      code: "idle",
      usage: { output: 0 },
    });
    await provider.received.at(-1)?.cancelled;
  });

  it("L-07 a turn that takes too long is a timeout, and the socket is closed", async () => {
    provider.will({ stream: ": still here\n\n", end: { how: "silence" } });
    expect((await callModel(models, modelOf[format], { turnMs: 60 })).outcome).toMatchObject({
      kind: "fault",
      code: "timeout",
    });
    await provider.received.at(-1)?.cancelled;
  });

  it("an empty stream, and one of garbage, are no reply", async () => {
    provider.will(
      { stream: "" },
      { stream: "data: {not json\n\n" },
      { stream: Buffer.from([0xff, 0xfe, 0x00, 0x0a, 0x0a]) },
    );
    const codes = [];
    for (let at = 0; at < 3; at += 1) codes.push((await callModel(models, modelOf[format])).outcome);
    expect(codes.map((outcome) => outcome.kind)).toEqual(["fault", "fault", "fault"]);
  });

  it("MOD6 cancel closes the socket and gives neither reply nor fault", async () => {
    const control = new AbortController();
    provider.will({ reply: { text: "Hello there, this goes on" }, end: { after: 900, how: "silence" } });
    const arrived = provider.nextRequest();
    const calling = callModel(models, modelOf[format], { signal: control.signal });
    const request = await arrived;
    control.abort();
    await request.cancelled;
    expect((await calling).outcome.kind).toBe("cancelled");
  });

  it("P18 the key is in no fault's words, though the provider repeats it", async () => {
    const spoken = `Incorrect API key provided: ${testKey}. Authorization: Bearer ${testKey}`;
    provider.will(error(401, "invalid_api_key", spoken), { status: 500, body: `<html>${testKey}</html>` });
    for (let at = 0; at < 2; at += 1) {
      const { outcome } = await callModel(models, modelOf[format]);
      expect(outcome.kind).toBe("fault");
      expect(JSON.stringify(outcome)).not.toContain("CANARY");
    }
    // The canary is real: it did travel to the provider.
    expect(JSON.stringify(provider.received.at(-1)?.headers)).toContain("CANARY");
  });

  it("MOD5 a detail is at most 500 characters, on one line, without escapes", async () => {
    provider.will(error(400, "invalid_request_error", `\u001b[31mno\u001b[0m\n${"x".repeat(5_000)}`));
    const { outcome } = await callModel(models, modelOf[format]);
    const detail = outcome.kind === "fault" ? outcome.detail : "";
    expect(detail.length).toBeLessThanOrEqual(500);
    expect(detail).toMatch(/^[^\p{Cc}]{400,}$/u);
  });
});

describe("faults of one format", () => {
  it("L-01 Gemini's retryDelay in the body is a retry-after; a spent day is not waited for", async () => {
    const message = "You exceeded your current quota, please check your plan and billing details.";
    const body = (quotaId: string) => ({
      error: {
        code: 429,
        message,
        status: "RESOURCE_EXHAUSTED",
        details: [
          { "@type": "type.googleapis.com/google.rpc.QuotaFailure", violations: [{ quotaId }] },
          { "@type": "type.googleapis.com/google.rpc.RetryInfo", retryDelay: "37.5s" },
        ],
      },
    });
    provider.will(
      { status: 429, body: body("GenerateRequestsPerMinutePerProject") },
      { status: 429, body: body("GenerateRequestsPerDayPerProject") },
    );
    expect((await callModel(models, modelOf.gemini)).outcome).toMatchObject({
      code: "rate_limited",
      retryAfterMs: 37_500,
    });
    expect((await callModel(models, modelOf.gemini)).outcome).toMatchObject({ code: "quota" });
  });

  it("L-01 a rate limit whose text offers billing is no lack of credit", async () => {
    const message =
      "Rate limit reached for gpt-5 on tokens per min (TPM): Limit 10000. You can increase your rate limit at https://platform.openai.com/account/billing.";
    provider.will({ status: 429, body: wires.openai.errorBody(429, "rate_limit_exceeded", message) });
    expect((await callModel(models, modelOf.openai)).outcome).toMatchObject({ code: "rate_limited" });
  });

  it("Gemini says 400 for a key that is not valid", async () => {
    provider.will({
      status: 400,
      body: wires.gemini.errorBody(400, "INVALID_ARGUMENT", "API key not valid. Please pass a valid API key."),
    });
    expect((await callModel(models, modelOf.gemini)).outcome).toMatchObject({ code: "auth" });
  });

  it("a server that repeats the request in its answer misleads nobody", async () => {
    const body = {
      detail: [
        {
          loc: ["body"],
          msg: "extra",
          input: { messages: [{ content: "insufficient_quota context_length_exceeded content_filter" }] },
        },
      ],
    };
    provider.will({ status: 422, body });
    expect((await callModel(models, modelOf.chat)).outcome).toMatchObject({ code: "bad_request" });
  });

  it("MOD2 a redirect is not followed: the key stays where it was sent", async () => {
    provider.will({ status: 307, headers: { location: `${provider.baseUrl("anthropic")}/elsewhere?token=1` } });
    const before = provider.received.length;
    const { outcome } = await callModel(models, modelOf.anthropic);
    expect(outcome).toMatchObject({
      code: "bad_request",
      detail: expect.stringMatching(/redirects to .*\/elsewhere; name that address/),
    });
    expect(provider.received).toHaveLength(before + 1);
  });

  it.each(["refused", "unknown host", "TLS"])("L-06 %s", async (what) => {
    const server = createServer((socket) => socket.end("this is no TLS\n")).listen(0, "127.0.0.1");
    await once(server, "listening");
    const address = server.address();
    const port = typeof address === "object" && address ? address.port : 0;
    if (what === "refused") await new Promise((resolve) => server.close(resolve));
    const baseUrl =
      {
        refused: `http://127.0.0.1:${port}/v1`,
        "unknown host": "http://tutti.invalid/v1",
        TLS: `https://127.0.0.1:${port}/v1`,
      }[what] ?? "";
    const local = createSdkModels({
      userConfig: { providers: { local: { kind: "openai-compatible", baseUrl } } },
      env: {},
    });
    const { outcome } = await callModel(local, "local/m");
    expect(outcome).toMatchObject({ kind: "fault", code: "network", usage: { input: 0, output: 0 } });
    server.close();
  });

  it("L-25 a key that was replaced is read again after a 401", async () => {
    const env: Record<string, string> = { TEST_KEY: "old-key" };
    const fresh = makeModels(provider, { env });
    const refused: Behaviour = {
      status: 401,
      body: wires.anthropic.errorBody(401, "authentication_error", "invalid x-api-key"),
    };
    provider.will(refused, { reply: { text: "ok" } });
    expect((await callModel(fresh, modelOf.anthropic)).outcome).toMatchObject({ code: "auth" });
    env["TEST_KEY"] = "new-key";
    expect((await callModel(fresh, modelOf.anthropic)).outcome).toMatchObject({ kind: "reply" });
    expect(provider.received.slice(-2).map((request) => request.headers["x-api-key"])).toEqual(["old-key", "new-key"]);
  });
});
