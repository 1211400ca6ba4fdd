"""What was promised and done, as it stands beside the conversation and in the head of its call."""

from datetime import datetime

from voxanne_app.calls.promises.shown import DeedView, PromiseView, SaidAndDone
from voxanne_app.calls.ui.said_lines import in_all, said_lines

KEPT = PromiseView("booked", 3, "You are booked.", "kept", "", "b1")
BROKEN = PromiseView("texted", 5, "You will get a text.", "not_kept", "no_text", "")
AT = datetime.fromisoformat("2026-11-23T08:30")
UNASKED = DeedView("book_appointment", "b1", AT, heard=False, position=None, words="", stands=True)
UNDONE = DeedView("book_appointment", "b1", AT, heard=False, position=2, words="Let me think.", stands=False)


def test_the_head_counts_what_is_broken_apart_from_what_nobody_asked_for() -> None:
    assert in_all(said_lines(SaidAndDone((KEPT,), (UNASKED,)))) == "1 deed not asked for"
    both = said_lines(SaidAndDone((KEPT, BROKEN, BROKEN), (UNASKED,)))
    assert in_all(both) == "2 promises not kept, 1 deed not asked for"
    assert in_all(said_lines(SaidAndDone((KEPT,), (UNDONE,)))) == ""


def test_a_deed_says_when_it_is_for_and_that_it_has_been_undone() -> None:
    unasked, undone = said_lines(SaidAndDone((), (UNASKED, UNDONE)))
    assert unasked.what == "Booked an appointment for Mon 23 Nov, 8:30 AM"
    assert (unasked.tone, unasked.more) == ("bad", "Nothing that the caller said asks for it.")
    assert (undone.tone, undone.position) == ("plain", 2)
    assert undone.more == "The caller: “Let me think.” It has been undone since."
