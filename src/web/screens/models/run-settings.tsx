// How the run as a whole is driven: trust, mode, lanes, and whether somebody is there to ask.

import { Link } from "@tanstack/react-router";
import { useEffect, useState, type ReactNode } from "react";
import type { RunState } from "../../../core/state.ts";
import type { Trust } from "../../../domain/ticket.ts";
import { providerLanesOf, type ProviderLanes } from "../../../views/tier-models.ts";
import { counted } from "../../../views/words.ts";
import { useCommand, useRun, useRunView } from "../../state/hooks.ts";
import { Button } from "../../ui/button.tsx";
import { ProblemNote } from "../../ui/notes.tsx";
import { Segmented } from "../../ui/segmented.tsx";

const settingsOf = ({ mode, trust, config, laneLimit, lanesUsed, attended, phase }: RunState) => ({
  mode,
  trust: trust ?? config?.trust ?? null,
  /** Said while the run went on: only then can it be taken back. */
  isTrustLive: trust !== null,
  laneLimit,
  lanesUsed,
  attended,
  isOver: phase === "ended",
});

const trusts = [
  { value: "own", label: "Each its own" },
  { value: "step", label: "Step" },
  { value: "ask", label: "Ask" },
  { value: "auto", label: "Auto" },
] as const satisfies readonly { readonly value: Trust | "own"; readonly label: string }[];

const trustWords = {
  own: "Each worker is held as its ticket or its kind says.",
  step: "Every gate waits for you: before a brief, before a call, before its output is read.",
  ask: "Reading passes; what changes something asks you.",
  auto: "Nothing waits but what only you can know.",
} as const;

const modes = [
  { value: "async", label: "Async" },
  { value: "linear", label: "Linear" },
] as const;

const presence = [
  { value: "yes", label: "Somebody is there" },
  { value: "no", label: "Nobody" },
] as const;

export function RunSettings({ canAct }: { readonly canAct: boolean }) {
  const { mode, trust, isTrustLive, laneLimit, lanesUsed, attended, isOver } = useRun(settingsOf);
  const { send, isSending, problem, forget } = useCommand();
  const { run } = useRunView();
  const isOff = !canAct || isOver || isSending;
  const command = (body: object): void => void send("/commands", body);
  return (
    <section aria-labelledby="run-settings" className="grid gap-4 rounded-panel border border-line bg-s1 p-4">
      <h2 id="run-settings" className="text-14">
        The whole run
      </h2>
      <Setting
        name="Trust"
        about={trust !== null && !isTrustLive ? `${trustWords[trust]} The run began so.` : trustWords[trust ?? "own"]}
      >
        <Segmented
          label="Trust of the run"
          value={trust ?? "own"}
          options={trusts}
          disabled={isOff}
          onChange={(value) => command({ type: "trust", trust: value === "own" ? null : value })}
        />
      </Setting>
      <Setting name="Mode" about={mode === "linear" ? "One ticket at a time." : "Tickets run side by side."}>
        <Segmented
          label="Mode of the run"
          value={mode}
          options={modes}
          disabled={isOff}
          onChange={(value) => command({ type: "mode", mode: value })}
        />
      </Setting>
      <Setting name="Lanes" about={`${lanesUsed} of ${laneLimit} taken. A lane is one attempt at work.`}>
        <LanesForm limit={laneLimit} isOff={isOff} onSet={(lanes) => command({ type: "lanes", lanes })} />
      </Setting>
      <Setting
        name="Answers"
        about={
          attended ? "What a gate holds waits for an answer." : "What a gate would hold is refused: nobody answers."
        }
      >
        <Segmented
          label="Whether somebody answers"
          value={attended ? "yes" : "no"}
          options={presence}
          disabled={isOff}
          onChange={(value) => command({ type: "attended", attended: value === "yes" })}
        />
      </Setting>
      {problem !== null && <ProblemNote problem={problem} onClose={forget} />}
      <p className="text-fg2">
        Budgets are seen and raised under{" "}
        <Link to="/runs/$run/spend" params={{ run }} className="text-accent underline">
          Spend
        </Link>
        .
      </p>
    </section>
  );
}

type SettingProps = { readonly name: string; readonly about: string; readonly children: ReactNode };

function Setting({ name, about, children }: SettingProps) {
  return (
    <div className="grid gap-1">
      <h3 className="text-12 font-medium text-fg2">{name}</h3>
      <div className="flex flex-wrap items-center gap-x-3 gap-y-1">
        {children}
        <p className="min-w-0 text-12 text-fg2">{about}</p>
      </div>
    </div>
  );
}

type LanesProps = { readonly limit: number; readonly isOff: boolean; readonly onSet: (lanes: number) => void };

const mostLanes = 1_000;

function LanesForm({ limit, isOff, onSet }: LanesProps) {
  const [text, setText] = useState(String(limit));
  useEffect(() => setText(String(limit)), [limit]);
  const lanes = Number(text);
  const isFit = Number.isInteger(lanes) && lanes >= 1 && lanes <= mostLanes;
  return (
    <form
      className="flex gap-2"
      onSubmit={(event) => {
        event.preventDefault();
        if (isFit && lanes !== limit) onSet(lanes);
      }}
    >
      <input
        type="number"
        aria-label="Lanes of the run"
        min={1}
        max={mostLanes}
        value={text}
        disabled={isOff}
        onChange={({ target }) => setText(target.value)}
        className="min-h-7.5 w-20 rounded-control border border-line3 bg-bg px-2.5 tabular disabled:opacity-55"
      />
      <Button type="submit" disabled={isOff || !isFit || lanes === limit}>
        Set lanes
      </Button>
    </form>
  );
}

export function Providers() {
  const providers = useRun(providerLanesOf, "slow");
  return (
    <section aria-labelledby="providers" className="rounded-panel border border-line bg-s1 p-4">
      <h2 id="providers" className="mb-2 text-14">
        Providers
      </h2>
      <ul className="grid gap-2">
        {providers.map((each) => (
          <ProviderRow key={each.provider} {...each} />
        ))}
      </ul>
    </section>
  );
}

function ProviderRow({ provider, used, limit, hold }: ProviderLanes) {
  return (
    <li className="tabular">
      <div className="flex justify-between gap-3">
        <span className="truncate font-medium">{provider}</span>
        <span className="text-fg2">
          {limit === null ? `${counted(used, "lane")}, no limit` : `${used} of ${counted(limit, "lane")}`}
        </span>
      </div>
      {hold !== null && <p className="text-12 break-words text-paused">Not called now: {hold}</p>}
    </li>
  );
}
