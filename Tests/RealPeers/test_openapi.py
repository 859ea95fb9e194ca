"""Every route of the served description, fuzzed with data that fits it and data that does not.

No answer may be a server error, have a status, media type, header field or content that the description does not say, or take what
the description forbids. The same seed gives the same run; PEERSCOPE_SEED takes another, PEERSCOPE_FUZZ_SECONDS
more time.
"""

import os
import pathlib
import subprocess
import sys

import pytest
import requests
import yaml

HERE = pathlib.Path(__file__).resolve().parent
OFFER = HERE.parent / "Corpora/Offers/chromium156--datachannel-only.gathered.sdp"
SECONDS = int(os.environ.get("PEERSCOPE_FUZZ_SECONDS", "60"))
SEED = os.environ.get("PEERSCOPE_SEED", "20261122")


def post(server, body, type="application/sdp"):
    return server.http.post(server.url + "/v1/sessions", data=body, headers={"Content-Type": type}, timeout=30)


@pytest.mark.timeout(SECONDS + 120)
def test_every_route_answers_as_the_description_says(own_server, tmp_path):
    server = own_server()
    offer = OFFER.read_text()
    live = post(server, offer).headers["Location"]
    ended = post(server, offer).headers["Location"]
    server.http.delete(server.url + ended)
    server.ended(ended.rsplit("/", 1)[1])
    refused = post(server, "v=0\r\n").json()["instance"]
    environment = dict(
        os.environ, SCHEMATHESIS_HOOKS="openapi_hooks", PYTHONPATH=str(HERE),
        PEERSCOPE_FUZZ_IDS=",".join(path.rsplit("/", 1)[1] for path in (live, ended, refused)), PEERSCOPE_FUZZ_OFFER=str(OFFER))
    command = [
        sys.executable, "-m", "schemathesis.cli", "--config-file", str(HERE / "schemathesis.toml"), "run", server.url + "/openapi.yaml",
        "--url", server.url, "--seed", SEED, "--max-time", str(SECONDS),
        "--phases", "examples,coverage,fuzzing", "--mode", "all", "--request-timeout", "20", "--continue-on-failure",
        "--generation-database", "none", "--suppress-health-check", "all", "--no-color", "--warnings", "off", "--no-shrink",
    ]
    done = subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, text=True, timeout=SECONDS + 90)
    (tmp_path / "schemathesis.log").write_text(done.stdout)
    # A request may be a long line: what it was stands in the log whole.
    lines = [line if len(line) < 1000 else line[:1000] + " …" for line in (done.stdout + done.stderr).splitlines()]
    assert done.returncode == 0, "\n".join(lines[-600:])
    # It is as well as before.
    assert server.get("/livez").status_code == 200 and server.get("/readyz").status_code == 200
    assert server.session(live.rsplit("/", 1)[1])["id"]
    assert "Fatal error" not in server.log()


def test_the_streams_that_were_left_out_begin_as_the_description_says(server):
    description = yaml.safe_load(server.get("/openapi.yaml").text)
    types = description["paths"]["/v1/events"]["get"]["responses"]["200"]["content"].keys()
    with requests.get(server.url + "/v1/events", stream=True, timeout=10) as answer:
        assert answer.status_code == 200
        assert answer.headers["Content-Type"].split(";")[0] in types
