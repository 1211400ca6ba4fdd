"""The judge of what stays inside must itself find everybody, however they are written."""

import json

from tests.synthetic_identities import Search, people

PEOPLE = people(500, seed=7)


def test_everybody_is_found_in_each_way_of_writing_them() -> None:
    for number, one in enumerate(PEOPLE):
        search = Search([one])
        for written in (
            one.name,
            one.name.upper(),
            one.email,
            one.street,
            one.complaint,
            *one.phones,
            *one.birthdays,
        ):
            assert search.hits(json.dumps({"said": f"x {written}."})), written
        assert len(search.hits(one.introduction(number))) >= 5


def test_nobody_is_found_in_what_is_about_others() -> None:
    search = Search(PEOPLE[:250])
    for number, one in enumerate(PEOPLE[250:]):
        assert not search.hits(one.introduction(number).replace("19", "20"))
    assert not search.hits('{"at": "2026-11-23T05:00:00.000+00:00", "took_ms": 1234567890.5, "port": 18400}')
