"""What can be booked, with whom and when; and the bookings. Constraints are in the migration."""

from datetime import date, datetime, time
from uuid import UUID, uuid4

from sqlalchemy import ARRAY, DateTime, Text
from sqlmodel import Field, SQLModel

from voxanne_app.foundation import clock

# Only these keep the practitioner's time; the database lets no two of them overlap.
BLOCKING = ("pending", "confirmed")
STATUSES = (*BLOCKING, "cancelled", "completed", "no_show")

_INSTANT = DateTime(timezone=True)


class Service(SQLModel, table=True):
    """Something that can be booked. `other_names` are what callers say for it."""

    __tablename__ = "services"

    id: UUID = Field(default_factory=uuid4, primary_key=True)
    org_id: UUID
    name: str
    other_names: list[str] = Field(default_factory=list, sa_type=ARRAY(Text))
    duration_minutes: int
    buffer_before_minutes: int = 0
    buffer_after_minutes: int = 0
    is_active: bool = True


class Practitioner(SQLModel, table=True):
    """Whose time is booked. `specialty` is shown beside the name."""

    __tablename__ = "practitioners"

    id: UUID = Field(default_factory=uuid4, primary_key=True)
    org_id: UUID
    name: str
    specialty: str = ""
    is_active: bool = True


class PractitionerService(SQLModel, table=True):
    __tablename__ = "practitioner_services"

    org_id: UUID = Field(primary_key=True)
    practitioner_id: UUID = Field(primary_key=True)
    service_id: UUID = Field(primary_key=True)


class WorkingHours(SQLModel, table=True):
    """Wall time in the clinic's zone; weekday 0 is Monday. Two rows a day make a lunch break."""

    __tablename__ = "working_hours"

    id: UUID = Field(default_factory=uuid4, primary_key=True)
    org_id: UUID
    practitioner_id: UUID
    weekday: int
    opens_at: time
    closes_at: time


class HourException(SQLModel, table=True):
    """Replaces the hours of one date, for one practitioner or (None) the whole clinic; no times: closed."""

    __tablename__ = "hour_exceptions"

    id: UUID = Field(default_factory=uuid4, primary_key=True)
    org_id: UUID
    practitioner_id: UUID | None = None
    on_date: date
    opens_at: time | None = None
    closes_at: time | None = None
    reason: str = ""


class ScheduleVersion(SQLModel, table=True):
    """Another value after every change of the tables above: their triggers see to it."""

    __tablename__ = "schedule_versions"

    id: UUID = Field(default_factory=uuid4, primary_key=True)
    org_id: UUID
    version: UUID = Field(default_factory=uuid4)


class Booking(SQLModel, table=True):
    """`blocks_from` to `blocks_until` adds the buffers. `request_key` makes a repeated request harmless."""

    __tablename__ = "bookings"

    id: UUID = Field(default_factory=uuid4, primary_key=True)
    org_id: UUID
    practitioner_id: UUID
    service_id: UUID
    contact_id: UUID | None = None
    call_id: UUID | None = None
    patient_name: str
    patient_phone: str | None = None
    starts_at: datetime = Field(sa_type=_INSTANT)
    ends_at: datetime = Field(sa_type=_INSTANT)
    blocks_from: datetime = Field(sa_type=_INSTANT)
    blocks_until: datetime = Field(sa_type=_INSTANT)
    status: str = "confirmed"
    source: str = "phone"
    notes: str = ""
    request_key: str
    created_by: UUID | None = None
    created_at: datetime = Field(default_factory=clock.now, sa_type=_INSTANT)
    updated_at: datetime = Field(default_factory=clock.now, sa_type=_INSTANT)
    cancelled_at: datetime | None = Field(default=None, sa_type=_INSTANT)
