// A rule that was seen broken: what the simulator throws, and what a seed's failure line says.

export class Broken extends Error {
  constructor(problem: string) {
    super(problem);
    this.name = "Broken";
  }
}

export function must(holds: boolean, problem: string | (() => string)): void {
  if (!holds) throw new Broken(typeof problem === "string" ? problem : problem());
}
