// What the server does in one step for queues, machines and conductors. Each may come twice.

import { makeScript } from "../redis-access.ts";

/**
 * KEYS lock, stalled, active, job. ARGV token, lease ms, job's id, holder. Answers 1 while it is the holder's.
 * A lock that has run out while nobody moved its job is the holder's still: so a server that was away costs nobody a job.
 */
export const holdScript = makeScript(`
local lock = redis.call('GET', KEYS[1])
if lock and lock ~= ARGV[1] then return 0 end
if not lock then
  if redis.call('HGET', KEYS[4], 'pb') ~= ARGV[4] then return 0 end
  if not redis.call('LPOS', KEYS[3], ARGV[3]) then return 0 end
end
redis.call('SET', KEYS[1], ARGV[1], 'PX', ARGV[2])
redis.call('SREM', KEYS[2], ARGV[3])
return 1`);

/**
 * Takes one job by its name, as BullMQ takes the next one; makes it where there is none. KEYS job, lock, wait, prioritized,
 * active, meta. ARGV id, token, lease ms, holder, most events, options, priority. Answers 0 where another has it.
 */
export const takeNamedScript = makeScript(`
redis.call('HSET', KEYS[6], 'opts.maxLenEvents', ARGV[5])
if redis.call('EXISTS', KEYS[1]) == 0 then
  local time = redis.call('TIME')
  redis.call('HSET', KEYS[1], 'name', 'work', 'data', '{}', 'opts', ARGV[6], 'timestamp',
    string.format('%.0f', time[1] * 1000), 'delay', 0, 'priority', ARGV[7])
elseif redis.call('LREM', KEYS[3], 1, ARGV[1]) == 0 and redis.call('ZREM', KEYS[4], ARGV[1]) == 0 then
  return redis.call('GET', KEYS[2]) == ARGV[2] and 1 or 0
end
redis.call('LPUSH', KEYS[5], ARGV[1])
redis.call('SET', KEYS[2], ARGV[2], 'PX', ARGV[3])
redis.call('HSET', KEYS[1], 'pb', ARGV[4])
return 1`);

/** KEYS the set of queues, the queue's meta. ARGV queue, most events, channel. Answers 1 where the queue is new. */
export const announceScript = makeScript(`
redis.call('HSET', KEYS[2], 'opts.maxLenEvents', ARGV[2])
local new = redis.call('SADD', KEYS[1], ARGV[1])
if new == 1 then redis.call('PUBLISH', ARGV[3], ARGV[1]) end
return new`);

/** KEYS wait and prioritized of each queue. Answers the place of the queue whose next job goes first, from 1; 0: all are empty. */
export const firstScript = makeScript(`
local first, least = 0, math.huge
for index = 1, #KEYS, 2 do
  local score = math.huge
  if redis.call('EXISTS', KEYS[index]) == 1 then
    score = -1
  else
    local next = redis.call('ZRANGE', KEYS[index + 1], 0, 0, 'WITHSCORES')
    if next[2] then score = tonumber(next[2]) end
  end
  if score < least then first, least = (index + 1) / 2, score end
end
return first`);

/**
 * KEYS the set of queues, then of one queue: wait, active, prioritized, delayed, and what else is kept for it. ARGV queue.
 * Answers 1 where it was empty, and is gone.
 */
export const tidyScript = makeScript(`
for index = 2, 5 do
  if redis.call('EXISTS', KEYS[index]) == 1 then return 0 end
end
redis.call('SREM', KEYS[1], ARGV[1])
for index = 6, #KEYS do redis.call('DEL', KEYS[index]) end
return 1`);

/** KEYS takings. ARGV ms. A number that only grows: it begins anew at the clock, wherever it was forgotten. */
export const takingScript = makeScript(`
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local taking = math.max(now, tonumber(redis.call('GET', KEYS[1]) or 0) + 1)
redis.call('SET', KEYS[1], string.format('%.0f', taking), 'PX', ARGV[1])
return taking`);

/** KEYS inbox. ARGV ms it is kept for nobody, to whom, then messages. */
export const postScript = makeScript(`
local parts = {}
for index = 3, #ARGV do
  parts[#parts + 1] = ARGV[2]
  parts[#parts + 1] = ARGV[index]
end
redis.call('XADD', KEYS[1], '*', unpack(parts))
if redis.call('PTTL', KEYS[1]) < 0 then redis.call('PEXPIRE', KEYS[1], ARGV[1]) end
return 1`);

/** KEYS texts. ARGV ms, then digest and text of each. */
export const keepTextsScript = makeScript(`
for index = 2, #ARGV, 2 do redis.call('HSETNX', KEYS[1], ARGV[index], ARGV[index + 1]) end
redis.call('PEXPIRE', KEYS[1], ARGV[1])
return 1`);

/** KEYS machine, machines. ARGV id, card, ms, channel. */
export const cardScript = makeScript(`
if redis.call('EXISTS', KEYS[1]) == 0 then
  local time = redis.call('TIME')
  redis.call('ZADD', KEYS[2], time[1], ARGV[1])
end
if redis.call('GETSET', KEYS[1], ARGV[2]) ~= ARGV[2] then redis.call('PUBLISH', ARGV[4], ARGV[2]) end
redis.call('PEXPIRE', KEYS[1], ARGV[3])
return 1`);

/** KEYS machine, machines. ARGV id, channel. */
export const leaveScript = makeScript(`
redis.call('DEL', KEYS[1])
redis.call('ZREM', KEYS[2], ARGV[1])
redis.call('PUBLISH', ARGV[2], ARGV[1])
return 1`);

/**
 * KEYS meta, conductor, inbox, the run's lease. ARGV token, claim, address, ms, run, channel, ms the inbox is kept. Answers 0 where the run is
 * another's by now, or nobody's. Its owner is heard of by this as well.
 */
export const conductorScript = makeScript(`
local owner = redis.call('HMGET', KEYS[1], 'token', 'claim', 'owner')
if owner[1] ~= ARGV[1] or owner[2] ~= ARGV[2] or owner[3] == '' then return 0 end
redis.call('SET', KEYS[4], ARGV[1], 'PX', ARGV[4])
if redis.call('GETSET', KEYS[2], ARGV[3]) ~= ARGV[3] then redis.call('PUBLISH', ARGV[6], ARGV[5] .. ' ' .. ARGV[3]) end
redis.call('PEXPIRE', KEYS[2], ARGV[4])
redis.call('PEXPIRE', KEYS[3], ARGV[7])
return 1`);

/** KEYS conductor. ARGV address: taken away where it is still that one's. */
export const retireScript = makeScript(`
if redis.call('GET', KEYS[1]) == ARGV[1] then redis.call('DEL', KEYS[1]) end
return 1`);

/** KEYS protocols. ARGV protocol, ms. */
export const speakScript = makeScript(`
local time = redis.call('TIME')
redis.call('ZADD', KEYS[1], time[1] * 1000 + math.floor(time[2] / 1000) + ARGV[2], ARGV[1])
return 1`);

/** KEYS protocols. Answers those that are spoken now. */
export const spokenScript = makeScript(`
local time = redis.call('TIME')
redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', time[1] * 1000)
return redis.call('ZRANGE', KEYS[1], 0, -1)`);

/** KEYS a key. ARGV ms. Kept for as long, where it is there. */
export const stayScript = makeScript(`
redis.call('PEXPIRE', KEYS[1], ARGV[1])
return 1`);
