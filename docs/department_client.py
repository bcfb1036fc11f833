"""报送示例：部门业务系统怎样签名、报送、更正和撤回。只用 Python 3 标准库，可以直接运行，也可以照着改写。

    export LUSHAN_URL=https://xinyong.example.gov.cn LUSHAN_KEY=密钥编号 LUSHAN_SECRET=密钥
    python department_client.py push rows.json            # rows.json: {"rows": [{"name": …}, …]}，最多 1000 行
    python department_client.py push --again rows.json    # 内容没有改，但要作为新的一批再报送
    python department_client.py batch BATCH_ID            # 这一批办到哪里了
    python department_client.py amend RECORD_ID amendment.json
    python department_client.py withdraw RECORD_ID VERSION document_revoked    # 第一版是 1，每更正、恢复一次加 1

密钥只从环境变量里读，不要写进程序，也不要写进命令行。接口说明见 department-api.md。
"""

import argparse
import hashlib
import hmac
import http.client
import json
import os
import secrets
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path

PREFIX = "/api/department/v1"
TRIES = 5
TIMEOUT = 120  # seconds
LONGEST_REST = 300.0


def signed_headers(key: str, secret: str, method: str, target: str, body: bytes) -> dict[str, str]:
    """每次发送都要重新签名：时间和随机串都是新的。target 是路径和查询串，与发送的一字不差。"""
    moment, nonce = str(int(time.time())), secrets.token_urlsafe(24)
    message = "\n".join([method, target, moment, nonce, hashlib.sha256(body).hexdigest()])
    signing_key = hashlib.sha256(secret.encode()).digest()
    return {
        "X-Lushan-Key": key,
        "X-Lushan-Time": moment,
        "X-Lushan-Nonce": nonce,
        "X-Lushan-Signature": hmac.new(signing_key, message.encode(), hashlib.sha256).hexdigest(),
    }


def send(method: str, path: str, body: bytes = b"", **headers: str) -> tuple[int, dict]:
    """发送一个请求；没有收到回答、服务器忙或要求稍后再来时，等一等重发。返回状态码和内容。"""
    address, target = os.environ["LUSHAN_URL"].rstrip("/"), PREFIX + path
    if not address.startswith(("https://", "http://127.0.0.1:")):
        raise SystemExit("LUSHAN_URL 要以 https:// 开头。")
    for attempt in range(TRIES):
        signed = signed_headers(os.environ["LUSHAN_KEY"], os.environ["LUSHAN_SECRET"], method, target, body)
        request = urllib.request.Request(address + target, body or None, {**signed, **headers}, method=method)  # noqa: S310
        rest = 2.0**attempt
        try:
            with urllib.request.urlopen(request, timeout=TIMEOUT) as answer:  # noqa: S310 (checked above)
                return answer.status, json.loads(answer.read())
        except urllib.error.HTTPError as error:
            problem = problem_of(error)
            if error.code < 500 and error.code != 429 and problem.get("code") != "push_under_way":
                return error.code, problem
            rest = seconds(error.headers.get("Retry-After"), rest)
        except (OSError, http.client.HTTPException, ValueError):
            pass  # no whole answer: the deed may be done or not, and the same name (Idempotency-Key) decides
        if attempt + 1 < TRIES:
            time.sleep(rest)
    raise SystemExit("服务器没有回答，请稍后用同样的内容重发：不会重复入库。")


def problem_of(error: urllib.error.HTTPError) -> dict:
    """错误的内容。前面的代理可能回答网页，也可能断在半路，这时只有状态码。"""
    unknown = {"status": error.code, "code": "", "detail": "没有可读的说明，可能是中间的代理回答的。"}
    try:
        problem = json.loads(error.read())
    except (OSError, http.client.HTTPException, ValueError):
        return unknown
    return problem if isinstance(problem, dict) and problem else unknown


def seconds(retry_after: str | None, otherwise: float) -> float:
    """Retry-After 的秒数，最多 LONGEST_REST；没有、是日期或读不出来时用自己的。"""
    text = (retry_after or "").strip()
    if not (text.isascii() and text.isdigit() and len(text) < 10):
        return otherwise
    return min(float(text), LONGEST_REST)


def push(file: Path, again: bool = False) -> tuple[int, dict]:
    """报送一批。编号由内容算出：同一个文件发几次都是同一批；again 时编号是新的，作为新的一批。"""
    body = file.read_bytes()
    name = f"file-{hashlib.sha256(body).hexdigest()[:40]}"
    if again:
        name += f"-{secrets.token_hex(8)}"
    return send("POST", "/records", body, **{"Idempotency-Key": name})


def main() -> int:
    """命令行。状态码不是 200 时返回 1。"""
    parser = argparse.ArgumentParser(description="诚信鲁山部门接口示例")
    deeds = parser.add_subparsers(dest="deed", required=True)
    pushing = deeds.add_parser("push", help="报送一批记录")
    pushing.add_argument("file", type=Path)
    pushing.add_argument("--again", action="store_true", help="作为新的一批再报送，例如退回的原因已经消除")
    deeds.add_parser("batch", help="查看一批的进度").add_argument("id")
    amend = deeds.add_parser("amend", help="更正一条记录")
    amend.add_argument("id")
    amend.add_argument("file", type=Path)
    withdraw = deeds.add_parser("withdraw", help="撤回一条记录")
    withdraw.add_argument("id")
    withdraw.add_argument("version", type=int, help="撤回的是第几版")
    withdraw.add_argument("reason")
    withdraw.add_argument("words", nargs="?", default="")
    asked = parser.parse_args()
    if asked.deed == "push":
        status, answer = push(asked.file, asked.again)
    elif asked.deed == "batch":
        status, answer = send("GET", f"/batches/{asked.id}")
    elif asked.deed == "amend":
        status, answer = send("POST", f"/records/{asked.id}/amend", asked.file.read_bytes())
    else:
        body = json.dumps({"version": asked.version, "reason": asked.reason, "words": asked.words}).encode()
        status, answer = send("POST", f"/records/{asked.id}/withdraw", body)
    print(json.dumps(answer, ensure_ascii=False, indent=2))
    return 0 if status == 200 else 1


if __name__ == "__main__":
    sys.exit(main())
