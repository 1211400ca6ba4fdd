"""Every table, for Alembic and the tests."""

from sqlmodel import SQLModel

import voxanne_app.agents.models
import voxanne_app.bookings.models
import voxanne_app.calls.models
import voxanne_app.calls.outbound.models
import voxanne_app.contacts.models
import voxanne_app.costs.models
import voxanne_app.identity.clinic_models
import voxanne_app.identity.models
import voxanne_app.monitoring.models
import voxanne_app.telephony.models
import voxanne_app.trials.kept_models
import voxanne_app.trials.models
import voxanne_app.webhooks.models  # noqa: F401

metadata = SQLModel.metadata
