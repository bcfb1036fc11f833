"""WeChat's bad days, ordered through `/stand-in/faults`: which one strikes the request at hand."""

from dataclasses import dataclass

KINDS = {
    "down": "the connection is cut with no answer",
    "broken": "HTTP 502 with a page of HTML",
    "garbage": "HTTP 200 with a page of HTML",
    "moved": "HTTP 307 to the same path",
    "busy": "errcode -1",
    "slow": "the right answer, `delay_seconds` late",
    "refuse_tokens": "errcode 40001 for every access token",
    "exhausted": "errcode 45009: so much was asked for that nothing more is given for a while",
    "expire_tokens": "all tokens given so far end at once (done when ordered; the figures mean nothing to it)",
}


@dataclass
class Fault:
    """One ordered fault: until a moment on the stand-in's clock, or for so many requests, or until cleared."""

    kind: str
    until: float | None
    times: int | None
    delay_seconds: float
    path: str | None


class Faults:
    """The faults in force. Hold the memory's lock around each call."""

    def __init__(self) -> None:
        self._faults: list[Fault] = []

    def order(
        self,
        now: float,
        kind: str,
        times: int | None = None,
        seconds: float | None = None,
        delay_seconds: float = 30,
        path: str | None = None,
    ) -> None:
        """Raises ValueError on an unknown kind or a figure out of range."""
        if kind not in KINDS:
            raise ValueError(f"kind is one of {', '.join(KINDS)}")
        if (times is not None and times < 1) or (seconds is not None and seconds <= 0) or not 0 <= delay_seconds <= 600:
            raise ValueError("times and seconds are above zero, delay_seconds from 0 to 600")
        self._faults.append(Fault(kind, None if seconds is None else now + seconds, times, delay_seconds, path))

    def clear(self) -> None:
        self._faults.clear()

    def strike(self, now: float, path: str) -> Fault | None:
        """The fault that this request meets, counted off; the oldest order first."""
        self._faults = [each for each in self._faults if each.until is None or now < each.until]
        for fault in self._faults:
            if fault.path in {None, path} and (fault.kind != "refuse_tokens" or path.startswith("/wxa/")):
                if fault.times is not None:
                    fault.times -= 1
                    if fault.times == 0:
                        self._faults.remove(fault)
                return fault
        return None
