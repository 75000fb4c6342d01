"""arch's bootstrap without the rest of arch, which is there for whoever imports it afterwards."""

import subprocess
import sys

PROGRAM = """
import sys
from tasks.numerics.statistics.arch_bootstrap import CircularBlockBootstrap, optimal_block_length
drawn = {"matplotlib", "statsmodels"} & set(sys.modules)
import arch.bootstrap
print(sorted(drawn), arch.bootstrap.CircularBlockBootstrap.__name__ == CircularBlockBootstrap.__name__, arch.arch_model.__name__)
"""


def test_nothing_but_the_bootstrap_is_imported():
    done = subprocess.run([sys.executable, "-W", "error", "-c", PROGRAM], capture_output=True, text=True)
    assert done.stdout == "[] True arch_model\n", done.stderr
