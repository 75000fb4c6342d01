"""Labelled windows are read from arrays, tables and folders; what can't be read is told with its place."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from flows.command_line.application import exit_code
from tasks.load_samples import read_samples
from tasks.numerics.errors import InputError
from tasks.numerics.series.bundled import samples_catalogue
from tasks.numerics.series_settings import SeriesSpec

X = np.arange(6 * 4 * 2, dtype=float).reshape(6, 4, 2)
Y = np.array([1, 0, 1, 0, 1, 0])


def npz(tmp_path, **arrays):
    path = tmp_path / "made.npz"
    np.savez(path, **arrays)
    return SeriesSpec(samples=str(path))


def long_form(tmp_path, change=lambda table: None):
    """The same samples, a row a time step; the rows of each sample stand in turn."""
    table = pd.DataFrame(
        [
            {
                "who": f"s{sample}",
                "t": step,
                "kind": ["no", "yes"][Y[sample]],
                "x": X[sample, step, 0],
                "y": X[sample, step, 1],
            }
            for step in range(4)
            for sample in range(6)
        ]
    )
    changed = change(table)
    table = table if changed is None else changed
    path = tmp_path / "long.csv"
    table.to_csv(path, index=False)
    return SeriesSpec(samples=str(path), id="who", label="kind", date="t")


def test_arrays_are_read_as_they_stand(tmp_path):
    found = read_samples(npz(tmp_path, X=X, y=Y, groups=list("aabbcc"), features=["left", "right"]))
    np.testing.assert_array_equal(np.stack(found.windows), X)
    assert found.labels == ("1", "0") * 3 and found.groups == tuple("aabbcc")
    assert found.features == ("left", "right") and found.name == "made"


def test_parts_told_apart_by_their_arrays_are_given(tmp_path):
    found = read_samples(
        npz(tmp_path, X_train=X[:3], y_train=Y[:3], X_val=X[3:4], y_val=Y[3:4], X_test=X[4:], y_test=Y[4:])
    )
    assert found.parts == ("train",) * 3 + ("validation",) + ("test",) * 2
    np.testing.assert_array_equal(np.stack(found.windows), X)


def test_lengths_cut_what_was_padded(tmp_path):
    padded = X.copy()
    padded[0, 2:] = np.nan
    found = read_samples(npz(tmp_path, X=padded, y=Y, lengths=[2, 4, 4, 4, 4, 4]))
    assert [len(window) for window in found.windows] == [2, 4, 4, 4, 4, 4]


def objects(values):
    """An array (n,) of Python objects, whatever these are."""
    found = np.empty(len(values), dtype=object)
    found[:] = values
    return found


def test_windows_of_several_lengths_are_read_in_every_form(tmp_path):
    lengths = [2, 4, 1, 4, 4, 3]
    cut = [window[:length] for window, length in zip(X, lengths, strict=True)]
    padded = X.copy()
    for number, length in enumerate(lengths):
        padded[number, length:] = np.nan
    by_nan = read_samples(npz(tmp_path, X=padded, y=Y))
    assert by_nan.notes == ("3 of 6 windows end in time steps of NaN alone, which are taken as padding",)
    given = [
        by_nan,
        read_samples(npz(tmp_path, X=X, y=Y, lengths=lengths)),
        read_samples(npz(tmp_path, X=objects(cut), y=objects([str(one) for one in Y]))),
        read_samples(npz(tmp_path, X=objects([one.tolist() for one in cut]), y=Y)),
        read_samples(npz(tmp_path, X_train=padded[:3], y_train=Y[:3], X_test=padded[3:], y_test=Y[3:])),
        # Parts that are as long as their longest window.
        read_samples(npz(tmp_path, X_train=padded[:1, :2], y_train=Y[:1], X_test=padded[1:], y_test=Y[1:])),
        read_samples(long_form(tmp_path, lambda table: table[~beyond(table, lengths)])),
    ]
    for number, window in enumerate(cut):
        folder = tmp_path / "moves" / str(Y[number])
        folder.mkdir(parents=True, exist_ok=True)
        pd.DataFrame(window, columns=["x", "y"]).to_csv(folder / f"{number}.csv", index=False)
    of_folders = read_samples(SeriesSpec(samples=str(tmp_path / "moves")))
    for found in given:
        for one, other in zip(found.windows, cut, strict=True):
            np.testing.assert_array_equal(one, other)
        assert found.labels in (tuple(map(str, Y)), tuple(np.array(["no", "yes"])[Y]))
    assert [len(window) for window in of_folders.windows] == [4, 4, 3, 2, 1, 4]


def beyond(table, lengths):
    """Which rows of the long form stand after the end of their sample."""
    return table["t"].to_numpy() >= np.array(lengths)[[int(name[1:]) for name in table["who"]]]


def test_numbers_in_python_objects_are_made_and_nothing_else_is_called(tmp_path):
    class Called:
        def __reduce__(self):
            return Path.touch, (tmp_path / "was called",)

    with pytest.raises(InputError, match="Python objects that are not read"):
        read_samples(npz(tmp_path, X=objects([Called(), *X[1:]]), y=Y))
    assert not (tmp_path / "was called").exists()


def test_one_feature_needs_no_axis_of_its_own(tmp_path):
    assert read_samples(npz(tmp_path, X=X[:, :, 0], y=Y)).windows[0].shape == (4, 1)


def test_long_form_is_told_apart_by_ids_and_put_in_the_order_of_time(tmp_path):
    def shuffled(table):
        table[:] = table.sample(frac=1, random_state=1)

    spec = long_form(tmp_path, shuffled)
    found = read_samples(spec)
    order = [int(name[1:]) for name in found.ids]
    np.testing.assert_array_equal(np.stack(found.windows), X[order])
    assert found.labels == tuple(np.array(["no", "yes"])[Y[order]]) and found.features == ("x", "y")


def test_parquet_is_read_as_csv_is(tmp_path):
    spec = long_form(tmp_path)
    path = tmp_path / "long.parquet"
    pd.read_csv(spec.samples).to_parquet(path)
    again = read_samples(SeriesSpec(samples=str(path), id="who", label="kind", date="t"))
    np.testing.assert_array_equal(np.stack(again.windows), np.stack(read_samples(spec).windows))


def test_a_folder_a_class_and_a_file_a_sample(tmp_path):
    for sample in range(6):
        folder = tmp_path / "moves" / ("yes" if Y[sample] else "no")
        folder.mkdir(parents=True, exist_ok=True)
        pd.DataFrame(X[sample], columns=["x", "y"]).to_csv(folder / f"{sample}.csv", index=False)
    found = read_samples(SeriesSpec(samples=str(tmp_path / "moves")))
    assert found.labels == ("no",) * 3 + ("yes",) * 3 and found.ids[0] == "no/1.csv" and found.name == "moves"
    np.testing.assert_array_equal(np.stack(found.windows), X[[1, 3, 5, 0, 2, 4]])


@pytest.mark.parametrize("name", samples_catalogue())
def test_bundled_samples_are_what_the_catalogue_says_of_them(name):
    entry, found = samples_catalogue()[name], read_samples(SeriesSpec(samples=name))
    lengths = sorted({len(window) for window in found.windows})
    assert len(found.windows) == entry.samples and len(found.features) == entry.features
    assert entry.steps == (f"{lengths[0]} to {lengths[-1]}" if len(lengths) > 1 else str(lengths[0]))
    assert len(set(found.labels)) == entry.classes and found.source == entry.source and "CC BY 4.0" in entry.source
    assert len({window.tobytes() for window in found.windows}) == entry.samples, "none stands twice"


def test_digits_come_with_scikit_learn():
    found = read_samples(SeriesSpec(samples="digits"))
    assert len(found.windows) == 1797 and found.windows[0].shape == (8, 8) and set(found.labels) == set("0123456789")


def one_missing(table):
    table.loc[7, "y"] = np.nan


def huge(table):
    table.loc[7, "y"] = 1e90


def two_labels(table):
    table.loc[13, "kind"] = "perhaps"


def time_twice(table):
    table.loc[6, "t"] = 0


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (one_missing, "line 9, column 'y': nothing"),
        (two_labels, "sample 's1' has 'kind' 'no', and in line 15 'perhaps'"),
        (huge, "line 9, column 'y': '1e.90'. Expected finite numbers, -1e.70 to 1e.70"),
        (time_twice, "line 8, column 't': '0' is no time, or stands twice in sample 's0'"),
    ],
)
def test_what_is_wrong_in_a_table_is_told_with_line_and_column(tmp_path, change, said):
    with pytest.raises(InputError, match=said):
        read_samples(long_form(tmp_path, change))


INFINITE, HUGE = X.copy(), X.copy()
INFINITE[3, 2, 1] = np.inf
HUGE[3, 2, 1] = 1e90
EMPTY = X.copy()
EMPTY[2] = np.nan


@pytest.mark.parametrize(
    ("arrays", "said"),
    [
        ({"X": X}, r"it holds X\. It has no labels\. Expected X \(n, T, F\)"),
        ({"X": X, "y": Y[:5]}, r"y has the shape \(5,\)\. Expected \(6,\)"),
        ({"X": X[None], "y": Y}, r"X has the shape \(1, 6, 4, 2\)"),
        ({"X": X.astype(str), "y": Y}, "Expected numbers"),
        ({"X": HUGE, "y": Y}, r"sample X\[3\], time step 3, feature 2: 1e\+90. Expected finite numbers, -1e\+70"),
        ({"X": INFINITE, "y": Y}, r"sample X\[3\], time step 3, feature 2: inf"),
        ({"X": X, "y": Y, "features": ["one"]}, "features names 1, and X has 2"),
        ({"X": X, "y": Y, "lengths": [9, 4, 4, 4, 4, 4]}, r"lengths\[0\] is 9"),
        ({"X": X, "y": Y, "split": ["train", "later", "test"] * 2}, "split says 'later'"),
        ({"X": X, "y": Y, "lengths": [0, 4, 4, 4, 4, 4]}, r"lengths\[0\] is 0. Expected 1 to 4"),
        ({"X": X, "y": Y, "lengths": [[4, 4, 4]]}, r"lengths has the shape \(1, 3\)\. Expected \(6,\)"),
        ({"X": EMPTY, "y": Y}, r"sample X\[2\] is NaN in every time step"),
        ({"X": objects([np.zeros((0, 2)), *X[1:]]), "y": Y}, r"X\[0\] has the shape \(0, 2\).*leave empty ones out"),
        ({"X": objects([X[0][:, :1], *X[1:]]), "y": Y}, r"X\[1\] has 2 features, and X\[0\] 1"),
        ({"X": objects(["text", *X[1:]]), "y": Y}, r"X\[0\] is no array of numbers"),
        ({"X": objects([Path("/"), *X[1:]]), "y": Y}, "X holds Python objects that are not read .*pathlib"),
        ({"X": X, "y": objects([None, 0, 1, 0, 1, 0])}, r"y\[0\] is missing"),
        ({"X": X, "y": np.array([np.nan, 0, 1, 0, 1, 0])}, r"y\[0\] is missing"),
        ({"X_train": X, "X_test": X}, "It has no labels"),
        ({"X_train": X, "y_train": Y, "X_test": X[:, :, :1], "y_test": Y}, "parts of several shapes"),
    ],
)
def test_arrays_that_are_no_samples_are_told(tmp_path, arrays, said):
    with pytest.raises(InputError, match=said):
        read_samples(npz(tmp_path, **arrays))


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ({"samples": "digit"}, "Did you mean 'digits'"),
        ({"samples": "long.csv", "id": ""}, "--id must be named"),
        ({"samples": "long.csv", "label": "kinds"}, "there is no column 'kinds'"),
        ({"samples": "long.csv", "features": ("t", "z")}, "there is no column 'z'"),
        ({"samples": "empty"}, "no files in folders"),
        ({"samples": "text.npz"}, "no .npz file"),
    ],
)
def test_what_leads_to_no_samples_is_told(tmp_path, monkeypatch, settings, said):
    long_form(tmp_path)
    (tmp_path / "empty").mkdir()
    (tmp_path / "text.npz").write_text("no archive")
    monkeypatch.chdir(tmp_path)
    with pytest.raises(InputError, match=said):
        read_samples(SeriesSpec(**({"id": "who", "label": "kind"} | settings)))


@pytest.mark.slow
@pytest.mark.parametrize(
    ("arrays", "said"),
    [
        ({"X": X, "y": Y, "lengths": [4, 4]}, "lengths has the shape (2,). Expected (6,), one for each of X."),
        ({"X": EMPTY, "y": Y}, "sample X[2] is NaN in every time step (as 1 of 6 are)"),
        ({"X": objects([np.zeros((0, 2)), *X[1:]]), "y": Y}, "X[0] has the shape (0, 2)"),
        ({"X": X, "y": objects([None, 0, 1, 0, 1, 0])}, "y[0] is missing"),
        ({"X": X}, "It has no labels. Expected X (n, T, F)"),
    ],
)
def test_the_command_says_in_a_sentence_what_is_wrong_with_samples(tmp_path, capsys, arrays, said):
    spec = npz(tmp_path, **arrays)
    assert exit_code(["compare", "--problem", "classification", "--samples", spec.samples]) == 2
    told = " ".join(capsys.readouterr().err.split())
    assert said in told and "Traceback" not in told
