"""The dialog in which operators make a clinic: its name, its zone, and who is invited to own it."""

from typing import Any

import reflex as rx
from sqlmodel import Session

from voxanne_app.foundation import clock
from voxanne_app.identity import clinics, invitations
from voxanne_app.identity.clinics import Profile
from voxanne_app.identity.refusals import ClinicRefusal
from voxanne_app.identity.ui.settings_view import zones
from voxanne_app.ui.arguments import text
from voxanne_app.ui.components.controls import button, labelled
from voxanne_app.ui.components.dialogs import modal
from voxanne_app.ui.components.feedback import problem
from voxanne_app.ui.session import PlatformScreen, guarded

_OF_ZONES = {"list": "zones"}


class NewClinicState(PlatformScreen):
    is_open: bool = False
    problem: str = ""

    @guarded("platform.organizations")
    def open_form(self) -> None:
        self.is_open, self.problem = True, ""

    @guarded("platform.organizations")
    def close(self) -> None:
        self.is_open = False

    @guarded("platform.organizations")
    async def create(self, form: dict[str, Any]) -> Any:
        given = form if isinstance(form, dict) else {}
        profile = Profile(
            name=text(given.get("name", ""), at_most=200, name="The name"),
            time_zone=text(given.get("time_zone", ""), at_most=60, name="The zone"),
        )
        email = text(given.get("email", ""), at_most=254, name="The address")
        operator, now = await self.asking_operator(), clock.now()

        def work(session: Session) -> str:
            clinic = clinics.create(session, profile)
            invitations.invite(
                session,
                org_id=clinic.id,
                actor_id=operator.person_id,
                own_role=operator.role,
                email=email,
                role="owner",
                now=now,
                recorded=False,
            )
            return str(clinic.id)

        try:
            org_id = await self.in_platform_transaction("platform.organizations", work)
        except ClinicRefusal as refusal:
            self.problem = str(refusal)
            return None
        self.is_open = False
        self.say(f"{profile.name} is made, and its owner is invited.")
        return rx.redirect(f"/platform/organizations/{org_id}")


def new_clinic_dialog() -> rx.Component:
    return modal(
        "new-clinic",
        rx.el.form(
            rx.cond(NewClinicState.problem != "", problem(NewClinicState.problem)),
            labelled("Name of the clinic", rx.el.input(name="name", auto_complete="off", auto_focus=True)),
            labelled(
                "Time zone",
                rx.el.input(name="time_zone", auto_complete="off", custom_attrs=_OF_ZONES),
            ),
            rx.el.datalist(*(rx.el.option(value=zone) for zone in zones()), id="zones"),
            labelled("E-mail address of its owner", rx.el.input(name="email", type="email")),
            id="new-clinic-fields",
            class_name="stack-wide",
            on_submit=NewClinicState.create,
            no_validate=True,
        ),
        is_open=NewClinicState.is_open,
        on_close=NewClinicState.close,
        title="New clinic",
        acts=[button("Make the clinic", kind="primary", type="submit", form="new-clinic-fields")],
    )
