"""Requests to a bucket are signed as Amazon's own examples are.

Source: https://docs.aws.amazon.com/AmazonS3/latest/API/sig-v4-header-based-auth.html, the four examples.
"""

import hashlib
from datetime import UTC, datetime, timedelta, timezone

import pytest

from voxanne_app.integrations.s3.signing import OF_NOTHING, Access, signed

ACCESS = Access("AKIAIOSFODNN7EXAMPLE", "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY", "us-east-1")
BUCKET = "https://examplebucket.s3.amazonaws.com"
NOW = datetime(2013, 5, 24, tzinfo=UTC)
WELCOME = hashlib.sha256(b"Welcome to Amazon S3.").hexdigest()
STORED = {"date": "Fri, 24 May 2013 00:00:00 GMT", "x-amz-storage-class": "REDUCED_REDUNDANCY"}


@pytest.mark.parametrize(
    ("method", "path", "headers", "sha256", "names", "signature"),
    [
        (
            "GET",
            "/test.txt",
            {"Range": "bytes=0-9"},
            OF_NOTHING,
            "host;range;x-amz-content-sha256;x-amz-date",
            "f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41",
        ),
        (
            "PUT",
            "/test$file.text",
            STORED,
            WELCOME,
            "date;host;x-amz-content-sha256;x-amz-date;x-amz-storage-class",
            "98ad721746da40c64f1a55b78f14c238d841ea1380cd77a1b5971af0ece108bd",
        ),
        (
            "GET",
            "/?lifecycle",
            {},
            OF_NOTHING,
            "host;x-amz-content-sha256;x-amz-date",
            "fea454ca298b7da1c68078a5d1bdbfbbe0d65c699e0f91ac7a200a0136783543",
        ),
        (
            "GET",
            "?prefix=J&max-keys=2",
            {},
            OF_NOTHING,
            "host;x-amz-content-sha256;x-amz-date",
            "34b48302e7b5fa45bde8084f4b7868a86f0a534bc59db6670ed5711ef69dc6f7",
        ),
    ],
)
def test_amazons_examples_get_amazons_signatures(
    method: str, path: str, headers: dict[str, str], sha256: str, names: str, signature: str
) -> None:
    made = signed(method, BUCKET + path, headers, sha256=sha256, access=ACCESS, now=NOW)
    credential = "AKIAIOSFODNN7EXAMPLE/20130524/us-east-1/s3/aws4_request"
    assert made["authorization"] == (
        f"AWS4-HMAC-SHA256 Credential={credential},SignedHeaders={names},Signature={signature}"
    )
    assert made["x-amz-date"] == "20130524T000000Z"


def test_the_hour_is_utcs_and_the_port_belongs_to_the_host_unless_it_is_the_usual_one() -> None:
    elsewhere = NOW.astimezone(timezone(timedelta(hours=-8)))
    usual, spelled, other = (
        signed("GET", url, {}, sha256=OF_NOTHING, access=ACCESS, now=elsewhere)
        for url in ("https://minio.test/r", "https://minio.test:443/r", "https://minio.test:9000/r")
    )
    assert usual["x-amz-date"] == "20130524T000000Z"
    assert (usual["host"], other["host"]) == ("minio.test", "minio.test:9000")
    assert usual == spelled and usual["authorization"] != other["authorization"]


def test_a_secret_key_is_not_shown() -> None:
    assert "wJalr" not in repr(ACCESS)
