-- Nested loops with arithmetic and comparison.
local count = 0
for i = 0, 4999 do
  for j = 0, 4999 do
    if (i * j + i) % 7 < 3 then
      count = count + 1
    end
  end
end
print(count)
