// A deliberation as plain lines in the earlier system's form, for pipes, logs and parents: a banner, a line for each
// thing that happens, a status line whenever a round is over.

import type { Event, Recorded } from "../domain/event.ts";
import { toPrintable, toPrintableLine } from "../domain/printable.ts";
import { headOf } from "../domain/text.ts";
import { deliberationEndOf, seatsOf } from "../views/deliberation-end.ts";
import { bannerLines, logLine, objectiveLine, statusLine } from "../views/deliberation-report.ts";
import type { LiveItem } from "../views/live-item.ts";
import { isNews } from "../views/news.ts";
import { subjectOf } from "../views/telling.ts";
import type { CliContext } from "./context.ts";
import type { Conducting } from "./desk.ts";
import { withTelling, type Display } from "./display.ts";

/** After these the person sees how everybody stands. */
const turning = new Set<Event["type"]>([
  "deliberation.round_closed",
  "deliberation.mediated",
  "deliberation.agent_lost",
  "deliberation.aborting",
  "deliberation.ended",
]);

export function createDeliberationPrinter(conducting: Conducting, { out, err, now }: CliContext): Display {
  const { run, state } = conducting;
  const { config, startedAt } = state();
  const print = (line: string): void => void out.write(`${line}\n`);
  const deliberation = config?.deliberation;
  for (const line of bannerLines({
    task: deliberation?.task ?? run,
    run,
    pipeline: deliberation?.pipeline ?? null,
    seats: seatsOf(state()),
  }))
    print(line);
  print(logLine(0, objectiveLine(headOf(deliberation?.objective.text ?? ""))));

  let shown = "";
  const take = (recorded: Recorded): void => {
    const { event, at } = recorded;
    if (event.type === "deliberation.incident") {
      const { severity, kind, detail } = event.incident;
      print(logLine(at - startedAt, `ERROR [${severity}] ${kind}: ${toPrintableLine(detail)}`));
    } else if (isNews(event)) {
      const item = withTelling(conducting, { kind: "recorded", recorded });
      if (item.kind !== "recorded" || item.telling === undefined) return;
      const subject = subjectOf(item.telling);
      print(logLine(at - startedAt, `${subject === "run" ? "" : `${subject} `}${item.telling.words}`));
    }
    if (!turning.has(event.type)) return;
    const end = deliberationEndOf(state(), now());
    const status = end === null ? shown : statusLine(end.view);
    if (status === shown) return;
    shown = status;
    print(logLine(at - startedAt, `Status: ${status}`));
  };

  const say = (line: string): void => print(logLine(now() - startedAt, toPrintable(line).replaceAll("\n", " ")));
  return {
    show: (item: LiveItem) => {
      if (item.kind === "recorded") take(item.recorded);
      else if (item.kind === "notice") say(item.text);
      else if (item.kind === "stalled")
        say(item.detail === null ? "The store takes records again" : `The store takes no more records: ${item.detail}`);
    },
    say,
    alert: say,
    page: (address) => void err.write(`Page: ${address}\n`),
    close: () => {},
  };
}
