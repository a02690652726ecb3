"""Labels to states, by the built-in table and by the user's; people to parts."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from core.errors import DataError
from core.training.corpora.clip import PARTS, Clip, Corpus
from core.training.corpora.person_splits import check, split_by_person
from core.training.corpora.prepare import prepare
from core.training.corpora.relabel import TABLES, LabelledClip, missing_states, read_table, relabelled
from core.training.pack.labels import CLASSES
from tests.support import look_alikes
from tests.support.look_alikes import Footage, write_table


def clips(*labels: str, corpus: str = "iemocap") -> Corpus:
    made = [Clip(f"c{n}", Path("x.mp4"), f"p{n}", label) for n, label in enumerate(labels)]
    return Corpus(corpus, tuple(made))


def states(kept: list[LabelledClip]) -> dict[str, str]:
    return {entry.clip.id: CLASSES[entry.target] for entry in kept}


def test_the_built_in_table_leaves_out_other_labels() -> None:
    kept, left_out = relabelled(clips("fru", "neu", "exc", "ang", "xxx"), {})
    assert states(kept) == {"c0": "Frustrated", "c1": "none"}
    assert left_out["whose label is none of the four states"] == 3
    assert missing_states(kept) == ["Confused", "Curious", "Bored"]


def test_every_built_in_table_names_classes() -> None:
    assert {state for table in TABLES.values() for state in table.values()} <= set(CLASSES)


def test_the_users_table_overrides_and_a_clip_overrides_its_label(tmp_path: Path) -> None:
    table = write_table(
        tmp_path / "t.csv",
        ("label", "state"),
        [("exc", "curious"), ("c0", "Bored"), ("neu", "leave out"), ("ang", "FRUSTRATED")],
    )
    kept, _ = relabelled(clips("fru", "neu", "exc", "ang", "fru"), read_table(table))
    assert states(kept) == {"c0": "Bored", "c2": "Curious", "c3": "Frustrated", "c4": "Frustrated"}


def test_wrong_rows_of_the_users_table_are_counted_and_the_first_is_shown(tmp_path: Path) -> None:
    table = write_table(tmp_path / "t.csv", ("label", "state"), [("exc", "Curious"), ("ang", "Angry"), ("", "Bored")])
    with pytest.raises(DataError, match=r"2 of 3 rows cannot be used .*'ang' → 'Angry'"):
        read_table(table)
    with pytest.raises(DataError, match="no column state"):
        read_table(write_table(tmp_path / "u.csv", ("label", "class"), []))
    with pytest.raises(DataError, match="cannot be read"):
        read_table(tmp_path / "nowhere.csv")


def test_a_table_for_another_corpus_is_reported() -> None:
    with pytest.raises(DataError, match=r"names no label and no clip.*fru \(1\)"):
        relabelled(clips("fru"), {"joy": "Curious"})


def test_labels_without_any_state_ask_for_a_table() -> None:
    with pytest.raises(DataError, match=r"--relabel TABLE.csv.*exc \(2\)"):
        relabelled(clips("exc", "exc", "sad"), {})


def test_a_single_class_is_refused(shown: Footage, tmp_path: Path) -> None:
    look_alikes.write_iemocap(tmp_path / "c", shown)
    table = write_table(tmp_path / "t.csv", ("label", "state"), [("neu", "leave out")])
    with pytest.raises(DataError, match="only Frustrated"):
        prepare("iemocap", tmp_path / "c", table)


def labelled(people: int, parts: tuple[str | None, ...] = (None,)) -> list[LabelledClip]:
    made = [Clip(f"c{n}", Path("x.mp4"), f"p{n % people}", "fru") for n in range(max(people, len(parts)))]
    return [LabelledClip(replace(clip, part=parts[n % len(parts)]), n % 2) for n, clip in enumerate(made)]


@pytest.mark.parametrize("people", [3, 4, 7, 60])
def test_people_are_split_without_overlap_or_empty_parts(people: int) -> None:
    found, how = split_by_person("own", labelled(people))
    assert how == "by person"
    assert all(found[part] for part in PARTS)
    assert sum(map(len, found.values())) == people


def test_a_person_keeps_their_part_when_others_are_added() -> None:
    few, _ = split_by_person("own", labelled(60))
    many, _ = split_by_person("own", labelled(120))
    for part in PARTS:
        assert {entry.clip.identity for entry in few[part]} <= {entry.clip.identity for entry in many[part]}


def test_the_corpus_own_parts_are_used_unless_a_person_crosses_them() -> None:
    entries = labelled(6, PARTS)
    assert split_by_person("daisee", entries)[1] == "the corpus's own parts"
    crossing = [replace(entries[0], clip=replace(entries[0].clip, part="test")), *entries]
    found, how = split_by_person("daisee", crossing)
    assert how == "by person"
    check(found)


def test_a_person_in_two_parts_is_refused() -> None:
    one = labelled(1)
    with pytest.raises(DataError, match=r"1 people are in more than one .*p0"):
        check({"train": one, "val": [], "test": one})


def test_too_few_people_are_reported() -> None:
    with pytest.raises(DataError, match=r"nobody is left for .*2 people"):
        split_by_person("own", labelled(2))
