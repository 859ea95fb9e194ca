"""What schemathesis can't know by the description alone: which sessions there are, and what a description looks like.

Loaded by schemathesis (SCHEMATHESIS_HOOKS), which test_openapi.py starts. PEERSCOPE_FUZZ_IDS names sessions, PEERSCOPE_FUZZ_OFFER a file.
Chance comes from the case itself, so that a seed gives the same run.
"""

import gzip
import hashlib
import os
import pathlib

import requests
import schemathesis

IDS = os.environ["PEERSCOPE_FUZZ_IDS"].split(",")
OFFER = pathlib.Path(os.environ["PEERSCOPE_FUZZ_OFFER"]).read_text()
FRAGMENT = "a=ice-ufrag:abcd\r\na=ice-pwd:abcdefghijklmnopqrstuvwx\r\nm=application 9 RTP/AVP 0\r\na=mid:0\r\na=end-of-candidates\r\n"
SDP = {"application/sdp": OFFER, "application/trickle-ice-sdpfrag": FRAGMENT, "text/plain": OFFER}


def dice(case, sides, *more):
    """A number below `sides`, always the same for the same case."""
    words = repr((case.method, case.path, case.path_parameters, case.query, case.body if isinstance(case.body, (str, dict)) else None, more))
    return int.from_bytes(hashlib.sha256(words.encode("utf-8", "surrogatepass")).digest()[:4], "big") % sides


@schemathesis.hook
def before_call(context, case, kwargs):
    query = case.query if isinstance(case.query, dict) else {}
    # A stream has no end, and a wait may take a minute: other tests look at both.
    for name in ("follow", "wait"):
        query.pop(name, None)
    # Valid data is still sent with ids that no session has, as often as not.
    if case.meta is None or case.meta.generation.mode.value != "positive":
        return
    if case.path_parameters and "id" in case.path_parameters and dice(case, 4):
        case.path_parameters["id"] = fresh(case) if case.method.upper() == "DELETE" else IDS[dice(case, len(IDS))]
    if case.media_type in SDP and isinstance(case.body, str) and dice(case, 2, "body"):
        cut = dice(case, 8, "cut")
        case.body = SDP[case.media_type] if cut else SDP[case.media_type][: 40 * dice(case, 60, "length")]


def fresh(case):
    """A session that may be ended, or an ended one that may be erased."""
    base = case.operation.base_url.rstrip("/")
    made = requests.post(f"{base}/v1/sessions", data=OFFER, headers={"Content-Type": "application/sdp"}, timeout=10)
    location = made.headers["Location"]
    if case.path.endswith("/record"):
        requests.delete(base + location, timeout=10)
    return location.rsplit("/", 1)[1]


@schemathesis.serializer("application/gzip", "application/x-gzip")
def packed(context, value):
    """What is said to be packed is packed, but for every eighth, which is not."""
    text = value if isinstance(value, bytes) else str(value).encode("utf-8", "surrogatepass")
    return text if len(text) % 8 == 7 else gzip.compress(text, mtime=0)


@schemathesis.serializer("application/sdp", "application/trickle-ice-sdpfrag", "application/x-ndjson")
def plain(context, value):
    return value if isinstance(value, bytes) else str(value).encode("utf-8", "surrogatepass")
