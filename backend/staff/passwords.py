"""Pure: which passwords staff may choose: long ones that are not the first to be guessed (NIST SP 800-63B 5.1.1.2)."""

import unicodedata

SHORTEST = 10
LONGEST = 128
_FEWEST_DIFFERENT = 5  # characters

# Runs along a keyboard or the alphabet, forwards and backwards.
_RUNS = ("1234567890" * 2, "abcdefghijklmnopqrstuvwxyz", "qwertyuiop", "asdfghjkl", "zxcvbnm", "1qaz2wsx3edc4rfv5tgb")
_RUN = 6
# Words that every list of common passwords begins with, and ours.
_WORDS = ("password", "passw0rd", "p@ssw0rd", "p@ssword", "admin", "welcome", "iloveyou", "woaini", "letmein", "lushan")
_OWN = 6  # characters that a password must have besides such a word, or besides the user name


def password_fault(password: str, username: str) -> str | None:
    """Why this password may not be chosen, as a sentence; None when it may."""
    text = unicodedata.normalize("NFKC", password)
    if not SHORTEST <= len(text) <= LONGEST:
        return f"密码须为 {SHORTEST} 至 {LONGEST} 个字符，可以用一句话。"
    lowered = text.lower()
    if username in lowered and len(lowered) - len(username) < _OWN:
        return "密码里除了账号名几乎没有别的内容，请换一个。"
    if len(set(lowered)) < _FEWEST_DIFFERENT or _is_common(lowered):
        return "这个密码太常见，容易被猜中，请换一个，比如几个不相干的词连在一起。"
    return None


def _is_common(lowered: str) -> bool:
    if any(word in lowered and len(lowered) - len(word) < _OWN for word in _WORDS):
        return True
    rest = lowered
    for run in (*_RUNS, *(each[::-1] for each in _RUNS)):
        rest = _without_runs(rest, run)
    return len(rest) < _RUN


def _without_runs(text: str, run: str) -> str:
    """The text without stretches of at least six characters of the run."""
    for length in range(min(len(text), len(run)), _RUN - 1, -1):
        for start in range(len(run) - length + 1):
            text = text.replace(run[start : start + length], "")
    return text
