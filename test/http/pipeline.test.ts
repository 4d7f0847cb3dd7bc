// System B's HTTP API: what pipelines are told, what they tell, and who may say it.

import { createHash } from "node:crypto";
import { describe, expect, it } from "vitest";
import type { Inheritance } from "../../src/domain/deliberation.ts";
import type { Handoff } from "../../src/domain/handoff.ts";
import type { RunId } from "../../src/domain/ids.ts";
import type { PipelineDetailBody, PipelinesBody, RecordedBody } from "../../src/http/pipeline-wire.ts";
import type { ProblemBody } from "../../src/http/wire.ts";
import { serveDeliberation } from "./served-deliberation.ts";

const run = "run_aaaaaaaaaaaaaaaa" as RunId;
const later = "run_bbbbbbbbbbbbbbbb" as RunId;
const secret = "of-alpha-0123456789-abcdefghij";
const capability = createHash("sha256").update(secret).digest("hex");

const inheritance: Inheritance = {
  prior: run,
  root: run,
  generation: 2,
  outcome: "deadlock",
  handoff: "0".repeat(64),
  at: 9,
  changes: ["the mediator is seated from the start"],
  hints: ["Try."],
  entries: [],
};

const problem = async (answer: Response): Promise<readonly [number, string]> => [
  answer.status,
  ((await answer.json()) as ProblemBody).code,
];
const json = async <T>(answer: Response): Promise<T> => {
  expect(answer.status).toBe(200);
  return (await answer.json()) as T;
};

const failure = { pipeline_id: run, error_type: "agent_failure", severity: "high", details: "BETA is gone" } as const;

describe("what is told of a pipeline", () => {
  it("PIPE1 B-121 DB-24 an error is recorded once, however often it is reported", async () => {
    const { send, conductor } = await serveDeliberation({ run, isOpen: true });
    const record = () => send("POST", "/api/pipeline/errors/record", { body: failure });
    expect(await json(await record())).toEqual({ recorded: true, error_count: 1, revoked: [] });
    expect(await json(await record())).toEqual({ recorded: false, error_count: 1, revoked: [] });
    const other = { ...failure, error_type: "disk_trouble", details: { free: 0 } };
    expect(await json(await send("POST", "/api/pipeline/errors/record", { body: other }))).toMatchObject({
      error_count: 2,
    });
    const [first, second] = [...conductor.state().deliberations.values()].flatMap(({ incidents }) => incidents);
    expect(first).toMatchObject({ kind: "agent_failure", severity: "high", detail: "BETA is gone", by: "person:ann" });
    expect(second).toMatchObject({ kind: "reported", detail: 'disk_trouble: {"free":0}' });
  });

  it("PIPE1 B-123 a failure context is taken whole, with the fields of any orchestrator", async () => {
    const { send, conductor } = await serveDeliberation({ run, isOpen: true });
    const body = {
      pipeline_id: run,
      task_id: "task-1",
      failure_reason: "iteration_limit",
      failure_time: "2026-01-01T00:00:00Z",
      iteration_count: 10,
      elapsed_ms: 1,
      metrics: { total_messages: 3 },
      gamma_spawned: false,
      error_count: 2,
      recovery_hint: "Simplify",
    };
    expect(await json(await send("POST", "/api/pipeline/failure-context", { body }))).toMatchObject({ recorded: true });
    const [incident] = [...conductor.state().deliberations.values()].flatMap(({ incidents }) => incidents);
    expect(incident).toMatchObject({ kind: "iteration_limit", severity: "high" });
    expect(JSON.parse(incident?.detail ?? "")).toMatchObject({ metrics: { total_messages: 3 } });
  });

  it("PIPE1 B-124 a line of the log is no error", async () => {
    const { send } = await serveDeliberation({ run, isOpen: true });
    const body = { pipeline_id: run, message: "Resuming from run_x handoff" };
    const answer = await send("POST", "/api/pipeline/log", { body });
    expect(await json(answer)).toEqual({ recorded: true, error_count: 0, revoked: [] });
  });

  it("PIPE2 B-122 revocation takes agents' words from them, once, and after the end there is nothing to take", async () => {
    const { send, conductor } = await serveDeliberation({ run, isOpen: true });
    const body = { pipeline_id: run, reason: "iteration_timeout", details: "idle", agents: ["BETA"] };
    const revoke = (sent: object) => send("POST", "/api/pipeline/revoke", { body: sent });
    expect(await json(await revoke(body))).toEqual({ revoked: ["BETA"] });
    expect(await json(await revoke(body))).toEqual({ revoked: [] });
    expect(await problem(await revoke({ ...body, agents: ["OMEGA"] }))).toEqual([404, "role_unknown"]);
    const [deliberation] = conductor.state().deliberations.values();
    expect(deliberation?.agents.find(({ role }) => role === "BETA")?.status).toBe("revoked");
    const over = await serveDeliberation({ run });
    expect(await json(await over.send("POST", "/api/pipeline/revoke", { body }))).toEqual({ revoked: [] });
  });

  it("PIPE3 DB-64 an agent's own capability lets it report an error and a note of its pipeline, and nothing else", async () => {
    const { send, conductor } = await serveDeliberation({ run, isOpen: true, capability });
    const as = (given: string) => ({ headers: { authorization: `Bearer ${given}` } });
    const told = await send("POST", "/api/pipeline/errors/record", { body: failure, ...as(secret) });
    expect(await json<RecordedBody>(told)).toMatchObject({ recorded: true });
    const [incident] = [...conductor.state().deliberations.values()].flatMap(({ incidents }) => incidents);
    expect(incident?.by).toBe("worker:ALPHA");
    const before = conductor.state().seq;
    const wrong = { body: { ...failure, details: "other" }, ...as("of-nobody-0123456789-abcdefghij") };
    expect(await problem(await send("POST", "/api/pipeline/errors/record", wrong))).toEqual([
      401,
      "capability_refused",
    ]);
    const elsewhere = { body: { ...failure, pipeline_id: later }, ...as(secret) };
    expect((await send("POST", "/api/pipeline/errors/record", elsewhere)).status).toBe(401);
    expect((await send("POST", "/api/pipeline/errors/record", { body: {}, ...as(secret) })).status).toBe(401);
    for (const [method, path, body] of [
      ["POST", "/api/pipeline/revoke", { pipeline_id: run, reason: "x" }],
      ["POST", "/api/pipeline/failure-context", { pipeline_id: run, failure_reason: "stuck" }],
      ["POST", `/api/pipeline/${run}/accept`, {}],
      ["POST", `/api/pipeline/${run}/recover`, {}],
      ["POST", `/api/runs/${run}/commands`, { type: "abort" }],
      ["GET", "/api/pipeline", undefined],
      ["GET", `/api/pipeline/${run}/handoff`, undefined],
    ] as const)
      expect((await send(method, path, { body, ...as(secret) })).status, path).toBe(401);
    expect(conductor.state().seq).toBe(before);
    await send("POST", "/api/pipeline/revoke", { body: { pipeline_id: run, reason: "x", agents: ["ALPHA"] } });
    const late = { body: { ...failure, details: "late" }, ...as(secret) };
    expect((await send("POST", "/api/pipeline/errors/record", late)).status).toBe(401);
  });

  it("ERB4 B-136 errors told of an agent use its budget up: its capability is worth nothing then", async () => {
    const { send, conductor } = await serveDeliberation({ run, isOpen: true, capability });
    const own = { headers: { authorization: `Bearer ${secret}` } };
    const tell = (count: number, more: object = {}, options: object = {}) =>
      send("POST", "/api/pipeline/errors/record", {
        body: { ...failure, details: `error ${count}`, ...more },
        ...options,
      });
    for (let count = 1; count <= 4; count += 1)
      expect(await json(await tell(count, {}, own))).toMatchObject({ error_count: count, revoked: [] });
    expect(await problem(await tell(5, { agent: "BETA" }, own))).toEqual([401, "capability_refused"]);
    expect(await problem(await tell(5, { agent: "OMEGA" }))).toEqual([404, "role_unknown"]);
    for (let count = 5; count <= 9; count += 1)
      expect(await json(await tell(count, { agent: "ALPHA" }))).toMatchObject({ revoked: [] });
    const seen = await json<PipelineDetailBody>(await send("GET", `/api/pipeline/${run}`));
    expect(seen.detail.error_budget).toEqual({ errors: 10, window_seconds: 600 });
    expect(seen.detail.agent_states.map(({ role, errors }) => [role, errors])).toContainEqual(["ALPHA", 9]);
    expect(await json(await tell(10, { agent: "ALPHA" }))).toMatchObject({ revoked: ["ALPHA"] });
    expect(await problem(await tell(11, {}, own))).toEqual([401, "capability_refused"]);
    const { detail } = await json<PipelineDetailBody>(await send("GET", `/api/pipeline/${run}`));
    expect(detail.agent_states.find(({ role }) => role === "ALPHA")).toMatchObject({
      status: "revoked",
      blocked_reason: "10 errors within 600 s of work are as many as are allowed",
    });
    expect(detail.errors[0]).toMatchObject({ agent: "ALPHA", reported_by: "worker:ALPHA" });
    expect(conductor.state().phase).toBe("running");
  });

  it("PIPE1 what is no pipeline, or does not fit, is refused by name", async () => {
    const { send } = await serveDeliberation({ run, isOpen: true });
    const bodies = [{ ...failure, severity: "awful" }, { ...failure, more: 1 }, { pipeline_id: run }];
    for (const body of bodies)
      expect(await problem(await send("POST", "/api/pipeline/errors/record", { body }))).toEqual([422, "body_invalid"]);
    const strange = { ...failure, pipeline_id: "P-9" };
    expect(await problem(await send("POST", "/api/pipeline/errors/record", { body: strange }))).toEqual([
      404,
      "pipeline_missing",
    ]);
    expect(await problem(await send("GET", "/api/pipeline/P-9"))).toEqual([404, "pipeline_missing"]);
  });
});

describe("what is told by a pipeline", () => {
  it("PIPE4 B-128 the list has every run that is a deliberation, under its status and its place in a chain", async () => {
    const { send } = await serveDeliberation({ run: later, inheritance }, [{ run, outcome: "stuck" }]);
    const { pipelines } = await json<PipelinesBody>(await send("GET", "/api/pipeline"));
    expect(pipelines).toEqual([
      expect.objectContaining({
        run: later,
        status: "consensus_failed",
        is_recovery: true,
        recovery_attempt: 2,
        max_attempts: 3,
        root_pipeline: run,
        prior_pipeline: run,
        abort_reason: "deadlock",
      }),
      expect.objectContaining({ run, status: "aborted", is_recovery: false, recovery_attempt: 1 }),
    ]);
  });

  it("PIPE5 statuses follow the run from its beginning to the end of its chain", async () => {
    const statusOf = async (options: Omit<Parameters<typeof serveDeliberation>[0], "run">): Promise<string> => {
      const { send } = await serveDeliberation({ run, ...options });
      return (await json<PipelineDetailBody>(await send("GET", `/api/pipeline/${run}`))).status;
    };
    expect(await statusOf({ isOpen: true })).toBe("orchestrating");
    expect(await statusOf({})).toBe("consensus_failed");
    expect(await statusOf({ outcome: "timeout" })).toBe("aborted");
    expect(await statusOf({ outcome: "crashed" })).toBe("failed");
    expect(await statusOf({ inheritance: { ...inheritance, generation: 3 } })).toBe("failed");
  });

  it("PIPE6 B-114 B-115 B-116 B-117 B-118 the detail has the earlier system's keys with what they hold", async () => {
    const { send } = await serveDeliberation({ run: later, inheritance });
    const { detail, chain } = await json<PipelineDetailBody>(await send("GET", `/api/pipeline/${later}`));
    expect(chain).toEqual([{ run: later, attempt: 2, status: "consensus_failed" }]);
    const keys = Object.fromEntries(detail.keys.map((each) => [each.key, each]));
    expect(Object.keys(keys)).toEqual([
      `pipeline:${later}`,
      `handoff:${later}:agents`,
      `handoff:${later}:inherited`,
      `recovery:${later}`,
    ]);
    expect(keys[`pipeline:${later}`]).toMatchObject({
      ttl_seconds: null,
      value: {
        is_recovery: "true",
        recovery_attempt: "2",
        force_gamma: "false",
        inherited_handoff: `handoff:${later}:inherited`,
        handoff_key: `handoff:${later}:agents`,
      },
    });
    expect(JSON.parse(keys[`pipeline:${later}`]?.value?.["prior_context"] ?? "")).toMatchObject({
      prior_pipeline: run,
      failure_reason: "deadlock",
    });
    expect(keys[`handoff:${later}:agents`]).toMatchObject({
      ttl_seconds: 86_400,
      href: `/api/pipeline/${later}/handoff`,
    });
    expect(keys[`recovery:${later}`]?.value).toMatchObject({ retry_count: "1", abort_reason: "deadlock" });
    expect(detail.failure_context).toMatchObject({
      pipeline_id: later,
      failure_reason: "consensus_failed",
      iteration_count: 1,
      gamma_spawned: false,
      metrics: { blackboard_writes: 3, final_consensus: false, performance_score: 0.25 },
      recovery_hint: "Look at it.",
    });
    expect(detail.agent_states.map(({ role, status }) => [role, status])).toContainEqual(["ALPHA", "revoked"]);
  });

  it("PIPE7 B-01 a pipeline is found by the name its starter gave it, too", async () => {
    const { send } = await serveDeliberation({ run, pipeline: "P-7" });
    const body = await json<PipelineDetailBody>(await send("GET", "/api/pipeline/P-7"));
    expect(body).toMatchObject({ pipeline_id: "P-7", run });
  });

  it("PIPE8 B-126 B-127 the handoff is given as it was stored, or told from the log where it could not be stored", async () => {
    const { send } = await serveDeliberation({ run });
    const handoff = await json<Handoff>(await send("GET", `/api/pipeline/${run}/handoff`));
    expect(handoff).toMatchObject({ from_pipeline: run, abort_reason: "deadlock" });
    expect(handoff.proposals.map(({ value }) => value)).toEqual(["One file.", "A server."]);
    const lost = await serveDeliberation({ run, isLost: true });
    const told = await json<Handoff>(await lost.send("GET", `/api/runs/${run}/handoff`));
    expect(told.proposals).toEqual(handoff.proposals);
    const open = await serveDeliberation({ run, isOpen: true });
    expect(await problem(await open.send("GET", `/api/pipeline/${run}/handoff`))).toEqual([404, "handoff_missing"]);
  });
});

describe("what a person chooses", () => {
  it("PIPE9 B-134 what there is can be taken, once: what is named, or what came nearest to an agreement", async () => {
    const { send } = await serveDeliberation({ run });
    const accept = (body: object) => send("POST", `/api/pipeline/${run}/accept`, { body });
    expect(await json(await accept({ reason: "good enough" }))).toEqual({
      run,
      section: "synthesis",
      key: "both",
      version: 1,
    });
    expect((await json<PipelineDetailBody>(await send("GET", `/api/pipeline/${run}`))).status).toBe("completed");
    expect((await accept({})).status).toBe(409);
    const other = await serveDeliberation({ run });
    const named = { section: "solutions", key: "files" };
    expect(await json(await other.send("POST", `/api/runs/${run}/accept`, { body: named }))).toMatchObject(named);
    expect((await other.send("POST", `/api/runs/${run}/accept`, { body: { key: "none" } })).status).toBe(409);
  });

  it("PIPE10 B-134 a recovery is asked for as it would begin itself, or as the person chooses", async () => {
    const { send, asked } = await serveDeliberation({ run });
    const recover = (body: object) => send("POST", `/api/pipeline/${run}/recover`, { body });
    expect(await json(await recover({}))).toMatchObject({ attempt: 2, isNew: true });
    expect(await json(await recover({ why: "escalate", model: "echo/large", as: "Bo" }))).toMatchObject({ attempt: 2 });
    expect(asked.recover).toEqual([
      [run, { why: "policy" }, "person:ann"],
      [run, { why: "escalate", model: "echo/large" }, "person:ann (Bo)"],
    ]);
    expect(await problem(await recover({ why: "hope" }))).toEqual([422, "body_invalid"]);
  });
});
