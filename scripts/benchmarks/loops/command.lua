-- 10 million calls of a trivial function of the host, written in C.
local host = require "host"
local usable_size = host.usable_size
local total = 0
for i = 0, 9999999 do
  total = total + usable_size(nil)
end
print(total)
