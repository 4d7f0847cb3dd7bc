// Who sits at the table of a deliberation and what it is held to: settled from the command line, the scenario, the
// repository's settings and the person's.

import {
  defaultDeliberationLimits,
  defaultThresholds,
  type DeliberationLimits,
  type Role,
  type Seat,
  type Setup,
  type Thresholds,
} from "../domain/deliberation.ts";
import {
  deliberationLimitFields,
  recoveries,
  type DeliberationSetting,
  type SeatSetting,
} from "../domain/deliberation-setting.ts";
import type { ModelId } from "../domain/ids.ts";
import type { ProjectConfig } from "../domain/project-config.ts";
import type { UserDefaults } from "../domain/user-defaults.ts";
import { consultLadder, isAllowedModel, type RunFlags, type SettingsFault } from "./settings.ts";
import { byDefault, byFlag, settleBound, settleSwitch, within, type Origin, type Settled } from "./settle.ts";
import type { SettledEntry } from "./tighten.ts";

export type DeliberationSources = {
  readonly projectConfig: ProjectConfig;
  readonly userDefaults: UserDefaults;
  /** What the person said on the command line, and below it what a scenario says; they outrank every file. */
  readonly said: readonly DeliberationSetting[];
  readonly flags: RunFlags;
};

export type SettledDeliberation = {
  /** Without capabilities. */
  readonly setup: Setup;
  /** In a run of tickets: a conflict that its worker did not resolve is deliberated. */
  readonly conflicts: boolean;
  /** In a run that begins with a goal: its plan is deliberated. */
  readonly planning: boolean;
  /** One by one, under the names that files give them, in the files' units. */
  readonly entries: readonly SettledEntry[];
  readonly faults: readonly SettingsFault[];
};

/**
 * Seats and models: flag, scenario, repository, person, default. Limits and recovery of a repository count where they
 * are tighter than the person's; a mediator that decides alone is the person's to allow. Seats without a model are faults.
 */
export function settleDeliberation(sources: DeliberationSources): SettledDeliberation {
  const { projectConfig, userDefaults, said } = sources;
  const voices: Voices = {
    said: merged(said),
    asked: projectConfig.tutti.deliberation,
    own: userDefaults.deliberation,
  };
  const entries: SettledEntry[] = [];
  const keep = <T>(name: string, settled: Settled<T>, show: (value: T) => unknown = (value) => value): T => {
    const { value, origin, refused } = settled;
    const shown = refused === undefined ? {} : { refused: { asked: show(refused.asked), origin: refused.origin } };
    entries.push({ name: `deliberation.${name}`, value: show(value), origin, ...shown });
    return value;
  };
  const setup: Setup = {
    seats: settleSeats(voices, sources, keep),
    thresholds: settleThresholds(voices, keep),
    limits: settleLimits(voices, keep),
    mediatorDecides: keep("mediator_decides", settleMediatorDecides(voices)),
    mediatorAtOnce: keep(
      "mediate_at_once",
      choice(voices, "mediate_at_once", ({ mediatorAtOnce }) => mediatorAtOnce, false),
    ),
    recovery: keep("recovery", settleRecovery(voices)),
  };
  const conflicts = keep("conflicts", settleConflicts(voices));
  const planning = keep("planning", settlePlanning(voices));
  return {
    setup,
    conflicts,
    planning,
    entries,
    faults: [...findMissingModels(setup), ...findCrowd(setup), ...findRefused(voices.asked, userDefaults)],
  };
}

type Voices = {
  readonly said: DeliberationSetting;
  /** The repository's, then the person's. */
  readonly asked: DeliberationSetting;
  readonly own: DeliberationSetting;
};

type Keep = <T>(name: string, settled: Settled<T>, show?: (value: T) => unknown) => T;

const place = (file: "config.toml" | "tutti.toml", name: string): Origin =>
  within(file, "deliberation", ...name.split("."));

/** The first speaks before the others. */
const merged = (said: readonly DeliberationSetting[]): DeliberationSetting =>
  said.reduceRight(
    (under, over) => ({
      ...under,
      ...defined(over),
      seats: layer(under.seats, over.seats),
      thresholds: { ...under.thresholds, ...defined(over.thresholds) },
      limits: { ...under.limits, ...defined(over.limits) },
    }),
    { seats: {}, thresholds: {}, limits: {} },
  );

const defined = <T extends object>(value: T): T =>
  Object.fromEntries(Object.entries(value).filter(([, each]) => each !== undefined)) as T;

/** Something a repository may choose as long as the person says nothing of it. */
function choice<T>(
  { said, asked, own }: Voices,
  name: string,
  read: (setting: DeliberationSetting) => T | undefined,
  fallback: T,
): Settled<T> {
  const flagged = read(said);
  if (flagged !== undefined) return { value: flagged, origin: byFlag };
  const mine = read(own);
  const theirs = read(asked);
  if (mine === undefined)
    return theirs === undefined
      ? { value: fallback, origin: byDefault }
      : { value: theirs, origin: place("tutti.toml", name) };
  const origin = place("config.toml", name);
  return theirs === undefined || theirs === mine
    ? { value: mine, origin }
    : { value: mine, origin, refused: { asked: theirs, origin: place("tutti.toml", name) } };
}

// ---- thresholds, limits, policy ----------------------------------------------------------------------------------

const settleThresholds = (voices: Voices, keep: Keep): Thresholds =>
  Object.fromEntries(
    (Object.keys(defaultThresholds) as (keyof Thresholds)[]).map((name) => {
      const path = `thresholds.${name}`;
      return [
        name,
        keep(
          path,
          choice(voices, path, ({ thresholds }) => thresholds[name], defaultThresholds[name]),
        ),
      ];
    }),
  ) as Thresholds;

const settleLimits = ({ said, asked, own }: Voices, keep: Keep): DeliberationLimits =>
  Object.fromEntries(
    Object.entries(deliberationLimitFields).map(([name, { field, factor }]) => {
      const flagged = said.limits[field];
      const settled: Settled<number> =
        flagged === undefined
          ? settleBound<number>({
              path: ["deliberation", "limits", name],
              fallback: defaultDeliberationLimits[field],
              own: own.limits[field],
              asked: asked.limits[field],
              // The longer an error counts, the sooner there are too many.
              tighter: field === "errorWindowMs" ? "higher" : "lower",
            })
          : { value: flagged, origin: byFlag };
      return [field, keep(`limits.${name}`, settled, (value) => value / factor)];
    }),
  ) as DeliberationLimits;

/** It loosens what agreement means: a repository can only take it back. */
function settleMediatorDecides({ said, asked, own }: Voices): Settled<boolean> {
  if (said.mediatorDecides !== undefined) return { value: said.mediatorDecides, origin: byFlag };
  const mine: Settled<boolean> =
    own.mediatorDecides === undefined
      ? { value: false, origin: byDefault }
      : { value: own.mediatorDecides, origin: place("config.toml", "mediator_decides") };
  if (asked.mediatorDecides === undefined || asked.mediatorDecides === mine.value) return mine;
  const origin = place("tutti.toml", "mediator_decides");
  return asked.mediatorDecides ? { ...mine, refused: { asked: true, origin } } : { value: false, origin };
}

/** It costs calls: the person's "off" stands. */
const settleConflicts = ({ asked, own }: Voices): Settled<boolean> =>
  settleSwitch({
    path: ["deliberation", "conflicts"],
    fallback: false,
    own: own.conflicts,
    asked: asked.conflicts,
  });

/** Likewise, where the command line does not say. */
const settlePlanning = ({ said, asked, own }: Voices): Settled<boolean> =>
  said.planning === undefined
    ? settleSwitch({
        path: ["deliberation", "planning"],
        fallback: false,
        own: own.planning,
        asked: asked.planning,
      })
    : { value: said.planning, origin: byFlag };

/** A recovery costs a run: a repository can ask for less of it, not for more. */
function settleRecovery({ said, asked, own }: Voices): Settled<Setup["recovery"]> {
  if (said.recovery !== undefined) return { value: said.recovery, origin: byFlag };
  const mine: Settled<Setup["recovery"]> =
    own.recovery === undefined
      ? { value: "ask", origin: byDefault }
      : { value: own.recovery, origin: place("config.toml", "recovery") };
  if (asked.recovery === undefined || asked.recovery === mine.value) return mine;
  const origin = place("tutti.toml", "recovery");
  return recoveries.indexOf(asked.recovery) < recoveries.indexOf(mine.value)
    ? { value: asked.recovery, origin }
    : { ...mine, refused: { asked: asked.recovery, origin } };
}

// ---- seats -------------------------------------------------------------------------------------------------------

type Seats = Readonly<Record<Role, SeatSetting>>;

/** GAMMA mediates and every other role proposes, where nothing else is said. */
export const kindOfSeat = (role: Role, { kind }: SeatSetting): Seat["kind"] =>
  kind ?? (role === "GAMMA" ? "mediator" : "proposer");

const ofKind = (seats: Seats, kind: Seat["kind"]): readonly Role[] =>
  Object.entries(seats).flatMap(([role, seat]) => (kindOfSeat(role, seat) === kind ? [role] : []));

/** Who names two proposers or more names them all; who names a mediator names the only one. */
function layer(under: Seats, over: Seats): Seats {
  const replacesAll = ofKind(over, "proposer").length >= 2;
  const mediates = ofKind(over, "mediator").length > 0;
  const kept = Object.entries(under).filter(
    ([role, seat]) => role in over || !(kindOfSeat(role, seat) === "proposer" ? replacesAll : mediates),
  );
  const roles = [...new Set([...kept.map(([role]) => role), ...Object.keys(over)])];
  return Object.fromEntries(roles.map((role) => [role, { ...under[role], ...defined(over[role] ?? {}) }]));
}

const usualSeats: Seats = { ALPHA: {}, BETA: {}, GAMMA: {} };

function settleSeats(voices: Voices, sources: DeliberationSources, keep: Keep): Seat[] {
  const { said, asked, own } = voices;
  const seats = layer(layer(layer(usualSeats, own.seats), asked.seats), said.seats);
  const roles = [...ofKind(seats, "proposer"), ...ofKind(seats, "mediator")];
  return roles.map((role) => {
    const setting = seats[role] ?? {};
    const model = modelOf(role, voices, sources);
    const who: Origin = role in said.seats ? byFlag : firstIn(role, voices);
    const kind = keep(`seats.${role}.kind`, { value: kindOfSeat(role, setting), origin: who });
    keep(`seats.${role}.model`, model, (value) => value ?? "none");
    if (setting.brief !== undefined) keep(`seats.${role}.brief`, { value: setting.brief, origin: who });
    return {
      role,
      kind,
      // A fault tells of the missing one; nothing is begun with it.
      model: model.value ?? ("" as ModelId),
      ...(setting.brief !== undefined && { brief: setting.brief }),
    };
  });
}

function firstIn(role: Role, { asked, own }: Voices): Origin {
  if (role in asked.seats) return place("tutti.toml", `seats.${role}`);
  return role in own.seats ? place("config.toml", `seats.${role}`) : byDefault;
}

/** The seat's on the command line, --model, the seat's in a file, [deliberation], then what the tiers have. */
function modelOf(role: Role, { asked, own }: Voices, sources: DeliberationSources): Settled<ModelId | undefined> {
  const flagged = sources.said
    .flatMap(({ seats, model }) => [seats[role]?.model, model])
    .find((model) => model !== undefined);
  if (flagged !== undefined) return { value: flagged, origin: byFlag };
  const files = [
    [asked.seats[role]?.model, place("tutti.toml", `seats.${role}.model`)],
    [own.seats[role]?.model, place("config.toml", `seats.${role}.model`)],
    [asked.model, place("tutti.toml", "model")],
    [own.model, place("config.toml", "model")],
  ] as const;
  const named = files.find(([model]) => model !== undefined);
  if (named !== undefined) return { value: named[0], origin: named[1] };
  const { value, origin } = consultLadder(2, true, { ...sources, plan: { models: [] } });
  return { value: value[0], origin };
}

// ---- faults ------------------------------------------------------------------------------------------------------

const findMissingModels = ({ seats }: Setup): SettingsFault[] =>
  seats
    .filter(({ model }) => model.length === 0)
    .slice(0, 1)
    .map(({ role }) => ({
      place: `seat ${role}`,
      problem: "no model is named for it",
      remedy: "Say --model <provider>/<model>, or set model under [deliberation] in your config.toml or tutti.toml.",
    }));

const mostSeats = 9;

function findCrowd({ seats }: Setup): SettingsFault[] {
  const mediators = seats.filter(({ kind }) => kind === "mediator");
  const [, second] = mediators;
  const proposers = seats.length - mediators.length;
  return [
    ...(second === undefined
      ? []
      : [
          {
            place: `seat ${second.role}`,
            problem: `two seats mediate: ${mediators.map(({ role }) => role).join(", ")}`,
            remedy: "Make all but one of them proposers.",
          },
        ]),
    ...(proposers < 2
      ? [
          {
            place: "seats",
            problem: `${proposers === 1 ? "only one seat proposes" : "no seat proposes"}; it takes two to deliberate`,
            remedy: "Name a second one: --seat DELTA=<provider>/<model>.",
          },
        ]
      : []),
    ...(seats.length > mostSeats
      ? [{ place: "seats", problem: `there are ${seats.length}; the most is ${mostSeats}`, remedy: "Leave some away." }]
      : []),
  ];
}

/** The person's own words may name any model; a repository's must be among those allowed. */
function findRefused(asked: DeliberationSetting, { allowedModels: allowed }: UserDefaults): SettingsFault[] {
  if (allowed === undefined) return [];
  const named = [
    { model: asked.model, path: ["deliberation", "model"] },
    ...Object.entries(asked.seats).map(([role, { model }]) => ({
      model,
      path: ["deliberation", "seats", role, "model"],
    })),
  ];
  return named.flatMap(({ model, path }) =>
    model === undefined || isAllowedModel(allowed, model)
      ? []
      : [
          {
            file: "tutti.toml" as const,
            path,
            place: path.join("."),
            problem: `"${model}" is not among the models your config allows`,
            remedy: `Use one of ${allowed.join(", ")}, or add it to [allow] models in your config.toml.`,
          },
        ],
  );
}
