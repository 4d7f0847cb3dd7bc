// Pairs of agents whose deliberations come to nothing, or to something once there are rounds enough.

type Answer = Readonly<Record<string, unknown>>;
type Turn = { readonly answer: Answer; readonly delayMs?: number };

const working = (more: Answer = {}): Turn => ({
  answer: { status: "working", progress: 0.3, confidence: 0.5, ...more },
});
const ask = (to: string, text: string): Turn => working({ messages: [{ to, kind: "question", text }] });
const write = (section: string, key: string, text: string): Turn =>
  working({ entries: [{ section, key, base: 0, text }] });
const accept = (key: string): Turn => ({
  answer: {
    status: "done",
    progress: 1,
    confidence: 0.9,
    votes: [{ key, version: 1, stance: "accept", reasoning: "It holds." }],
  },
});

const talk = (to: string, rounds: number): Turn[] =>
  Array.from({ length: rounds }, (_, place) => ask(to, `And what of point ${place + 1}?`));

export type PairOptions = {
  /** Rounds of the first run. */
  readonly rounds: number;
  /** In which round they agree; undefined: never. */
  readonly agreesIn?: number;
};

/** A scenario for `tutti deliberate`: the objective, the limits, and what everybody says in every cycle. */
export function pairScenario({ rounds, agreesIn = 1_000 }: PairOptions): unknown {
  const most = Math.min(agreesIn - 1, 12);
  const alpha = [write("solutions", "files", "One file."), ...talk("BETA", Math.max(0, most - 2))];
  const beta = [write("solutions", "server", "A server."), ...talk("ALPHA", Math.max(0, most - 2))];
  const ends = agreesIn > most + 1 ? [] : [write("synthesis", "both", "A file behind a server."), accept("both")];
  return {
    deliberation: {
      objective: "Which store should the queue use?",
      limits: { rounds, timeout_seconds: 60, grace_seconds: 0.05, synthesis_seconds: 0.5 },
    },
    consults: {
      "deliberate:ALPHA": [...alpha, ...ends],
      "deliberate:BETA": [...beta, ...(ends.length === 0 ? [] : [ask("ALPHA", "And now?"), accept("both")])],
      "mediate:GAMMA": Array.from({ length: 30 }, () => working({ status: "done" })),
    },
  };
}
