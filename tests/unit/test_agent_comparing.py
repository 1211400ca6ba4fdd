"""A difference shows every line of both texts once, and every setting that was set otherwise."""

from hypothesis import given
from hypothesis import strategies as st

from voxanne_app.agents.comparing import changes_between, count_of, lines_between
from voxanne_app.agents.configuration import AgentConfiguration, Voice

TEXTS = st.lists(st.sampled_from(["a", "b", "c", "", "long line"]), max_size=12).map("\n".join)


@given(TEXTS, TEXTS)
def test_both_texts_can_be_read_back_from_their_difference(before: str, after: str) -> None:
    lines = lines_between(before, after)
    assert [line.words for line in lines if line.mark != "added"] == before.splitlines()
    assert [line.words for line in lines if line.mark != "removed"] == after.splitlines()
    assert [line.number for line in lines if line.number] == list(range(1, len(after.splitlines()) + 1))


def test_a_changed_line_is_one_removed_and_one_added() -> None:
    lines = lines_between("Greeting\nGood morning.\nEnd", "Greeting\nGood day.\nEnd")
    assert count_of(lines) == (1, 1)
    assert [line.mark for line in lines] == ["same", "removed", "added", "same"]


def test_settings_that_changed_are_named_in_words() -> None:
    before = AgentConfiguration()
    after = before.model_copy(update={"voice": Voice(provider="rime", voice_id="cove"), "max_minutes": 12})
    changes = {(one.part, one.what): (one.before, one.after) for one in changes_between(before, after)}
    assert changes == {
        ("voice", "Voice"): ("Elliot, Vapi", "cove, Rime"),
        ("limits", "Longest call"): ("10 min", "12 min"),
    }
    assert changes_between(before, before) == ()
