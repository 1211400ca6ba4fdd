import io
import json
import logging
from collections.abc import Iterator
from typing import Any

import pytest

from voxanne_app.foundation import logs


@pytest.fixture
def lines() -> Iterator[Any]:
    """What a logger writes through our formatter, as objects."""
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    handler.setFormatter(logs.JsonLines("test"))
    logger = logging.getLogger("voxanne_app.tests.logs")
    logger.addHandler(handler)
    logger.setLevel(logging.INFO)
    yield logger, lambda: [json.loads(line) for line in stream.getvalue().splitlines()]
    logger.removeHandler(handler)


def test_a_line_is_one_object_whatever_was_said(lines: Any) -> None:
    logger, written = lines
    logger.info("first\nsecond %s", '"quoted"')
    (line,) = written()
    assert line["message"] == 'first\nsecond "quoted"'
    assert (line["level"], line["process"], line["logger"]) == ("info", "test", "voxanne_app.tests.logs")


def test_ids_that_were_bound_stand_on_every_line_inside_and_on_none_outside(lines: Any) -> None:
    logger, written = lines
    with logs.bound(request_id="r1"), logs.bound(job_id="j1"):
        logger.info("inside")
    logger.info("outside")
    inside, outside = written()
    assert (inside["request_id"], inside["job_id"]) == ("r1", "j1")
    assert "request_id" not in outside


def test_nothing_about_a_patient_gets_through(lines: Any) -> None:
    logger, written = lines
    logger.info("from %s", "+15550100123", extra={"transcript": "I have a rash", "seconds": 3})
    try:
        raise ValueError("Pat Doe, pat@example.test")
    except ValueError:
        logger.exception("failed")
    told = json.dumps(written())
    for private in ("5550100123", "rash", "Pat", "example.test"):
        assert private not in told
    assert written()[0]["seconds"] == 3
    assert written()[1]["error"] == "ValueError"
    assert written()[1]["frames"]


def test_of_another_librarys_message_the_first_line_is_kept(lines: Any) -> None:
    """The event loop and the web server put whole traces into theirs."""
    _, written = lines
    logger = logging.getLogger("voxanne_app.tests.logs")
    record = logger.makeRecord(
        "asyncio", logging.ERROR, "", 0, "Never retrieved\nfuture: ValueError('Pat Doe')", (), None
    )
    logger.handle(record)
    (line,) = written()
    assert (line["logger"], line["message"]) == ("asyncio", "Never retrieved")


def test_loggers_that_others_set_up_write_as_we_do(monkeypatch: pytest.MonkeyPatch) -> None:
    theirs = logging.getLogger("_a_web_server")
    root = logging.getLogger()
    monkeypatch.setattr(root, "handlers", list(root.handlers))
    monkeypatch.setattr("sys.excepthook", print)
    monkeypatch.setattr("threading.excepthook", print)
    theirs.addHandler(logging.StreamHandler())
    theirs.propagate = False
    logs.configure("test")
    assert (theirs.handlers, theirs.propagate) == ([], True)
