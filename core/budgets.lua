-- Spends an amount of a budget, or nothing where there is no room for it; gives back a negative one.
-- KEYS[1] is the hash of the budget; ARGV are the amount, the limit and the window in milliseconds.
-- Returns whether it was spent, the number of the window, what was spent in it and in the one
-- before, and how far it has gone.
local amount, limit, length = tonumber(ARGV[1]), tonumber(ARGV[2]), tonumber(ARGV[3])
local time = redis.call('TIME')
local now = tonumber(time[1]) * 1000 + math.floor(tonumber(time[2]) / 1000)
local number = math.floor(now / length)
local elapsed = now - number * length

local kept = redis.call('HMGET', KEYS[1], 'number', 'current', 'previous')
local current, previous = tonumber(kept[2]) or 0, tonumber(kept[3]) or 0
local behind = number - (tonumber(kept[1]) or number)
if behind ~= 0 then
  previous = behind == 1 and current or 0
  current = 0
end

local used = current + math.floor(previous * (length - elapsed) / length)
if amount > 0 and used + amount > limit then
  return {0, number, current, previous, elapsed}
end
current = current + amount
if current < 0 then
  previous = math.max(0, previous + current)
  current = 0
end
redis.call('HSET', KEYS[1], 'number', number, 'current', current, 'previous', previous)
-- Once the next window has ended, it counts for nothing.
redis.call('PEXPIRE', KEYS[1], 2 * length - elapsed)
return {1, number, current, previous, elapsed}
