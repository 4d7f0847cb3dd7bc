// What the deliberation is measured by: conditions against their thresholds, limits used, how the rounds came together.

import { metersOf, type ConditionMeter } from "../../../views/deliberation-view.ts";
import { conditionWords, convergenceWords } from "../../../views/deliberation-face.ts";
import { spendOf } from "../../../views/spend.ts";
import { costInWords, durationInWords } from "../../../views/words.ts";
import type { RunState } from "../../../core/state.ts";
import { useRun } from "../../state/hooks.ts";
import { Meter, Moment, Panel, percent } from "./status-words.tsx";
import { useDeliberation } from "./use-deliberation.ts";

export function Conditions() {
  const deliberation = useDeliberation();
  const conditions = useRun((state) => metersOf(state, deliberation));
  const { mediator } = deliberation;
  return (
    <Panel id="conditions" title="Conditions">
      <ul className="grid gap-3">
        {conditions.map((meter) => (
          <Condition key={meter.condition} meter={meter} />
        ))}
      </ul>
      <p className="mt-3 text-12 text-fg2">
        {mediator === null
          ? "No mediator is seated: none of them has called for one. It happens once at most."
          : `${mediator.role} sits since ${mediator.why === "forced" ? "it was asked for" : `${mediator.why} was met`}: ${mediator.detail}. Nobody is seated a second time.`}
      </p>
    </Panel>
  );
}

const figure = (value: number): string => (Number.isInteger(value) ? String(value) : value.toFixed(2));

function Condition({ meter: { condition, value, threshold, metAt } }: { readonly meter: ConditionMeter }) {
  const most = Math.max(threshold * 1.25, value, threshold === 0 ? 1 : 0);
  const words = `${figure(value)} of ${figure(threshold)}, ${metAt === null ? "not met" : "was met"}`;
  return (
    <li className="grid gap-1">
      <p className="flex items-baseline gap-2 text-12">
        <span className="font-medium">{condition}</span>
        <span className="min-w-0 flex-1 truncate text-fg2" title={conditionWords[condition]}>
          {conditionWords[condition]}
        </span>
        <span className="tabular">
          {figure(value)} of {figure(threshold)}
        </span>
      </p>
      <Meter
        label={condition}
        value={value}
        max={most}
        words={words}
        isReached={metAt !== null}
        mark={most === 0 ? 0 : threshold / most}
      />
      {metAt !== null && (
        <p className="text-11 text-paused">
          met at <Moment at={metAt} />
        </p>
      )}
    </li>
  );
}

const money = (state: RunState) => ({
  used: spendOf(state).total.costMicros,
  bound: state.caps.get("run")?.costMicros ?? null,
});

export function Limits() {
  const { round, rounds, clock, setup } = useDeliberation();
  const { used, bound } = useRun(money, "slow");
  const most = setup.limits.rounds;
  const shown = Math.min(round, most);
  const finished = rounds.length;
  const time = `${durationInWords(clock.ms)} of ${durationInWords(setup.limits.timeoutMs)}`;
  const cost = bound === null ? `${costInWords(used)}, no bound` : `${costInWords(used)} of ${costInWords(bound)}`;
  return (
    <Panel id="limits" title="Limits used">
      <ul className="grid gap-3 text-12">
        <Limit name="Rounds" value={finished} max={most} words={`${finished} of ${most} finished, round ${shown}`} />
        <Limit name="Time that counts" value={clock.ms} max={setup.limits.timeoutMs} words={time} />
        <Limit name="Money" value={used ?? 0} max={bound ?? 0} words={cost} />
      </ul>
    </Panel>
  );
}

type LimitProps = { readonly name: string; readonly value: number; readonly max: number; readonly words: string };

function Limit({ name, value, max, words }: LimitProps) {
  return (
    <li className="grid gap-1">
      <p className="flex justify-between gap-2">
        <span>{name}</span>
        <span className="text-fg2 tabular">{words}</span>
      </p>
      <Meter label={name} value={value} max={max} words={words} isReached={max > 0 && value >= max} />
    </li>
  );
}

const width = 280;
const height = 96;
const left = 26;
const foot = 16;

export function Convergence() {
  const { rounds, setup } = useDeliberation();
  const words = convergenceWords(rounds);
  const span = Math.max(2, Math.min(setup.limits.rounds, Math.max(rounds.length, 4)));
  const x = (round: number): number => left + ((round - 1) / (span - 1)) * (width - left - 8);
  const y = (part: number): number => 6 + (1 - part) * (height - foot - 6);
  const points = rounds.map(({ round, convergence }) => [x(round), y(convergence)] as const);
  return (
    <Panel id="convergence" title="Convergence">
      <svg
        role="img"
        aria-label={`How near they are to agreeing, ${words}`}
        viewBox={`0 0 ${width} ${height}`}
        className="w-full max-w-md"
      >
        {[0, 0.5, 1].map((part) => (
          <g key={part}>
            <line x1={left} x2={width - 4} y1={y(part)} y2={y(part)} stroke="var(--line2)" strokeDasharray="2 3" />
            <text x={left - 4} y={y(part) + 3} textAnchor="end" fontSize="9" fill="var(--fg2)">
              {part * 100}
            </text>
          </g>
        ))}
        <polyline
          points={points.map((point) => point.join(",")).join(" ")}
          fill="none"
          stroke="var(--running)"
          strokeWidth="2"
        />
        {points.map(([cx, cy], place) => (
          <g key={place}>
            <circle cx={cx} cy={cy} r="3" fill="var(--running)" />
            <text x={cx} y={height - 3} textAnchor="middle" fontSize="9" fill="var(--fg2)">
              {rounds[place]?.round}
            </text>
          </g>
        ))}
      </svg>
      <p className="mt-1 text-12 text-fg2 tabular">
        {rounds.length === 0 ? "No round is finished" : `Last: ${percent(rounds.at(-1)?.convergence ?? 0)}. `}
        {rounds.length > 0 && <span className="sr-only">{words}</span>}
      </p>
    </Panel>
  );
}
