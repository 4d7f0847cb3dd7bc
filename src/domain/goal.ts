// A goal in a person's own words, as it is taken from the command line, a file or a pipe.

/** Characters. More than any goal somebody has thought through; long matter belongs into a file of the repository. */
export const longestGoal = 1024 * 1024;

const longestTitle = 80;

export type ReadGoal =
  | { readonly ok: true; readonly epic: string }
  | { readonly ok: false; readonly problem: string; readonly remedy: string };

export function readGoal(words: string): ReadGoal {
  const epic = words.replace(/^\uFEFF/, "").trim();
  if (!/[\p{L}\p{N}\p{So}]/u.test(epic))
    return { ok: false, problem: "the goal says nothing", remedy: "Say in a sentence or more what is to be done" };
  if (epic.length > longestGoal) {
    return {
      ok: false,
      problem: `the goal has ${epic.length} characters; the most is ${longestGoal}`,
      remedy: "Put long matter into a file of the repository and name that file in the goal",
    };
  }
  return { ok: true, epic };
}

/** The goal's first line, on one line, cut between characters as a person counts them. */
export function titleOfGoal(epic: string): string {
  const line = (epic.split(/[\r\n\u2028\u2029]/).find((each) => /\S/.test(each)) ?? "").replaceAll(unseen, " ");
  const marks = [...new Intl.Segmenter().segment(line.replace(/\s+/g, " ").trim())].map(({ segment }) => segment);
  return marks.length <= longestTitle ? marks.join("") : `${marks.slice(0, longestTitle - 1).join("")}…`;
}

// As in titles of tickets: what cannot be seen, and what turns the direction of the text around it.
const unseen = /[\p{Cc}\u061C\u200E\u200F\u202A-\u202E\u2066-\u2069]/gu;
