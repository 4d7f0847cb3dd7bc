// The last words of answers under way that are no part of an attempt, gone as soon as they are over.

import type { Event } from "../../domain/event.ts";
import type { AnswerRef, ConsultId } from "../../domain/ids.ts";
import { toPrintableLine } from "../../domain/printable.ts";
import type { LiveItem } from "../../views/live-item.ts";
import { proseOfAnswer } from "../../views/partial-answer.ts";

export type AnswerTails = {
  readonly add: (ref: AnswerRef, delta: Extract<LiveItem, { kind: "answer_delta" }>["delta"]) => void;
  readonly clearAfter: (event: Event) => void;
  /** One printable line, empty where nothing is said yet; read only when it is drawn. */
  readonly of: (consult: ConsultId) => string;
};

const tailKept = 400;

type Said = { readonly call: string; readonly text: string; readonly reasoning: string };

export function createAnswerTails(): AnswerTails {
  const said = new Map<ConsultId, Said>();
  return {
    add: ({ consult, round, try: count }, { kind, text }) => {
      if (kind === "call") return;
      const call = `${round}.${count}`;
      const had = said.get(consult);
      const now = had?.call === call ? had : { call, text: "", reasoning: "" };
      said.set(consult, { ...now, [kind]: now[kind] + text });
    },
    clearAfter: (event) => {
      switch (event.type) {
        case "consult.replied":
        case "consult.failed":
        case "consult.refused":
        case "consult.ended":
          said.delete(event.consult);
          break;
        default:
      }
    },
    of: (consult) => {
      const own = said.get(consult);
      if (own === undefined) return "";
      const prose = proseOfAnswer(own.text);
      const words = (prose === "" ? own.reasoning : prose).slice(-tailKept * 2);
      return toPrintableLine(words.replaceAll("**", "").replace(/\s+/g, " ").trim()).slice(-tailKept);
    },
  };
}
