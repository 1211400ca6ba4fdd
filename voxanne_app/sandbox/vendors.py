"""The vendors that are played. A new one is a folder and a line here."""

from pkgutil import resolve_name

from voxanne_app.sandbox.world import Vendor, World

VENDORS = (
    "vapi.vendor:Vapi",
    "supabase.vendor:SupabaseAuth",
    "slack.vendor:Slack",
    "sentry.vendor:Sentry",
    "s3.vendor:S3",
)


def vendors_of(world: World) -> list[Vendor]:
    """All of them, each with what it remembers of this world."""
    return [resolve_name(f"voxanne_app.sandbox.{where}")(world) for where in VENDORS]
