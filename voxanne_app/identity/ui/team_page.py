"""Team: who may do what?"""

import reflex as rx

from voxanne_app.identity.ui.team_state import TeamState
from voxanne_app.identity.ui.team_view import InvitationLine, MemberLine
from voxanne_app.ui.components.controls import button, labelled
from voxanne_app.ui.components.dialogs import modal
from voxanne_app.ui.components.feedback import empty, problem, skeleton_rows
from voxanne_app.ui.components.lists import column_head, section
from voxanne_app.ui.components.marks import avatar, badge, state
from voxanne_app.ui.layout import body, sheet
from voxanne_app.ui.pages import Page
from voxanne_app.ui.session import Screen

_INVITE, _LEAVE = "invite", "leave"


def team() -> rx.Component:
    may_manage = Screen.permissions.contains("team.manage")  # type: ignore[attr-defined]
    return sheet(
        body(
            rx.cond(
                TeamState.is_loaded,
                rx.el.div(_members(), rx.cond(may_manage, _invitations()), class_name="stack-wide"),
                skeleton_rows(6),
            ),
            padded=True,
        ),
        _invite_dialog(),
        _leave_dialog(),
        title="Team",
        aside=Screen.person.clinic,
        acts=[
            rx.cond(
                may_manage,
                button("Invite somebody", kind="primary", mark="plus", on_click=TeamState.open_invite),
            )
        ],
    )


def _members() -> rx.Component:
    return section(
        "Members",
        rx.el.div(
            rx.el.table(
                rx.el.caption("Members", class_name="spoken"),
                rx.el.thead(
                    rx.el.tr(
                        column_head("Person"),
                        column_head("Role"),
                        column_head("Second factor"),
                        column_head("Since", class_name="desk-only"),
                        rx.el.th(rx.el.span("Acts", class_name="spoken"), scope="col"),
                    )
                ),
                rx.el.tbody(rx.foreach(TeamState.members, _member)),
                class_name="table people",
            ),
            class_name="panel",
        ),
        count=TeamState.members.length().to_string(),  # type: ignore[attr-defined]
    )


def _member(line: MemberLine) -> rx.Component:
    return rx.el.tr(
        rx.el.td(_person(line)),
        rx.el.td(rx.cond(line.may_change, _role(line), line.role_word)),
        rx.el.td(
            rx.cond(
                line.has_factor,
                state("Set up", tone="good", mark="shield-check"),
                rx.el.span("None", class_name="dim"),
            ),
            class_name="second-factor",
        ),
        rx.el.td(line.since, class_name="dim desk-only"),
        rx.el.td(
            rx.cond(
                line.is_self | line.may_change,
                button(
                    rx.cond(line.is_self, "Leave", "Remove"),
                    kind="ghost",
                    small=True,
                    on_click=TeamState.ask_to_remove(line.id),
                ),
            ),
            class_name="right",
        ),
    )


def _person(line: MemberLine) -> rx.Component:
    return rx.el.div(
        avatar(line.initials),
        rx.el.div(
            rx.el.span(
                rx.el.span(line.name, class_name="medium"),
                rx.cond(line.is_self, badge("You")),
                class_name="row",
            ),
            rx.el.span(line.email, class_name="explains dim cut"),
            class_name="stack-tight",
        ),
        class_name="row",
    )


def _role(line: MemberLine) -> rx.Component:
    return rx.el.label(
        rx.el.span("Role of ", line.name, class_name="spoken"),
        rx.el.select(
            rx.foreach(line.choices, lambda choice: rx.el.option(choice.word, value=choice.role)),
            value=line.role,
            on_change=lambda role: TeamState.change_role(line.id, role),
        ),
        class_name="field small",
    )


def _invitations() -> rx.Component:
    return section(
        "Invitations",
        rx.cond(
            TeamState.invitations.length() > 0,  # type: ignore[attr-defined]
            rx.el.div(
                rx.el.table(
                    rx.el.caption("Invitations", class_name="spoken"),
                    rx.el.thead(
                        rx.el.tr(
                            column_head("Address"),
                            column_head("Role"),
                            column_head("State"),
                            rx.el.th(rx.el.span("Acts", class_name="spoken"), scope="col"),
                        )
                    ),
                    rx.el.tbody(rx.foreach(TeamState.invitations, _invitation)),
                    class_name="table people",
                ),
                class_name="panel",
            ),
            rx.el.div(
                empty(
                    "Nobody is invited",
                    "Invite by e-mail. The link in it is good for a week, for that person alone.",
                    mark="mail",
                ),
                class_name="panel",
            ),
        ),
    )


def _invitation(line: InvitationLine) -> rx.Component:
    return rx.el.tr(
        rx.el.td(rx.el.span(line.email, class_name="medium cut")),
        rx.el.td(line.role_word),
        rx.el.td(state(line.standing, tone=line.tone, mark=line.mark), title=line.exact),
        rx.el.td(
            button("Send again", kind="ghost", small=True, on_click=TeamState.resend(line.id)),
            button("Withdraw", kind="ghost", small=True, on_click=TeamState.withdraw(line.id)),
            class_name="right",
        ),
    )


def _invite_dialog() -> rx.Component:
    return modal(
        _INVITE,
        rx.el.form(
            rx.cond(TeamState.invite_problem != "", problem(TeamState.invite_problem)),
            labelled(
                "E-mail address",
                rx.el.input(name="email", type="email", auto_complete="off", auto_focus=True, max_length=254),
            ),
            rx.el.fieldset(
                rx.el.legend("Role", class_name="medium"),
                rx.foreach(
                    TeamState.roles,
                    lambda choice, index: rx.el.label(
                        rx.el.input(type="radio", name="role", value=choice.role, default_checked=index == 0),
                        rx.el.span(
                            rx.el.span(choice.word, class_name="line medium"),
                            rx.el.span(choice.may, class_name="explains dim"),
                        ),
                        class_name="row choice",
                    ),
                ),
                class_name="stack plain-set",
            ),
            id="invite-fields",
            class_name="stack-wide",
            on_submit=TeamState.invite,
            no_validate=True,
        ),
        is_open=TeamState.is_inviting,
        on_close=TeamState.close,
        title="Invite somebody",
        acts=[button("Send the invitation", kind="primary", type="submit", form="invite-fields")],
    )


def _leave_dialog() -> rx.Component:
    who = TeamState.leaving
    return modal(
        _LEAVE,
        rx.el.p(
            rx.cond(
                who.is_self,
                "You lose sight of this clinic at once. Somebody else of the team can invite you again.",
                "They are out within five seconds, on every device. What they did stays in the audit.",
            )
        ),
        is_open=who.id != "",
        on_close=TeamState.close,
        title=rx.cond(who.is_self, "Leave this clinic?", rx.Var.create("Remove ") + who.name + "?"),
        acts=[
            rx.cond(
                who.is_self,
                button("Leave the clinic", kind="primary", danger=True, on_click=TeamState.leave),
                button("Remove from the team", kind="primary", danger=True, on_click=TeamState.remove),
            )
        ],
    )


PAGES = [Page(route="/team", title="Team", content=team, on_load=[TeamState.load, TeamState.follow])]
