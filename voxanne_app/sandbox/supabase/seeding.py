"""The project's part of a seed."""

from typing import Any

from voxanne_app.sandbox.fields import BadField, Fields
from voxanne_app.sandbox.supabase.keys import ALGORITHMS
from voxanne_app.sandbox.supabase.project import Project


class Seeding:
    """A user who was seeded before and is described alike is left alone: a changed password stays changed."""

    def __init__(self, project: Project) -> None:
        self._project = project
        self._seeded = project.world.store.shelf("supabase.seeded")

    def apply(self, given: dict[str, Any]) -> None:
        fields = Fields(given, "'supabase'")
        keys, settings = self._project.keys, self._project.settings
        keys.publishable = fields.text("publishable_key") or keys.publishable
        keys.secret = fields.text("secret_key") or keys.secret
        keys.algorithm = fields.choice("jwt_algorithm", ALGORITHMS, keys.algorithm)
        keys.legacy_secret = fields.text("jwt_secret") or keys.legacy_secret
        settings.site_url = fields.text("site_url") or settings.site_url
        settings.autoconfirm = fields.flag("autoconfirm", settings.autoconfirm)
        settings.signup_disabled = fields.flag("signup_disabled", settings.signup_disabled)
        settings.password_needs_reauthentication = fields.flag(
            "password_needs_reauthentication", settings.password_needs_reauthentication
        )
        settings.mail_links = fields.mapping("mail_links") or settings.mail_links
        settings.redirect_urls = fields.texts("redirect_urls") or settings.redirect_urls
        settings.sso = tuple(map(_organization, fields.objects("sso"))) or settings.sso
        settings.rate_limits = fields.flag("rate_limits", settings.rate_limits)
        lifetime = fields.number("access_token_seconds", low=1, high=604_800)
        settings.access_token_seconds = int(lifetime or settings.access_token_seconds)
        for user in fields.objects("users"):
            self._user(user)
        fields.finish()

    def forget(self) -> None:
        self._seeded.clear()

    def _user(self, given: dict[str, Any]) -> None:
        fields = Fields(given, "a user of 'supabase'")
        user_id, email = fields.needed_text("id"), fields.needed_text("email")
        password = fields.text("password")
        app_metadata, user_metadata = fields.mapping("app_metadata"), fields.mapping("user_metadata")
        confirmed, sso_id = fields.flag("email_confirmed", True), fields.text("sso_id")
        fields.finish()
        if self._seeded.get(user_id) == given and self._project.users.get(user_id):
            return
        holder = None if sso_id else self._project.users.by_email(email)
        if holder and holder["id"] != user_id:
            raise BadField(f"two users have the e-mail {email}")
        self._project.users.remove(user_id)
        self._project.users.create(
            email, user_id=user_id, password=password, confirmed=confirmed,
            app_metadata=app_metadata, user_metadata=user_metadata,
            provider=f"sso:{sso_id}" if sso_id else "email",
        )  # fmt: skip
        self._seeded.put(user_id, given)


def _organization(given: dict[str, Any]) -> dict[str, Any]:
    fields = Fields(given, "'sso' of 'supabase'")
    found = {"id": fields.needed_text("id"), "domains": list(fields.texts("domains") or ())}
    fields.finish()
    if not found["domains"]:
        raise BadField("'domains' of 'sso' names none")
    return found
