import subprocess
import sys
from pathlib import Path

import pytest

from tests.support.serving import service

pytestmark = pytest.mark.slow

CONFIGURATION = """
warnings.fail-on = ["missing_auth", "missing_test_data"]

[[operations]]
include-name = "GET /v1/policies/{policy}/changes"
parameters = { "path.policy" = "harbour-broadband/refunds" }
# Two valid days can be the wrong way round, or before the policy: no schema says that.
checks.positive_data_acceptance.expected-statuses = ["2xx", 422]

[[operations]]
include-name = "GET /v1/versions/{version}"
parameters = { "path.version" = "pinecrest-mobile/privacy@2023-05-05" }

[[operations]]
include-name = "POST /v1/feedback"
warnings = false  # an id that somebody made up is of no answer: 404
"""


def test_service_keeps_to_its_document(tmp_path: Path) -> None:
    """Whatever is sent, valid or not, what comes back is what the OpenAPI document says."""
    (tmp_path / "schemathesis.toml").write_text(CONFIGURATION)
    run = [str(Path(sys.executable).with_name("schemathesis")), "run", "--checks=all", "--seed=1"]
    run += ["--max-examples=5", "--generation-database=none", "--request-timeout=10"]

    with service(tmp_path, keyless=False) as (api, address):
        _, token = api.state.service.store.add_key("server", "Ticket system")
        run.append(f"--header=Authorization: Bearer {token}")
        done = subprocess.run(
            [*run, f"{address}/openapi.json"], cwd=tmp_path, capture_output=True, text=True
        )

    assert done.returncode == 0, done.stdout + done.stderr
    for phase in ("Examples", "Coverage", "Fuzzing", "Stateful"):
        assert f"✅ {phase}" in done.stdout
