// What a worker is told at its start: the ticket, the files it names, what the last attempt left, and how to end.

import { dataBlockNotice } from "../../domain/data-block.ts";
import type { Ticket } from "../../domain/ticket.ts";
import type { Deliberated } from "../../domain/deliberated.ts";
import type { Briefs } from "../../engine/ports.ts";
import { isRefused } from "../confine.ts";
import { toBlock } from "./block.ts";
import { toCheckQuestion } from "./check-questions.ts";
import { type ContextView, limitTroubles, toContextView } from "./context-view.ts";
import { toDeliberationQuestion } from "./deliberation-question.ts";
import { toFileView } from "./file-view.ts";
import { loadText } from "./load-text.ts";
import { toQuestion } from "./questions.ts";
import { createSourceViews, type SourceViews } from "./source-views.ts";

export type BriefsOptions = {
  /** Bytes of file content in one brief. */
  readonly maxBytes?: number;
};

const defaultMaxBytes = 160 * 1024;
const largestTarget = 96 * 1024;
const largestContext = 24 * 1024;
const largestDiagnosis = 24 * 1024;
const largestPlan = 48 * 1024;
const largestDissent = 4 * 1024;
/** Each may have cost seconds. */
const mostTroubles = 5;

export function createBriefs({ maxBytes = defaultMaxBytes }: BriefsOptions = {}): Briefs {
  const views = createSourceViews();
  return {
    askCheck: toCheckQuestion,
    askInDeliberation: (question, { survey }) =>
      toDeliberationQuestion(question, { survey, views: limitTroubles(views, mostTroubles) }),
    ask: (question, { survey }) => toQuestion(question, { survey, views: limitTroubles(views, mostTroubles) }),
    compose: async (ticket, { root, diagnosis, guidance, attempt, deliberated = [] }) => {
      const files =
        root === null
          ? { blocks: [], omitted: [] }
          : await showFiles(ticket, { root, maxBytes, views: limitTroubles(views, mostTroubles) });
      const parts = [
        toTask(ticket, root),
        ...(files.blocks.length > 0
          ? [`Files of the repository, as they are now:\n\n${files.blocks.join("\n\n")}`]
          : []),
        ...(files.omitted.length > 0 ? [`Not shown:\n${files.omitted.map((line) => `- ${line}`).join("\n")}`] : []),
        ...deliberated.map(toDeliberated),
        ...(diagnosis === undefined ? [] : [toDiagnosis(diagnosis, attempt)]),
        // Outside the fences: these are the person's words, as the ticket's are.
        ...(guidance === undefined ? [] : [`The person you work for adds:\n\n${guidance.trim()}`]),
        toEnding(ticket),
      ];
      const fileBytes = files.blocks.reduce((sum, block) => sum + Buffer.byteLength(block), 0);
      return { prompt: parts.join("\n\n"), omitted: files.omitted, fileBytes };
    },
  };
}

function toTask(ticket: Ticket, root: string | null): string {
  const task = [`Ticket ${JSON.stringify(ticket.id)}: ${toLine(ticket.title)}`, "", ticket.description.trim()];
  if (root !== null && ticket.touches.length > 0) {
    task.push("", `You may change only what matches: ${ticket.touches.map(toLine).join(", ")}`);
  }
  task.push("", dataBlockNotice);
  return task.join("\n");
}

/** A title is one line, so that it cannot look like another part of the brief. */
const toLine = (text: string): string => text.replace(/\s+/g, " ").trim();

function toDiagnosis(diagnosis: string, attempt: number): string {
  const view = toFileView(diagnosis, largestDiagnosis);
  const what = `This is attempt ${attempt}. An earlier attempt at this ticket did not succeed; this is what is known about it. Do not repeat it unchanged.`;
  return `${what}\n\n${toBlock("diagnosis of the last attempt", view.text)}`;
}

const deliberatedAbout = {
  ticket: "How this ticket is to be gone about was deliberated before you.",
  conflict: "How the conflict is to be resolved was deliberated between the authors of both sides.",
} as const satisfies Record<Deliberated["purpose"], string>;

/** A worker follows what was agreed on; what was not is told as that. */
function toDeliberated({ purpose, outcome, isAgreed, text, patch, accepted, dissent }: Deliberated): string {
  const how = isAgreed
    ? `${accepted.join(", ")} agreed on what follows: keep to it, and say in your summary where you could not.`
    : `They did not agree (${outcome.replaceAll("_", " ")}).${text === "" ? "" : " This was proposed last; judge it yourself."}`;
  return [
    `${deliberatedAbout[purpose]} ${how}`,
    ...(text === ""
      ? []
      : [toBlock(`what was ${isAgreed ? "agreed" : "proposed last"}`, toFileView(text, largestPlan).text)]),
    ...(patch === "" ? [] : [toBlock("its patch", toFileView(patch, largestPlan).text)]),
    ...dissent.map((each) => toBlock(`dissent of ${each.role}`, toFileView(each.text, largestDissent).text)),
  ].join("\n\n");
}

function toEnding(ticket: Ticket): string {
  const checks = ticket.verify.map((command) => `- ${typeof command === "string" ? command : JSON.stringify(command)}`);
  return [
    ...(checks.length > 0
      ? ["Before the result counts, these commands have to succeed, besides the project's own:", ...checks, ""]
      : []),
    "End with the finish tool: completed, blocked or needs_input, a summary, and the evidence you have seen yourself.",
    "If you cannot do the ticket and answer in text, begin the answer with the word BLOCKED and explain what is in the way.",
  ].join("\n");
}

type Shown = { readonly blocks: readonly string[]; readonly omitted: readonly string[] };

type Room = { readonly root: string; readonly maxBytes: number; readonly views: Pick<SourceViews, "show"> };

/** The target first, raw and with the larger share; then the first file curated, the rest as skeletons; each file once. */
async function showFiles(ticket: Ticket, { root, maxBytes, views }: Room): Promise<Shown> {
  const blocks: string[] = [];
  const omitted: string[] = [];
  let room = maxBytes;
  let as: "curated" | "skeleton" = "curated";
  const target = ticket.targetFile;
  for (const path of new Set([...(target === undefined ? [] : [target]), ...ticket.contextFiles])) {
    const isTarget = path === target;
    const name = JSON.stringify(path);
    const found = await loadText(root, path);
    if ("absent" in found && isTarget) {
      blocks.push(`Target file ${name} does not exist yet: it is yours to make.`);
      continue;
    }
    if ("absent" in found || isRefused(found)) {
      omitted.push(`${name}: ${"absent" in found ? "does not exist" : found.problem}`);
      continue;
    }
    const share = Math.min(room, isTarget ? largestTarget : largestContext);
    if (share < 512 && Buffer.byteLength(found.text) > share) {
      omitted.push(`${name}: no room left in this brief; read it with the read tool`);
      continue;
    }
    const view = isTarget
      ? toRaw(found.text, share)
      : await toContextView(path, found.text, { as, bytes: share, views });
    if (!isTarget) as = "skeleton";
    room -= Buffer.byteLength(view.text);
    if (view.cut !== undefined) omitted.push(`${name}: ${view.cut}`);
    blocks.push(toBlock(toHeading(path, isTarget, view), view.text));
  }
  return { blocks, omitted };
}

const toRaw = (text: string, bytes: number): ContextView => ({ ...toFileView(text, bytes), kind: "whole" });

const viewNames = { whole: "", part: "", curated: ", curated view", skeleton: ", skeleton" } as const;

/** Which file, as which view, and what that leaves out. */
function toHeading(path: string, isTarget: boolean, { kind, leftOut, cut }: ContextView): string {
  const without = leftOut === undefined ? "" : `: ${leftOut}`;
  return `${isTarget ? "target file" : "file"} ${path}${viewNames[kind]}${without}${cut === undefined ? "" : ", in part"}`;
}
