// Routes by which a person decides in one run, and changes its plan.

import { answerSchema, commandSchema, messageEditSchema, patchSchema } from "../wire.ts";
import * as desk from "./desk-answers.ts";
import { changeProblems, type Answer, type ApiRoute } from "./route.ts";

const accepted: Answer = { name: "Accepted", schema: desk.accepted, what: "Recorded." };

export const decideRoutes: readonly ApiRoute[] = [
  {
    method: "GET",
    path: "/api/runs/:run/precedents",
    tag: "decide",
    summary: "How requests like those that wait were answered before",
    answer: { name: "Precedents", schema: desk.precedents, what: "Counted by request and by tool." },
    problems: [404, 409],
  },
  {
    method: "GET",
    path: "/api/runs/:run/tools",
    tag: "decide",
    summary: "The tools its workers may be given, and what each takes",
    answer: { name: "Tools", schema: desk.tools, what: "Arguments as JSON schema." },
    problems: [404, 409],
  },
  {
    method: "GET",
    path: "/api/runs/:run/approvals",
    tag: "decide",
    summary: "What waits for a person, the most urgent first",
    answer: { name: "Approvals", schema: desk.approvals, what: "Each with what to see before an answer." },
    problems: [404, 409],
  },
  {
    method: "GET",
    path: "/api/runs/:run/approvals/:id",
    tag: "decide",
    summary: "One that waits; or who closed it",
    answer: { name: "Approval", schema: desk.approval, what: "It is open." },
    problems: [404, 409],
  },
  {
    method: "GET",
    path: "/api/runs/:run/approvals/:id/message",
    tag: "decide",
    summary: "The message that can be rewritten there, with all its versions",
    answer: { name: "Message", schema: desk.message, what: "Texts whole, the oldest version first." },
    problems: [404, 409],
  },
  {
    method: "POST",
    path: "/api/runs/:run/approvals/:id/answer",
    tag: "decide",
    summary: "Approve, edit, reject or abort",
    body: { name: "Answer", schema: answerSchema },
    answer: accepted,
    problems: changeProblems,
  },
  {
    method: "POST",
    path: "/api/runs/:run/message-edits",
    tag: "decide",
    summary: "Rewrite the model's last message at a gate",
    body: { name: "MessageEdit", schema: messageEditSchema },
    answer: accepted,
    problems: changeProblems,
  },
  {
    method: "POST",
    path: "/api/runs/:run/commands",
    tag: "decide",
    summary: "Pause, resume, mode, trust, lanes, bounds, abort, and of a ticket trust, abort, reopening",
    body: { name: "Command", schema: commandSchema },
    answer: accepted,
    problems: changeProblems,
  },
  {
    method: "GET",
    path: "/api/runs/:run/plan",
    tag: "plan",
    summary: "The plan as it is now",
    answer: { name: "Plan", schema: desk.plan, what: "It can be run." },
    problems: [404, 409],
  },
  {
    method: "POST",
    path: "/api/runs/:run/plan/diff",
    tag: "plan",
    summary: "What a patch would do; changes nothing",
    body: { name: "Patch", schema: patchSchema },
    answer: { name: "PlanDiff", schema: desk.planDiff, what: "As a graph diff and in words." },
    problems: changeProblems,
  },
  {
    method: "POST",
    path: "/api/runs/:run/plan/patch",
    tag: "plan",
    summary: "Change the plan",
    body: { name: "Patch", schema: patchSchema },
    answer: accepted,
    problems: changeProblems,
  },
];
