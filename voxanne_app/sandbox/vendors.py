"""The vendors that are played. A new one is a folder and a line here."""

from collections.abc import Callable

from voxanne_app.sandbox.supabase.vendor import SupabaseAuth
from voxanne_app.sandbox.vapi.vendor import Vapi
from voxanne_app.sandbox.world import Vendor, World

VENDORS: tuple[Callable[[World], Vendor], ...] = (
    Vapi,
    SupabaseAuth,
)
