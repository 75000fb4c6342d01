from tasks.numerics.errors import InputError, within_limits
from tasks.numerics.wording import cell, few


def test_a_message_has_ten_lines_whatever_it_is_made_of():
    message = str(InputError("\n".join(["first", *map(str, range(100)), "what to do"])))
    lines = message.splitlines()
    assert len(lines) == 10 and (lines[0], lines[-1]) == ("first", "what to do")
    assert "(93 lines left out)" in message


def test_a_line_is_cut_in_its_middle():
    line = within_limits("begins " + "x" * 5000 + " ends")
    assert len(line) <= 900 and line.startswith("begins") and line.endswith("ends") and " ... " in line


def test_a_short_message_stays():
    assert str(InputError("one\ntwo")) == "one\ntwo"


def test_names_are_listed_up_to_eight():
    assert few(["a", "b"]) == "a, b"
    assert few(list(range(370))) == "0, 1, 2, 3, 4, 5, 6, 7 and 362 more"


def test_cells_are_shown_without_the_types_of_libraries():
    import numpy as np
    import pandas as pd

    assert [cell(one) for one in (np.int64(3), np.float64("nan"), None, True, "a", pd.Timestamp("2020-01-01"))] == [
        *("3", "nothing", "nothing", "True", "'a'", "2020-01-01 00:00:00")
    ]
    assert len(cell("x" * 5000)) < 70
    assert [cell(one) for one in (np.array([1, 2]), pd.NaT, pd.NA, [1, 2])] == ["[1 2]", "nothing", "nothing", "[1, 2]"]
