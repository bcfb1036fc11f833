"""Driving a server with wrk, as many phones behind many addresses."""

import re
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

_SCRIPT = """
local tokens = {%s}
local at = 0
request = function()
  at = at + 1
  local headers = {}
  headers["Authorization"] = "Bearer " .. tokens[at %% #tokens + 1]
  headers["X-Forwarded-For"] = "10.0." .. (at %% 250) .. "." .. (at %% 200 + 1)
  return wrk.format("GET", nil, headers)
end
local bad = 0
response = function(status) if status ~= 200 then bad = bad + 1; wrk.thread:set("bad", bad) end end
local threads = {}
setup = function(thread) table.insert(threads, thread); thread:set("bad", 0) end
done = function(summary, latency, requests)
  local bad = 0
  for _, thread in ipairs(threads) do bad = bad + thread:get("bad") end
  local errors = summary.errors
  bad = bad + errors.connect + errors.read + errors.write + errors.timeout
  local p50, p99 = latency:percentile(50), latency:percentile(99)
  io.write(string.format("told %%d %%d %%d %%d\\n", summary.requests, bad, p50, p99))
end
"""


@dataclass(frozen=True)
class Load:
    """What wrk saw: answers a second, and latencies in milliseconds."""

    per_second: float
    p50: float
    p99: float


def drive(url: str, tokens: Sequence[str], *, seconds: int, connections: int) -> Load:
    """Ask `url` again and again. Raises SystemExit on any answer but 200: a fast refusal is no speed."""
    with TemporaryDirectory() as folder:
        script = Path(folder) / "phones.lua"
        script.write_text(_SCRIPT % ", ".join(f'"{token}"' for token in tokens), "utf-8")
        command = ["wrk", "-t1", f"-c{connections}", f"-d{seconds}s", "-s", str(script), url]
        done = subprocess.run(command, capture_output=True, text=True, check=True)
    told = re.search(r"told (\d+) (\d+) (\d+) (\d+)", done.stdout)
    if told is None:
        raise SystemExit(f"wrk said nothing: {done.stdout[-500:]}")
    requests, bad, p50, p99 = map(int, told.groups())
    if bad or not requests:
        raise SystemExit(f"{bad} of {requests} answers were not 200")
    return Load(requests / seconds, p50 / 1000, p99 / 1000)
