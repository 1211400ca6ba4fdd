import pytest

from voxanne_app.ui.components.secrets import SecretView, secret_field, secret_view


@pytest.mark.parametrize(
    ("secret", "view"),
    [
        (None, SecretView()),
        ("", SecretView()),
        ("short", SecretView(True, "")),
        ("elevenchars", SecretView(True, "")),
        ("twelve chars", SecretView(True, "hars")),
        ("AC" + "0" * 30 + "1a2b", SecretView(True, "1a2b")),
    ],
)
def test_at_most_the_last_four_characters_are_shown(secret: str | None, view: SecretView) -> None:
    assert secret_view(secret) == view


def test_the_field_is_empty_and_hides_what_is_typed() -> None:
    rendered = str(secret_field("Auth token", name="auth_token", stored=SecretView(True, "1a2b")).render())
    assert '"password"' in rendered
    assert "1a2b" in rendered
    assert "defaultValue" not in rendered and "value:" not in rendered
