// A new run from the page: of a goal, or of tickets; everything that is left out is as the settings say.

import { useNavigate } from "@tanstack/react-router";
import { useState } from "react";
import type { Mode } from "../../../domain/config.ts";
import type { Trust } from "../../../domain/ticket.ts";
import type { BeginBody, BegunBody, ForecastBody, Project, ProjectsBody } from "../../../http/runs-wire.ts";
import { forecastLines } from "../../../views/forecast-lines.ts";
import type { Problem } from "../../state/backend.ts";
import { useAnswer, useBackend } from "../../state/hooks.ts";
import { announce } from "../../ui/announcer.tsx";
import { Button } from "../../ui/button.tsx";
import { Dialog } from "../../ui/dialog.tsx";
import { ProblemNote } from "../../ui/notes.tsx";
import { Segmented } from "../../ui/segmented.tsx";
import { asSaid, Choice, Line, Words } from "./fields.tsx";

type Kind = "goal" | "tickets";

type Order = {
  readonly project: string;
  readonly kind: Kind;
  readonly goal: string;
  readonly tickets: string;
  readonly models: string;
  readonly trust: Trust | typeof asSaid;
  readonly mode: Mode | typeof asSaid;
  readonly lanes: string;
  readonly budgets: string;
};

const emptyOrder = (project: string): Order => ({
  project,
  kind: "goal",
  goal: "",
  tickets: "",
  models: "",
  trust: asSaid,
  mode: asSaid,
  lanes: "",
  budgets: "",
});

/** What is left empty is not said. */
const toBody = ({ project, kind, goal, tickets, models, trust, mode, lanes, budgets }: Order): BeginBody => ({
  project,
  ...(kind === "goal" ? { goal } : { tickets }),
  models: models.split(/[\s,]+/).filter((model) => model !== ""),
  ...(trust !== asSaid && { trust }),
  ...(mode !== asSaid && { mode }),
  ...(lanes.trim() !== "" && { lanes: Number(lanes) }),
  ...(budgets.trim() !== "" && { budgets }),
});

export function NewRun({ onClose }: { readonly onClose: () => void }) {
  const answer = useAnswer<ProjectsBody>("/api/projects");
  const known = answer?.ok === true ? answer.value.projects.filter(({ root }) => root !== "") : [];
  return (
    <Dialog title="New run" about="It works in worktrees of its own: your checkout is not touched." onClose={onClose}>
      {answer === undefined && <p aria-busy>Looking for your projects</p>}
      {answer?.ok === false && <ProblemNote problem={answer.problem} />}
      {answer?.ok === true && known.length === 0 && (
        <p>
          No project is known here yet. Name its folder when you start the server:{" "}
          <code className="rounded-cell bg-s3 px-1">tutti serve --project &lt;folder&gt;</code>
        </p>
      )}
      {known[0] !== undefined && <Form projects={known} first={known[0].key} />}
    </Dialog>
  );
}

function Form({ projects, first }: { readonly projects: readonly Project[]; readonly first: string }) {
  const [order, setOrder] = useState(emptyOrder(first));
  const change = (changes: Partial<Order>): void => setOrder((had) => ({ ...had, ...changes }));
  const { begin, look, isSending, problem, forecast } = useBeginning(order);
  const isTickets = order.kind === "tickets";
  const isReady = order[order.kind].trim() !== "";
  return (
    <form
      className="grid gap-3"
      onSubmit={(event) => {
        event.preventDefault();
        if (isReady) begin();
      }}
    >
      <Choice
        label="Project"
        value={order.project}
        options={projects.map(({ key, name, root }) => [key, `${name} (${root})`])}
        onChange={(project) => change({ project })}
      />
      <Segmented
        label="What it does"
        value={order.kind}
        options={[
          { value: "goal", label: "A goal, planned first" },
          { value: "tickets", label: "Tickets" },
        ]}
        onChange={(kind) => change({ kind })}
      />
      <Words
        label={isTickets ? "A ticket file's JSON" : "What you want done"}
        value={order[order.kind]}
        isCode={isTickets}
        onChange={(text) => change({ [order.kind]: text })}
      />
      <Settings order={order} change={change} />
      {problem !== null && <ProblemNote problem={problem} />}
      {forecast !== null && (
        <pre
          tabIndex={0}
          aria-label="What it is expected to take"
          className="overflow-x-auto rounded-card border border-line bg-bg p-3 font-mono text-12"
        >
          {forecastLines(forecast.forecast, forecast.title).join("\n")}
        </pre>
      )}
      <div className="flex flex-wrap justify-end gap-2">
        {isTickets && (
          <Button disabled={!isReady} isSending={isSending} onClick={look}>
            What would it take?
          </Button>
        )}
        <Button type="submit" kind="primary" disabled={!isReady} isSending={isSending}>
          Begin
        </Button>
      </div>
    </form>
  );
}

const trusts = [
  [asSaid, "As the settings say"],
  ["step", "Step: every gate waits"],
  ["ask", "Ask: what changes something asks"],
  ["auto", "Auto: nothing waits"],
] as const;

const modes = [
  [asSaid, "As the settings say"],
  ["async", "Async: side by side"],
  ["linear", "Linear: one at a time"],
] as const;

type SettingsProps = { readonly order: Order; readonly change: (changes: Partial<Order>) => void };

function Settings({ order, change }: SettingsProps) {
  return (
    <fieldset className="grid grid-cols-2 gap-3 max-sm:grid-cols-1">
      <legend className="mb-1 text-12 text-fg2">What is left empty is as your settings and the project's say.</legend>
      <Choice label="Trust" value={order.trust} options={trusts} onChange={(trust) => change({ trust })} />
      <Choice label="Mode" value={order.mode} options={modes} onChange={(mode) => change({ mode })} />
      <Line
        label="Models, first choice first"
        hint="provider/model, provider/model"
        value={order.models}
        onChange={(models) => change({ models })}
      />
      <Line
        label="Lanes"
        hint="how many attempts at once"
        isNumber
        value={order.lanes}
        onChange={(lanes) => change({ lanes })}
      />
      <Line
        label="Budget"
        hint="run usd 12.50, tickets usd 2"
        value={order.budgets}
        onChange={(budgets) => change({ budgets })}
      />
    </fieldset>
  );
}

function useBeginning(order: Order) {
  const backend = useBackend();
  const navigate = useNavigate();
  const [isSending, setIsSending] = useState(false);
  const [problem, setProblem] = useState<Problem | null>(null);
  const [forecast, setForecast] = useState<ForecastBody | null>(null);

  const ask = async <T,>(path: string, then: (value: T) => void): Promise<void> => {
    setIsSending(true);
    setProblem(null);
    const answer = await backend.send<T>("POST", path, toBody(order));
    setIsSending(false);
    if (answer.ok) then(answer.value);
    else setProblem(answer.problem);
  };

  const begin = (): void =>
    void ask<BegunBody>("/api/runs", ({ run, notes }) => {
      for (const note of notes) announce(note);
      void navigate({ to: "/runs/$run", params: { run } });
    });
  const look = (): void => void ask<ForecastBody>("/api/forecast", setForecast);
  return { begin, look, isSending, problem, forecast };
}
