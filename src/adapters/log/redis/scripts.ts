// What the server does in one step. Every script judges first and writes after, so that one that is refused has written
// nothing; and each may come twice, because a command whose answer was lost is sent again.
//
// R1  Nothing is written for a token that is not the owner's, or for an owner whose claim the server has forgotten.
// R2  Records follow the last one: its seq and its sum are both the writer's.
// R3  The same append a second time is answered as the first was.

import { makeScript } from "../../redis-access.ts";

/** KEYS meta, lease. ARGV created_at, project, owner, claim, lease ms, sum of an empty log. Answers 1, or 0 where it exists. */
export const createScript = makeScript(`
if redis.call('EXISTS', KEYS[1]) == 1 then
  return redis.call('HGET', KEYS[1], 'claim') == ARGV[4] and 1 or 0
end
redis.call('HSET', KEYS[1], 'format', 1, 'created_at', ARGV[1], 'project', ARGV[2], 'owner', ARGV[3], 'claim', ARGV[4],
  'token', 1, 'seq', 0, 'sum', ARGV[6])
redis.call('SET', KEYS[2], 1, 'PX', ARGV[5])
return 1`);

/**
 * KEYS meta, lease. ARGV owner, claim, lease ms, token whose owner is known to be gone ('' where nobody is).
 * Answers {'missing'}, {'imported'}, {'held', owner}, {'taken', token, seq, sum}.
 */
export const claimScript = makeScript(`
local was = redis.call('HMGET', KEYS[1], 'token', 'owner', 'imported', 'claim', 'seq', 'sum')
if not was[1] then return {'missing'} end
if was[3] then return {'imported'} end
if was[4] == ARGV[2] then return {'taken', was[1], was[5], was[6]} end
local lease = redis.call('GET', KEYS[2])
if lease and lease ~= ARGV[4] then return {'held', was[2]} end
local token = redis.call('HINCRBY', KEYS[1], 'token', 1)
redis.call('HSET', KEYS[1], 'owner', ARGV[1], 'claim', ARGV[2])
redis.call('SET', KEYS[2], token, 'PX', ARGV[3])
return {'taken', tostring(token), was[5], was[6]}`);

const judge = `
local was = redis.call('HMGET', KEYS[1], 'token', 'claim', 'seq', 'sum')
if not was[1] then return {'gone'} end
if was[1] ~= ARGV[1] or was[2] ~= ARGV[2] then return {'fenced', was[1]} end
`;

/**
 * KEYS meta, lease, log, blobs, then those of the writes. ARGV token, claim, lease ms, seq and sum the records follow ('' as
 * the sum: only the seq is asked for), count, then body and sum of each, then the writes (see `toArguments`).
 * Answers {'appended', seq}, {'fenced', token}, {'conflict', seq, sum}, {'gone'}.
 */
export const appendScript = makeScript(`${judge}
local count = tonumber(ARGV[6])
local seq = tonumber(ARGV[4])
if was[3] ~= ARGV[4] or (ARGV[5] ~= '' and was[4] ~= ARGV[5]) then
  if count > 0 and tonumber(was[3]) == seq + count and was[4] == ARGV[6 + 2 * count] then return {'appended', was[3]} end
  return {'conflict', was[3], was[4]}
end
for index = 1, count do
  seq = seq + 1
  redis.call('XADD', KEYS[3], string.format('%.0f-0', seq), 'b', ARGV[5 + 2 * index], 's', ARGV[6 + 2 * index])
end
if count > 0 then redis.call('HSET', KEYS[1], 'seq', string.format('%.0f', seq), 'sum', ARGV[6 + 2 * count]) end
local at = 7 + 2 * count
while ARGV[at] do
  local size = tonumber(ARGV[at])
  local parts = {}
  for index = 1, size do parts[index] = ARGV[at + index] end
  at = at + 1 + size
  parts[2] = KEYS[tonumber(parts[2])]
  if parts[1] == 'COPY' then
    local text = redis.call('HGET', KEYS[4], parts[3])
    if text then redis.call('SET', parts[2], text, 'EX', parts[4]) end
  else
    redis.call(unpack(parts))
  end
end
redis.call('SET', KEYS[2], ARGV[1], 'PX', ARGV[3])
return {'appended', string.format('%.0f', seq)}`);

/** KEYS meta, lease. ARGV token, claim, lease ms. Answers {'kept'} or as above. */
export const renewScript = makeScript(`${judge}
redis.call('SET', KEYS[2], ARGV[1], 'PX', ARGV[3])
return {'kept'}`);

/** KEYS meta, lease. ARGV token, claim. */
export const releaseScript = makeScript(`${judge}
redis.call('DEL', KEYS[2])
redis.call('HSET', KEYS[1], 'owner', '')
return {'kept'}`);

/** KEYS meta, snapshot. ARGV token, claim, then the fields; none: it is dropped. */
export const snapshotScript = makeScript(`${judge}
redis.call('DEL', KEYS[2])
if ARGV[3] then redis.call('HSET', KEYS[2], unpack(ARGV, 3)) end
return {'kept'}`);

/**
 * KEYS meta, log, blobs, log and blobs as they were planted. ARGV created_at, project, claim, seq, sum, 1 where it was
 * imported. Answers 1, or 0 where the run exists.
 */
export const plantScript = makeScript(`
if redis.call('EXISTS', KEYS[1]) == 1 then
  return redis.call('HGET', KEYS[1], 'claim') == ARGV[3] and 1 or 0
end
for index = 2, 3 do
  if redis.call('EXISTS', KEYS[index + 2]) == 1 then
    redis.call('RENAME', KEYS[index + 2], KEYS[index])
    redis.call('PERSIST', KEYS[index])
  end
end
redis.call('HSET', KEYS[1], 'format', 1, 'created_at', ARGV[1], 'project', ARGV[2], 'owner', '', 'claim', ARGV[3],
  'token', 1, 'seq', ARGV[4], 'sum', ARGV[5])
if ARGV[6] == '1' then redis.call('HSET', KEYS[1], 'imported', 1) end
return 1`);

/** KEYS meta, blobs. ARGV digest, bytes. Answers 1, or 0 where there is no such run. */
export const putBlobScript = makeScript(`
if redis.call('EXISTS', KEYS[1]) == 0 then return 0 end
redis.call('HSETNX', KEYS[2], ARGV[1], ARGV[2])
return 1`);
