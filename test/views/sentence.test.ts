// One sentence per event, exactly as a person reads it.

import { describe, expect, it } from "vitest";
import { isNews } from "../../src/views/news.ts";
import { sentenceOf } from "../../src/views/sentence.ts";
import { subjectOf, tellingOf } from "../../src/views/telling.ts";
import { headOf, type Text } from "../../src/domain/text.ts";
import type { Event, Recorded } from "../../src/domain/event.ts";
import type { TicketId } from "../../src/domain/ids.ts";
import { answer, bareRun, command, gitRun, mara, prepared, replied, toolDone } from "../core/story.ts";
import { allSamples, toRecords } from "../support/sample-events.ts";

const recorded = (event: Event): Recorded => ({ seq: 1, at: 1_790_000_000_000, by: "engine", event });

describe("one sentence per event", () => {
  it("says every type of event in plain words", () => {
    const sentences = toRecords(allSamples).map((each) => `${each.event.type}: ${sentenceOf(each)}`);
    expect(sentences.join("\n")).toMatchInlineSnapshot(`
      "run.created: The run begins "Sample": async, up to 4 tickets at once.
      run.forked: The run is forked from run_0123456789abcdef at record 12; changed: guidance for T1; models of T1; completed tickets stay, attempts that were under way are begun anew without their partial work.
      plan.tracked: The run has 1 track: The core.
      plan.proposed: The run is offered another plan by tier 2, because T1 is blocked: drops 1 ticket, rewires 1 ticket: T1 is two things.
      plan.patched: The run changes its plan: drops 1 ticket: T1 is not needed.
      context.compacted: T1 goes on with its turns 1 to 4 told in short: about 162k tokens become 41.0k (the next call would fill too much of the model's window).
      plan.cleared: The run lets the drafted plan go: a person wrote the plan anew.
      consult.started: The run asks tier 2 for the tickets of track core (scripted/one).
      consult.reserved: The run holds back what a further call to the model may use.
      consult.refused: The run does not ask the model: the day's bound is reached.
      budget.raised: The run may spend more: ticket T7: $12.50, 200000 tokens.
      budget.passed_over: T1 goes on without asking for a diagnosis: tier 4: $1.00 of $1.00 is spent.
      consult.replied: The run has an answer from the model after 0.9 s.
      consult.failed: The run gets no answer from the model: overloaded: busy; again in 1.0 s.
      consult.returned: The run sends the answer back with 1 problem: The answer is not JSON.
      consult.ended: The run gives up asking: 3 answers could not be used.
      plan.added: The run receives 1 ticket.
      plan.accepted: The run accepts the plan of 1 ticket.
      run.adopted: The run is taken over by host pid 12; finished work stays, steps that were under way begin again.
      run.paused: The run pauses (disk full): steps under way end, no further step starts.
      run.resumed: The run goes on.
      run.mode_changed: The run switches to linear: one ticket at a time.
      run.trust_changed: The run goes back to the trust levels of its tickets.
      ticket.trust_changed: T1 is put on trust "step".
      run.lanes_changed: The run has 8 lanes from now on.
      run.attended_changed: The run has nobody to ask: what would be held is refused.
      run.aborted: The run is aborted: changed my mind.
      run.ended: The run ends completed: every ticket is completed.
      ticket.completed: T1 is completed: Parser added.
      ticket.blocked: T1 is blocked because the worker cannot go on: no grammar given.
      ticket.failed: T1 has failed because its checks are red: still red.
      ticket.abort_requested: T1 is to be aborted while it is merged, which is stopped if it still can be: not needed.
      ticket.cancelled: T1 is cancelled: its dependency failed.
      ticket.steered: T1 has a word for its worker: Use the parser that is there.
      ticket.models_changed: T1 has another ladder from its next attempt on: scripted/one.
      run.models_changed: The run asks tier 3 of other models from now on: scripted/one.
      rule.added: The run has a rule from now on: R12 approves every call of run that is exactly "npm test", of T1.
      rule.removed: The run has rule R12 no more.
      ticket.paused: T1 is paused: let me look.
      ticket.resumed: T1 goes on.
      ticket.reopened: T1 is reopened, with a word to the worker: the beginning of a long text.
      attempt.started: T1 starts attempt 1 on scripted/one.
      attempt.prepared: T1 has its worktree and its brief, from c0ffee; left out of its brief: big.bin.
      brief.edited: T1 gets a brief rewritten.
      attempt.parked: T1 gives its lane back and waits for one: there are fewer lanes now.
      attempt.failed: T1 fails in attempt 1 because it took too long: an hour has passed.
      attempt.disposed: T1 has its worktree cleared away; what was not merged is kept at refs/heads/tutti/x.
      note.added: T1 is reminded to call a tool or to finish.
      turn.started: T1 asks the model (turn 1).
      turn.replied: T1 says "I read it first." and asks for read src/a.ts and read src/a.ts (0.8 s, 1.56k tokens).
      turn.failed: T1 gets no answer in turn 1: the provider asks to slow down (429); asks again.
      turn.refused: T1 does not make turn 1: the day's bound is reached.
      provider.held: The run asks scripted nothing for 0.0 s: 429.
      message.restored: T1 goes on from the message as the model wrote it: it was right.
      message.edited: T1 goes on from a message rewritten: faster.
      tool.called: T1 reads src/a.ts.
      tool.returned: T1 has run the call (0.0 s).
      tool.refused: T1 gets an error for the call: no such tool.
      tool.lost: T1 may or may not have run the call: the process died before its result was recorded.
      result.edited: T1 gets an output rewritten: secret.
      approval.requested: T1 waits for you (A7): may it run?
      approval.answered: T1 goes on with what the engine wrote at A7: narrower.
      approval.voided: T1 no longer waits for an answer to A7: the run was aborted.
      finish.reported: T1 reports that it is done: Parser added.
      verify.passed: T1 passes its checks (2 commands, 0.9 s).
      verify.failed: T1 does not pass its checks: npm test is red after 0.9 s.
      review.closed: T1 is sent back by its review: lost-update (high, src/store.ts).
      merge.queued: T1 joins the merge queue.
      merge.published: T1 has nothing to merge: it changed no file.
      deliberation.opened: The run opens a deliberation of ALPHA and BETA on Choose a store.
      deliberation.mediated: The run seats GAMMA as mediator (CONFLICT): 3 objections are open.
      deliberation.condition_met: The run meets CONFLICT: 3 objections are open (3 of 3).
      deliberation.agent_changed: The run notes that ALPHA waits for BETA after cycle 2, 50 % done, 75 % sure: needs the figures.
      deliberation.heard: The run hears ALPHA at work.
      deliberation.agent_lost: The run loses BETA: no answer.
      deliberation.written: The run has synthesis/plan v2 of ALPHA, inherited from run_0123456789abcdef: the beginning.
      deliberation.write_refused: The run does not write BETA's synthesis/plan: it was made of v1, and v2 stands there.
      deliberation.messaged: The run carries a message (question) from ALPHA to all: Which load?
      deliberation.objected: The run has blocking objection O12 of BETA to synthesis/plan v2: It loses writes.
      deliberation.objection_settled: The run settles O12: BETA is content about it.
      deliberation.voted: The run counts a vote: BETA accepts synthesis/plan v2: It keeps every write.
      deliberation.round_closed: The run closes round 2, 50 % of the way to agreeing.
      deliberation.evidence_checked: The run tries the evidence of synthesis/plan v2: red: npm test: 1 failing (1 s).
      deliberation.incident: The run records an incident (high agent_failure): BETA gave no answer.
      deliberation.aborting: The run comes to an end (timeout): the time is over; cycles under way may come in for 4 s.
      deliberation.synthesised: The run goes without the mediator's last word: too late.
      deliberation.handed_off: The run stores its handoff, made of the records up to 40.
      deliberation.handoff_failed: The run cannot store its handoff: the disk is full; nothing is revoked.
      deliberation.revoked: The run revokes what ALPHA may do: it has ended.
      deliberation.measured: The run scores 25 %.
      deliberation.failure_recorded: The run records why it failed (timeout): Give it more time.
      deliberation.ended: The run ends its deliberation with majority with dissent on synthesis/plan v2 of ALPHA, GAMMA, 1 voice against it: 2 of 3 agree.
      deliberation.recovery_claimed: The run is recovered from by run_fedcba9876543210, run 2 of its chain: the mediator is seated at once.
      deliberation.partial_accepted: The run is taken as it is: synthesis/plan v2 is accepted: good enough."
    `);
  });

  it.each(toRecords(allSamples))("is one printable line that ends like a sentence: $event.type", (each) => {
    const sentence = sentenceOf(each);
    expect(sentence).toMatch(/^(The run|T1) [a-z].*[.!?…]$/);
    expect(sentence).not.toMatch(/undefined|null|NaN|\[object|\n/);
  });

  it("P17 foreign words come out escaped and cut", () => {
    const evil = "\u001b[31mred\u202e";
    const sentence = sentenceOf(
      recorded({ type: "ticket.cancelled", ticket: `T${evil}` as TicketId, reason: `${evil}\n${"x".repeat(1_000)}` }),
    );
    expect(sentence).not.toMatch(/[\p{Cc}\u202e]/u);
    expect(sentence).toContain("\\x1b[31mred\\u{202e}");
    const long = sentenceOf(recorded({ type: "run.aborted", reason: "x".repeat(100) }));
    expect(long).toContain("x".repeat(100));
  });

  it("names the tool of a result, which only the state knows", () => {
    const asked = bareRun(["A"]).when(replied("A#1/1", [command("npm test")]));
    const done = asked.when(toolDone("A#1/1.0", "exit 1", false));
    const result = done.records.find(({ event }) => event.type === "tool.returned");
    if (result === undefined) throw new Error("no result was recorded");
    expect(sentenceOf(result, done.state)).toBe("A gets an error from run npm test: exit 1.");
    expect(sentenceOf(result)).toBe("A gets an error from the call: exit 1.");
  });

  it("names who answered, and what for", () => {
    const held = bareRun(["A"], { trust: "ask" }).when(replied("A#1/1", [command("npm publish")]));
    const last = (story: typeof held, type: Event["type"]): string => {
      const found = story.records.findLast(({ event }) => event.type === type);
      return found === undefined ? "" : sentenceOf(found, story.state);
    };
    expect(last(held, "approval.requested")).toBe("A waits for you (A7): may it run npm publish?");
    expect(last(held.when(answer(held, "reject", { reason: "not from here" }), mara), "approval.answered")).toBe(
      "A is told no: mara rejected A7: not from here.",
    );
    expect(last(held.when(answer(held, "abort"), mara), "ticket.cancelled")).toBe(
      "A is cancelled by mara: aborted at a gate.",
    );
  });

  it("a line's subject is the attempt, the ticket or the run", () => {
    const story = gitRun(["A"]).when(prepared("A#1"));
    const subjects = story.records.map((each) => `${each.event.type} ${subjectOf(tellingOf(each))}`);
    expect(subjects).toContain("attempt.started A#1");
    expect(subjects).toContain("plan.accepted run");
    expect(subjectOf(tellingOf(recorded({ type: "ticket.cancelled", ticket: "A" as TicketId, reason: "" })))).toBe("A");
  });
});

describe("news", () => {
  it("leaves out what only moves the machinery, keeps what moved, was decided or went wrong", () => {
    const left = allSamples.filter((event) => !isNews(event)).map(({ type }) => type);
    expect(left.toSorted()).toEqual(
      [
        "approval.voided",
        "consult.replied",
        "deliberation.heard",
        "attempt.prepared",
        "merge.queued",
        "plan.added",
        "tool.returned",
        "turn.replied",
        "turn.started",
      ].toSorted(),
    );
  });

  it("a result that is an error, a reply without calls, and kept work are news", () => {
    const sample = (type: Event["type"]): Event => {
      const found = allSamples.find((event) => event.type === type);
      if (found === undefined) throw new Error(`no sample of ${type}`);
      return found;
    };
    const text: Text = "words";
    expect(headOf(text)).toBe("words");
    expect(isNews({ ...sample("tool.returned"), ok: false } as Event)).toBe(true);
    expect(isNews({ ...sample("turn.replied"), calls: [] } as Event)).toBe(true);
    expect(isNews({ ...sample("tool.refused"), by: "person" } as Event)).toBe(false);
  });
});
