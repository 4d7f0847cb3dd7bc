// How long the question of one cycle can be at most: what the state knows of it, within what a question has room for.

import { questionRoom } from "../../domain/deliberation-question.ts";
import { bytesOf, type Text } from "../../domain/text.ts";
import { configOf, type RunState } from "../state.ts";
import { isPlanning } from "./plan-moves.ts";
import { latestOf, type Deliberation, type Entry } from "./state.ts";

/** Fixed words, the list of who sits at the table, what is new, and the shape of the answer. */
const frame = 16 * 1024;
/** The fences and the heading around one text; a cut is told inside. */
const fence = 512;
/** The project's map, its documents and the files that are named, with their fences. */
const project = questionRoom.map + questionRoom.documents + questionRoom.files + 20 * 1024;

/** Bytes; a true upper bound, beside the prompt. */
export function cycleQuestionBytes(state: RunState, deliberation: Deliberation): number {
  const { objective, inheritance, board, objections, votes, messages, refusedWrites, setup } = deliberation;
  const briefs = setup.seats.map(({ brief = "" }) => bytesOf(brief));
  return (
    frame +
    wordsOf(objective) +
    Math.max(0, ...briefs) +
    (configOf(state).workspace === "git" ? project : 0) +
    (isPlanning(deliberation) ? planBytes(state) : 0) +
    (inheritance === null ? 0 : questionRoom.inheritance + fence) +
    within(questionRoom.board, board.map(entryBytes)) +
    within(questionRoom.objections, textBytes(objections)) +
    within(questionRoom.votes, textBytes(votes.map(({ reasoning }) => ({ text: reasoning })))) +
    // What a person said has as much room again.
    2 * within(questionRoom.messages, textBytes(messages)) +
    within(questionRoom.refused, textBytes(refusedWrites))
  );
}

/** How a plan is written, what it has to fit, and outlines of the project's files. */
function planBytes(state: RunState): number {
  const { archetypes, verify, workspace } = configOf(state);
  const fits = bytesOf(JSON.stringify([archetypes.map(({ name }) => name), verify]));
  // What an outline is of is named once more where it is fenced, or where there was no room for it.
  return 8 * 1024 + 2 * fits + (workspace === "git" ? questionRoom.outlines + 24 * 1024 : 0);
}

function wordsOf({ text, constraints, success, subtasks }: Deliberation["objective"]): number {
  const lines = [
    ...constraints,
    ...success,
    ...subtasks.flatMap((each) => [each.id, each.description, ...each.dependsOn]),
  ];
  return bytesOf(text) + lines.reduce((sum, line) => sum + bytesOf(line) + 16, 0);
}

function entryBytes(entry: Entry): number {
  const { text, patch, tests, evidence, provenance } = latestOf(entry);
  const texts = [text, ...(patch === null ? [] : [patch]), ...tests, ...(evidence === null ? [] : [evidence.detail])];
  const from = provenance === null ? 0 : 2 * bytesOf(`${provenance.run}${provenance.author}`);
  return texts.reduce((sum, each) => sum + bytesOf(each) + fence, from);
}

const textBytes = (items: readonly { readonly text: Text }[]): readonly number[] =>
  items.map(({ text }) => bytesOf(text) + fence);

const within = (room: number, sizes: readonly number[]): number =>
  Math.min(
    room + 2 * fence,
    sizes.reduce((sum, size) => sum + size, 0),
  );
