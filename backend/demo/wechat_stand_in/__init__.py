"""A small WeChat that speaks WeChat's HTTP: the real client code runs against it in demo mode and in tests.

Its world is kept in memory only. Paths outside `/stand-in/` are WeChat's own, with its parameters, shapes, errcodes:
`GET /sns/jscode2session`, `POST /cgi-bin/stable_token`, `POST /wxa/business/getuserphonenumber`,
`POST /wxa/getwxacodeunlimit` (a picture that only looks like a code), `POST /wxa/msg_sec_check` and
`POST /wxa/media_check_async` (what is risky is made up: `content_checks`; a picture is fetched, and its verdict pushed
to the address that is set up, encrypted and signed: `pushing`). Whoever runs the stand-in plays the phones and
the bad days through these, with JSON bodies (`StandIn` speaks them):

| call | body | answer |
| --- | --- | --- |
| `POST /stand-in/codes` | `{"user": "demo-li"}`, optionally `"with_unionid": true` | `{"code": …}` as of `wx.login` |
| `POST /stand-in/phone-codes` | `{"phone": "13800000001"}`, optionally `"country_code": "852"` | `{"code": …}` |
| `POST /stand-in/users` | `{"user": "demo-li", "blocked": true}` | `{}` |
| `POST /stand-in/faults` | `{"kind": …}` and `times`, `seconds`, `delay_seconds`, `path` | `{}`; kinds: `faults` |
| `DELETE /stand-in/faults` | | `{}`; all is well again |
| `POST /stand-in/clock` | `{"advance_seconds": 301}` | `{}` |
| `POST /stand-in/pushes` | `{"url": …, "token": …, "key": …}`, optionally `"form": "xml"` | `{}` |
| `DELETE /stand-in/pushes` | | `{}`; no push is sent |
| `GET /stand-in/calls` | | `{path: calls so far}` |
"""

from backend.demo.wechat_stand_in.memory import openid_of
from backend.demo.wechat_stand_in.pushing import Address
from backend.demo.wechat_stand_in.running import StandIn, running, serve

__all__ = ["Address", "StandIn", "openid_of", "running", "serve"]
