"""What threads import that run side by side: one of them at a time."""

import subprocess
import sys

from served import environment_of

BESIDE_ONE_ANOTHER = """
import sys, threading, time
import numpy as np
from tasks.numerics.networks.engine.activations import keras_activations
from tasks.numerics.problems.forecasting.baselines import auto_arima, auto_ets

at_work, most = set(), 0

class Watch:
    def find_spec(self, name, path=None, target=None):
        global most
        if name in ("keras", "statsforecast"):
            at_work.add(threading.get_ident())
            most = max(most, len(at_work))
            time.sleep(0.5)  # others have time to come
        return None

sys.meta_path.insert(0, Watch())

def imported(function, *arguments):
    try:
        function(*arguments)
    finally:
        at_work.discard(threading.get_ident())

values, firsts = np.arange(40.0) % 7, np.arange(36, 40)
calls = [(keras_activations,), (auto_ets, values, firsts, 1, 1), (auto_arima, values, firsts, 1, 1), (keras_activations,)]
threads = [threading.Thread(target=imported, args=call) for call in calls]
for one in threads: one.start()
for one in threads: one.join()
print("at once:", most)
"""


def test_training_and_baselines_do_not_import_beside_one_another(tmp_path):
    command = [sys.executable, "-c", BESIDE_ONE_ANOTHER]
    done = subprocess.run(command, env=environment_of(tmp_path), capture_output=True, text=True)
    assert done.stdout == "at once: 1\n", done.stderr
