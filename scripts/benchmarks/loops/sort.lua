-- A list filled with pseudo-random numbers and sorted.
local values = {}
local x = 42
for i = 1, 1000000 do
  x = (x * 1103515245 + 12345) % 2147483648
  values[#values + 1] = x
end
table.sort(values)
print(values[1] .. " " .. values[500001] .. " " .. values[1000000])
