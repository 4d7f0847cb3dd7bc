// What an agent of a deliberation is asked in one cycle. What stays the same from cycle to cycle and for all agents comes
// first, so that a provider can keep it; what is asked now comes last. Only the person's words stand outside of fences.

import { dataBlockNotice } from "../../domain/data-block.ts";
import {
  questionRoom as room,
  type DeliberationQuestion,
  type SeatedAgent,
  type ShownMessage,
} from "../../domain/deliberation-question.ts";
import type { Survey } from "../../engine/ports.ts";
import { toBlock } from "./block.ts";
import { nameOf, showBoard } from "./board-view.ts";
import { headAndTail } from "./check-questions.ts";
import { toDirectoryMap } from "./directory-map.ts";
import { toPlanRules } from "./plan-rules.ts";
import type { SourceViews } from "./source-views.ts";
import { isDocument, showDocuments, showFiles, showSkeletons } from "./survey-views.ts";

export type DeliberationView = { readonly survey: Survey | null; readonly views: Pick<SourceViews, "show"> };

export async function toDeliberationQuestion(
  question: DeliberationQuestion,
  { survey, views }: DeliberationView,
): Promise<string> {
  return [
    ...toObjective(question),
    ...(question.plan === null ? [] : [toPlanRules(question.plan)]),
    dataBlockNotice,
    ...(survey === null ? [] : await showProject(question, { survey, views })),
    ...toInheritance(question),
    ...showBoard(question),
    ...showObjections(question),
    ...showVotes(question),
    toTable(question),
    ...showMessages(question),
    ...showRefused(question),
    ...toOwn(question),
    toTask(question),
  ].join("\n\n");
}

const list = (items: readonly string[]): string => items.map((item) => `- ${item.trim()}`).join("\n");

/** The person's words, whole. */
function toObjective({ objective }: DeliberationQuestion): string[] {
  const { text, constraints, success, subtasks } = objective;
  return [
    `The objective, in the person's own words:\n\n${text.trim()}`,
    ...(constraints.length === 0 ? [] : [`Constraints:\n${list(constraints)}`]),
    ...(success.length === 0 ? [] : [`It is a success when:\n${list(success)}`]),
    ...(subtasks.length === 0
      ? []
      : [
          `Its parts:\n${list(
            subtasks.map(({ id, description, dependsOn }) =>
              dependsOn.length === 0
                ? `${id}: ${description}`
                : `${id} (after ${dependsOn.join(", ")}): ${description}`,
            ),
          )}`,
        ]),
  ];
}

/** The map, the documents, and the files the person named. */
type Project = { readonly survey: Survey; readonly views: Pick<SourceViews, "show"> };

async function showProject(
  { objective, isChecked, plan }: DeliberationQuestion,
  { survey, views }: Project,
): Promise<string[]> {
  const words = JSON.stringify(objective);
  const { text, leftOut } = toDirectoryMap(
    survey.files.map(({ path }) => path),
    room.map,
  );
  const named = survey.files.filter(({ path }) => path.length > 3 && words.includes(path));
  const files = await showFiles(survey, named, room.files);
  const documents = await showDocuments(survey, room.documents);
  const others = survey.files.filter((file) => !named.includes(file) && !isDocument(file));
  const outlines =
    plan === null
      ? { blocks: [], leftOut: [] }
      : await showSkeletons(survey, { files: others, bytes: room.outlines, views });
  const missed = [...files.leftOut, ...documents.leftOut, ...outlines.leftOut];
  return [
    toBlock(`map of the project${leftOut === undefined ? "" : `: ${leftOut}`}`, text === "" ? "(no files)" : text),
    ...(documents.blocks.length === 0 ? [] : [`Documents of the project:\n\n${documents.blocks.join("\n\n")}`]),
    ...(files.blocks.length === 0 ? [] : [`Files the person names:\n\n${files.blocks.join("\n\n")}`]),
    ...(outlines.blocks.length === 0 ? [] : [`Outlines of the other files:\n\n${outlines.blocks.join("\n\n")}`]),
    ...(missed.length === 0 ? [] : [`Not shown:\n${list(missed)}`]),
    ...(plan === null ? [checkedWords(isChecked)] : []),
  ];
}

const checkedWords = (isChecked: boolean): string =>
  isChecked
    ? "Patches are tried on the project as it stands here, with its own checks and their tests."
    : "Patches are not tried in this run.";

function toInheritance({ inheritance }: DeliberationQuestion): string[] {
  if (inheritance === null) return [];
  const { generation, outcome, changes, hints } = inheritance;
  const told = [...changes.map((change) => `changed: ${change}`), ...hints.map((hint) => `hint: ${hint}`)];
  return [
    `This is try ${generation} of at most 3. The one before ended as ${outcome}. What it left stands on the blackboard as inherited. Read it first, look for common ground, and do not begin from nothing.`,
    toBlock("what is other than before, and what was noted", headAndTail(told.join("\n"), room.inheritance).text),
  ];
}

/** As many as there is room for, the last first; in the order they came. */
function fit<T>(items: readonly T[], bytes: number, view: (item: T) => string): { lines: string[]; missed: number } {
  const lines: string[] = [];
  let left = bytes;
  for (const item of items.toReversed()) {
    const line = view(item);
    left -= Buffer.byteLength(line) + 2;
    if (left < 0) break;
    lines.unshift(line);
  }
  return { lines, missed: items.length - lines.length };
}

const older = (missed: number, what: string): string[] =>
  missed === 0 ? [] : [`${missed} older ${what} ${missed === 1 ? "is" : "are"} not shown.`];

const graveness = { minor: 0, major: 1, blocking: 2 } as const;

function showObjections({ objections }: DeliberationQuestion): string[] {
  if (objections.length === 0) return [];
  const ranked = objections.toSorted((a, b) => graveness[a.severity] - graveness[b.severity]);
  const { lines, missed } = fit(ranked, room.objections, ({ id, role, version, severity, text, ...entry }) =>
    toBlock(`objection ${id}, ${severity}, of ${role} to ${nameOf(entry)}, version ${version}`, text),
  );
  return ["Open objections:", ...lines, ...older(missed, "and lesser objections")];
}

function showVotes({ votes }: DeliberationQuestion): string[] {
  if (votes.length === 0) return [];
  const { lines, missed } = fit(votes, room.votes, ({ role, key, version, stance, reasoning, isCurrent }) => {
    const stale = isCurrent ? "" : "; it is for a version that stands no more and counts for nothing";
    const label = `vote of ${role}: ${stance}, on ${nameOf({ section: "synthesis", key })}, version ${version}${stale}`;
    return toBlock(label, headAndTail(reasoning, 1_000).text);
  });
  return ["Votes:", ...lines, ...older(missed, "votes")];
}

function toTable({ table, mediatorDecides, mediator, ending }: DeliberationQuestion): string {
  const proposers = table.filter(({ kind, status }) => kind === "proposer" && status !== "lost");
  const rule =
    mediatorDecides && mediator !== null
      ? `You have agreed when ${mediator.role} and one of ${namesOf(proposers)} accept the same version of an entry of synthesis and nobody rejects it or has a blocking objection to it open.`
      : `You have agreed when ${namesOf(proposers)} accept the same version of an entry of synthesis and no blocking objection to it is open.`;
  return [`At the table:\n${list(table.map(toSeat))}`, ...(ending === null ? [rule] : [])].join("\n");
}

const namesOf = (agents: readonly SeatedAgent[]): string => agents.map(({ role }) => role).join(", ");

const percent = (part: number): string => `${Math.round(part * 100)} %`;

function toSeat({ role, kind, status, phase, progress, confidence, waitingFor }: SeatedAgent): string {
  const waits = status === "waiting" && waitingFor !== null ? ` for ${waitingFor}` : "";
  return `${role}, ${kind}: ${status}${waits}, ${phase}, progress ${percent(progress)}, confidence ${percent(confidence)}`;
}

function showMessages({ messages }: DeliberationQuestion): string[] {
  const words = messages.filter(isPersons);
  const others = messages.filter((message) => !isPersons(message));
  const { lines, missed } = fit(others, room.messages, ({ from, to, kind, text, isNew }) =>
    toBlock(`${isNew ? "new " : ""}message, ${kind}, from ${from} to ${to}`, text),
  );
  const said = fit(words, room.messages, ({ text }) => text.trim());
  return [
    ...(others.length === 0 ? [] : ["Messages:", ...lines, ...older(missed, "messages")]),
    // Outside the fences: these are the words of the person they work for.
    ...(said.lines.length === 0 ? [] : ["The person you all work for adds:", ...said.lines]),
    ...older(said.missed, "words of the person"),
  ];
}

const isPersons = ({ from }: ShownMessage): boolean => from.startsWith("person:");

function showRefused({ refused }: DeliberationQuestion): string[] {
  if (refused.length === 0) return [];
  const { lines, missed } = fit(refused, room.refused, ({ base, current, text, ...entry }) =>
    toBlock(
      `what you wrote to ${nameOf(entry)} on top of version ${base}; version ${current} stands there`,
      headAndTail(text, 4_000).text,
    ),
  );
  return [
    "Not written, since somebody else had written there meanwhile:",
    ...lines,
    ...older(missed, "refused writes"),
  ];
}

function toOwn({ role, brief, table, entries, messages }: DeliberationQuestion): string[] {
  const own = table.find((agent) => agent.role === role);
  const fresh = entries.filter(({ isNew }) => isNew).map((entry) => `${nameOf(entry)} version ${entry.version}`);
  const heard = messages.filter(({ isNew }) => isNew).length;
  const news = [...fresh.slice(0, 40), ...(heard === 0 ? [] : [`${heard} ${heard === 1 ? "message" : "messages"}`])];
  return [
    `You are ${role}.${brief === "" ? "" : ` The person asks of you in particular:\n\n${brief.trim()}`}`,
    ...(own === undefined || own.cycle === 0 ? [] : [toLast(own, news)]),
  ];
}

const toLast = ({ status, waitingFor, progress, confidence, blocked }: SeatedAgent, news: readonly string[]): string =>
  [
    `After your last cycle you were ${status}${waitingFor === null ? "" : ` for ${waitingFor}`}, progress ${percent(progress)}, confidence ${percent(confidence)}.`,
    ...(blocked === null ? [] : [toBlock("what you said kept you from going on", blocked)]),
    news.length === 0 ? "Nothing has come since." : `New since then: ${news.join(", ")}.`,
  ].join("\n");

const phaseWords = {
  analyse:
    "Analyse the problem: what makes it hard, what is given, what is open. Put it into the section problem, with its complexity, and propose something already if you can.",
  propose: "Propose: write or improve an entry of the section solutions that stands alone.",
  critique: "Look at what the others propose: object where it is wrong, take over what is better than yours.",
  synthesise:
    "Bring the proposals together: write an entry of the section synthesis that all can accept, or improve the one there is.",
  vote: "Vote on the version that stands in the section synthesis, or say what has to change before you accept it.",
} as const;

function toTask(question: DeliberationQuestion): string {
  const { purpose, role, table, rounds, mediator, ending } = question;
  const own = table.find((agent) => agent.role === role);
  if (purpose === "synthesise") {
    const why = ending === null ? "" : ` It ends as ${ending.outcome}.`;
    return `The work ends here, without an agreement.${why} Write down what is to be kept of it.`;
  }
  if (purpose === "mediate") {
    const why = mediator?.why ?? "forced";
    const detail =
      mediator === null || mediator.detail === "" ? [] : [toBlock("what was measured then", mediator.detail)];
    return [`You were called because: ${why === "forced" ? "it was asked for" : why}.`, ...detail, "Mediate."].join(
      "\n",
    );
  }
  const cycle = (own?.cycle ?? 0) + 1;
  const left = rounds - cycle;
  const end = left > 0 ? "" : " It is your last: what you do not write or vote now is lost.";
  return `This is your cycle ${cycle} of at most ${rounds}.${end} ${phaseWords[own?.phase ?? "analyse"]}`;
}
