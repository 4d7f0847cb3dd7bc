// What the agents of a table are told that makes the plan of a goal: what they agree on is a plan, and how one is written.

import { toPrintableLine } from "../../domain/printable.ts";
import type { PlanFrame } from "../../domain/deliberation-question.ts";
import type { ShellCommand } from "../../domain/ticket.ts";

const rules = `What this table is to agree on is the plan by which the objective is worked on. Nobody changes a file here: write no patches and no tests. Each of you first works out a plan of its own; then compare, object, and bring the better parts together.

Every entry of solutions and of synthesis holds a whole plan in the field "plan", beside a text that says why it is cut so and what speaks against it. A plan is judged as one: who improves another's gives all of it again.

How a plan is made
- tracks: the coherent parts of the objective, as few as give real parallel work. Where tracks meet, one owns the contract and the others name it in dependsOn. modules are the folders and files it is expected to touch; brief says its scope and what done means.
- tickets: each names its track, is one change that one engineer finishes in one sitting, and can be checked by itself. The description stands alone: what to build, where, how it behaves when things go wrong, which tests show it. An engineer sees the ticket, its target file and outlines of its context files, and nothing of what is said here.
- dependsOn holds ids of tickets whose results a ticket needs, of any track; no circles, no order for its own sake. What makes types, interfaces and file formats comes first, so that the rest can go side by side. Two tickets that may run at the same time should not touch the same file.
- targetFile is the file a ticket is about, contextFiles show what it must fit, touches are globs of all it may change; paths from the repository's top folder. verify holds commands that exit with 0 when it is done, beside the project's own, and that need no network.
- Add nothing that the objective does not need. A plan that is not sound comes back with everything that is wrong with it.

The shape of an entry with a plan; id and description are needed of a ticket, every field of a track:
{"section": "solutions", "key": "by-layer", "base": 0, "text": "...", "plan": {"tracks": [{"id": "api", "title": "...", "brief": "...", "dependsOn": [], "modules": ["src/api"], "severity": "medium", "persona": "..."}], "tickets": [{"id": "api-types", "track": "api", "title": "...", "description": "...", "dependsOn": [], "targetFile": "src/api/types.ts", "contextFiles": [], "touches": ["src/api/**"], "verify": ["npm test"]}]}}
Where you are asked for the last word, the same "plan" may stand beside key, text, open and next: give one if a sound plan can be put together from what is there.`;

export const toPlanRules = ({ archetypes, verify, most }: PlanFrame): string =>
  [
    rules,
    `Kinds of worker (archetype, "worker" where a ticket names none): ${archetypes.map(toPrintableLine).join(", ")}`,
    ...(Number.isFinite(most) ? [`A plan has ${most} tickets at most.`] : []),
    verify.length === 0
      ? "The project has no checks of its own: give each ticket commands that show that it is done."
      : `The project's own checks, run for every ticket:\n${verify.map(toLine).join("\n")}`,
  ].join("\n\n");

const toLine = (command: ShellCommand): string => `- ${typeof command === "string" ? command : command.join(" ")}`;
