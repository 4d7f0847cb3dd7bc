// What all runs of one person use in one day, on the server where they are recorded: shared by every machine they are
// conducted on. A hash per day holds the sums, and each call under its key; it is written only as it was looked at.

import type { DayCall, DaySpent } from "../../../domain/day-budget.ts";
import type { Caps } from "../../../domain/config.ts";
import { totalTokens } from "../../../domain/usage.ts";
import { Fault, type DayLedger } from "../../../engine/ports.ts";
import { dayRefusals } from "../day-refusals.ts";
import { makeScript } from "../../redis-access.ts";
import type { RedisLink } from "./redis-link.ts";

/** In seconds: as long as the file of one machine keeps a day. */
const keptSeconds = 62 * 86_400;

const sums = ["tokens", "micros", "heldTokens", "heldMicros", "ms", "turns", "spawns"] as const;

/** `person`: whoever began the run. Names that begin otherwise are calls. */
const dayKey = (person: string, day: string): string => `tutti:days:${person}:${day}`;

/**
 * KEYS day. ARGV version as it was looked at, call, tokens, micros, 1 for a turn, 1 for a start, seconds. Answers 1, or 0
 * where somebody wrote in between; the same call a second time takes its own place again.
 */
const reserveScript = makeScript(`
local was = redis.call('HMGET', KEYS[1], 'version', ARGV[2])
if (was[1] or '0') ~= ARGV[1] then return 0 end
local function add(field, by) if by ~= 0 then redis.call('HINCRBY', KEYS[1], field, by) end end
local tokens, micros, ms, turn, start = 0, 0, 0, 0, 0
if was[2] then
  local open
  open, tokens, micros, turn, start, ms = string.match(was[2], '^(%d) (%d+) (%d+) (%d) (%d) (%d+)$')
  add(open == '1' and 'heldTokens' or 'tokens', -tonumber(tokens))
  add(open == '1' and 'heldMicros' or 'micros', -tonumber(micros))
end
add('heldTokens', tonumber(ARGV[3]))
add('heldMicros', tonumber(ARGV[4]))
add('ms', -tonumber(ms))
add('turns', tonumber(ARGV[5]) - tonumber(turn))
add('spawns', tonumber(ARGV[6]) - tonumber(start))
redis.call('HSET', KEYS[1], ARGV[2], '1 ' .. ARGV[3] .. ' ' .. ARGV[4] .. ' ' .. ARGV[5] .. ' ' .. ARGV[6] .. ' 0')
redis.call('HINCRBY', KEYS[1], 'version', 1)
redis.call('EXPIRE', KEYS[1], ARGV[7])
return 1`);

/** KEYS day. ARGV call, ms, tokens and micros ('' each where nobody knows). Nothing for a call that is not open. */
const settleScript = makeScript(`
local was = redis.call('HGET', KEYS[1], ARGV[1])
local open, tokens, micros, turn, start
if was then open, tokens, micros, turn, start = string.match(was, '^(%d) (%d+) (%d+) (%d) (%d) %d+$') end
if open ~= '1' then return 0 end
local used = ARGV[3] == '' and tokens or ARGV[3]
local cost = ARGV[4] == '' and micros or ARGV[4]
redis.call('HINCRBY', KEYS[1], 'heldTokens', -tonumber(tokens))
redis.call('HINCRBY', KEYS[1], 'heldMicros', -tonumber(micros))
redis.call('HINCRBY', KEYS[1], 'tokens', used)
redis.call('HINCRBY', KEYS[1], 'micros', cost)
redis.call('HINCRBY', KEYS[1], 'ms', ARGV[2])
redis.call('HSET', KEYS[1], ARGV[1], '0 ' .. used .. ' ' .. cost .. ' ' .. turn .. ' ' .. start .. ' ' .. ARGV[2])
redis.call('HINCRBY', KEYS[1], 'version', 1)
return 1`);

type Reserved = Awaited<ReturnType<DayLedger["reserve"]>>;

export function createRedisDayLedger(link: RedisLink, person: string): DayLedger {
  /** One at a time from here: others on the server are met rarely, calls of this process often. */
  let last: Promise<unknown> = Promise.resolve();
  const reserveInTurn = (call: DayCall, caps: Caps): Promise<Reserved> => {
    const answer = last.then(() => guarded(link, () => reserve({ link, person }, call, caps)));
    last = answer.catch(() => {});
    return answer;
  };
  return {
    reserve: reserveInTurn,
    settle: ({ key, day, usage, ms }) =>
      guarded(link, async () => {
        const tokens = usage.estimated ? "" : totalTokens(usage);
        const micros = usage.estimated ? "" : (usage.costMicros ?? "");
        await link.run(settleScript, [dayKey(person, day)], [`call:${key}`, ms, tokens, micros]);
      }),
    spentOn: (day) => guarded(link, async () => (await look(link, dayKey(person, day), "")).now),
    close: () => {},
  };
}

async function reserve(at: { link: RedisLink; person: string }, call: DayCall, caps: Caps): Promise<Reserved> {
  const { key, day, reserved, isTurn, isStart } = call;
  const place = dayKey(at.person, day);
  for (;;) {
    const { now, version } = await look(at.link, place, key);
    const why = dayRefusals(now, call, caps);
    if (why.length > 0) return { ok: false, detail: why.join("\n") };
    const { tokens, costMicros } = reserved;
    const said = [version, `call:${key}`, tokens, costMicros ?? 0, isTurn ? 1 : 0, isStart ? 1 : 0, keptSeconds];
    if ((await at.link.run(reserveScript, [place], said)) === 1) return { ok: true };
  }
}

type Looked = { readonly now: DaySpent; readonly version: string };

/** The sums without the call `key`, which may have been reserved before a crash. */
async function look(link: RedisLink, place: string, key: string): Promise<Looked> {
  const answer = (await link.call("HMGET", place, "version", `call:${key}`, ...sums)) as readonly (string | null)[];
  const [version, own, ...values] = answer;
  const of = (name: (typeof sums)[number]): number => Number(values[sums.indexOf(name)] ?? 0);
  const [open = 0, tokens = 0, micros = 0, turn = 0, start = 0, ms = 0] = (own ?? "").split(" ").map(Number);
  const [spent, held] = open === 1 ? [0, 1] : [1, 0];
  return {
    version: version ?? "0",
    now: {
      spent: { tokens: of("tokens") - spent * tokens, costMicros: of("micros") - spent * micros },
      held: { tokens: of("heldTokens") - held * tokens, costMicros: of("heldMicros") - held * micros },
      ms: of("ms") - ms,
      turns: of("turns") - turn,
      spawns: of("spawns") - start,
    },
  };
}

/** Money that cannot be counted is not spent: the call is not made. */
async function guarded<T>(link: RedisLink, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new Fault("day_ledger_unusable", `what is spent today cannot be read or written: ${reason}`, {
      remedy: error instanceof Fault ? error.remedy : `Look at the store ${link.name} with \`tutti doctor\`.`,
      cause: error,
    });
  }
}
