// A ladder of models while a person edits it. Rungs may be unfinished; what is wrong with each is said beside it.

export type Rungs = readonly string[];

/** Characters that may not stand in a model's name, and the slash after its provider. */
const modelName = /^[A-Za-z0-9][\w.-]*\/\S+$/;
const longest = 300;
export const mostRungs = 20;

/** Null: it can be called by this name, as far as a name tells. */
export function rungProblem(model: string): string | null {
  const name = model.trim();
  if (name === "") return "Name a model, or remove the rung.";
  if (name.length > longest) return `A model's name has at most ${longest} characters.`;
  return modelName.test(name) ? null : "Write it as provider/model, such as anthropic/claude-sonnet-5.";
}

export const isLadderReady = (rungs: Rungs): boolean =>
  rungs.length > 0 && rungs.length <= mostRungs && rungs.every((rung) => rungProblem(rung) === null);

export const toModels = (rungs: Rungs): readonly string[] => rungs.map((rung) => rung.trim());

export const isSameLadder = (a: Rungs, b: Rungs): boolean =>
  a.length === b.length && a.every((rung, place) => rung.trim() === b[place]?.trim());

/** One place up or down; the ends stay where they are. */
export function moveRung(rungs: Rungs, place: number, by: 1 | -1): Rungs {
  const other = place + by;
  const rung = rungs[place];
  const neighbour = rungs[other];
  if (rung === undefined || neighbour === undefined) return rungs;
  return rungs.with(place, neighbour).with(other, rung);
}

export const setRung = (rungs: Rungs, place: number, rung: string): Rungs => rungs.with(place, rung);
export const addRung = (rungs: Rungs, rung = ""): Rungs => [...rungs, rung];
export const removeRung = (rungs: Rungs, place: number): Rungs => rungs.toSpliced(place, 1);
