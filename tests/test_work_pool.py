"""`prefect.yaml`: deployed to a real server, its comparison made to the end by a worker of a process work pool."""

import json
import subprocess
import sys
from pathlib import Path

import pytest
from served import environment_of, share_what_is_computed

PROJECT = Path(__file__).resolve().parent.parent
SMALL = {
    "data": {"series": "nile"},
    "windows": {"lookback": 3},
    "network": {"layers": [3]},
    "training": {"epochs": 4, "learning_rates": 1},
    "comparison": {"activations": ["relu"], "placements": ["cell"], "seeds": 2},
}


@pytest.mark.slow
def test_a_worker_of_a_process_pool_makes_the_comparison_of_the_deployment(tmp_path, prefect_server):
    from prefect.client.orchestration import get_client
    from prefect.settings import PREFECT_API_URL

    from flows.servers.run_history import forget_deployments, forget_scheduled

    home = tmp_path / "home"
    share_what_is_computed(home)
    environment = environment_of(home) | {
        "PREFECT_API_URL": PREFECT_API_URL.value(),
        "PREFECT_HOME": str(tmp_path / "prefect"),
    }

    def prefect(*arguments: str, folder: Path = PROJECT) -> str:
        command = [sys.executable, "-m", "prefect", *arguments]
        done = subprocess.run(command, env=environment, cwd=folder, capture_output=True, text=True)
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    prefect("work-pool", "create", "interlayer", "--type", "process")
    prefect("--no-prompt", "deploy", "--all")
    with get_client(sync_client=True) as client:
        deployment = client.read_deployment_by_name("compare-activations/pooled")
        assert deployment.work_pool_name == "interlayer"
        wanted = client.create_flow_run_from_deployment(deployment.id, parameters=SMALL).id
        file = {**SMALL, "data": {"series": str(tmp_path / "secret.csv")}}
        (tmp_path / "secret.csv").write_text("date,value\n2020-01-01,1\n")
        refused = client.create_flow_run_from_deployment(deployment.id, parameters=file).id
        # From a folder that knows nothing of the project.
        prefect("worker", "start", "--pool", "interlayer", "--type", "process", "--run-once", folder=tmp_path)
        run, other = client.read_flow_run(wanted), client.read_flow_run(refused)
        # `interlayer serve` forgets deployments of its own that are no schedules any more, and not this one.
        forget_scheduled("compare-activations")
        forget_deployments("compare-activations", {"default"})
        assert client.read_deployment_by_name("compare-activations/pooled").id == deployment.id
    assert run.state.name == "Completed", run.state
    (summary,) = home.glob("reports/nile-*/summary.json")
    assert json.loads(summary.read_text())["mlflow"]["run"]
    assert other.state.name == "Failed" and "folders named when" in other.state.message
