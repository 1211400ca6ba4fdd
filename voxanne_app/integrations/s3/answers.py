"""What a bucket answers. Half an answer, or somebody else's, must never look like an empty bucket."""

import re
from datetime import datetime
from xml.etree import ElementTree

import httpx

from voxanne_app.calls.ports import StorageUnavailable, StoredFile

_CODE = re.compile(r"<Code>(\w{1,60})</Code>")


def listed(answer: httpx.Response) -> tuple[list[StoredFile], str | None]:
    """What a page of a listing names, and where the next one begins. Raises StorageUnavailable."""
    found = _document(answer, "ListBucketResult")
    try:
        files = [
            StoredFile(_text(entry, "Key"), datetime.fromisoformat(_text(entry, "LastModified")))
            for entry in found.iterfind("{*}Contents")
        ]
        has_more = {"true": True, "false": False}[_text(found, "IsTruncated")]
        return files, _text(found, "NextContinuationToken") if has_more else None
    except (KeyError, ValueError):
        raise _no_s3() from None


def require_deleted(answer: httpx.Response) -> None:
    """Raises StorageUnavailable unless all that was asked for is gone."""
    if _document(answer, "DeleteResult").find("{*}Error") is not None:
        raise StorageUnavailable("The bucket did not delete all that it was asked to.")


def code_of(answer: httpx.Response) -> str:
    """The word for what went wrong, as in `NoSuchKey`; empty when none is told, or nothing was read."""
    found = _CODE.search(answer.text) if answer.is_closed else None
    return found[1] if found else ""


def refused(answer: httpx.Response) -> StorageUnavailable:
    return StorageUnavailable(f"The bucket answered {answer.status_code} {code_of(answer)}".rstrip() + ".")


def unreachable(error: httpx.HTTPError) -> StorageUnavailable:
    return StorageUnavailable(f"The bucket could not be reached: {type(error).__name__}.")


def _document(answer: httpx.Response, root: str) -> ElementTree.Element:
    if answer.status_code != 200:
        raise refused(answer)
    try:
        found = ElementTree.fromstring(answer.content)  # noqa: S314 - expat bounds what entities grow to
    except ElementTree.ParseError:
        raise _no_s3() from None
    if found.tag.rpartition("}")[2] != root:
        raise _no_s3()
    return found


def _text(element: ElementTree.Element, name: str) -> str:
    """Raises KeyError when it is not there, or empty."""
    if told := element.findtext(f"{{*}}{name}"):
        return told
    raise KeyError(name)


def _no_s3() -> StorageUnavailable:
    return StorageUnavailable("The bucket answered something that is no S3.")
