"""What people added to a call, and where they add more."""

import reflex as rx

from voxanne_app.calls.ui.annotations_state import AnnotationsState, NoteLine
from voxanne_app.ui.components.controls import button
from voxanne_app.ui.components.marks import icon


def annotations() -> rx.Component:
    shown, may = AnnotationsState.shown, AnnotationsState.may_annotate
    is_something = (shown.notes.length() > 0) | (shown.tags.length() > 0) | (shown.assignee != "")  # type: ignore[attr-defined]
    return rx.cond(may | is_something, _block())


def _block() -> rx.Component:
    shown, may = AnnotationsState.shown, AnnotationsState.may_annotate
    return rx.el.section(
        rx.el.h2("Notes", rx.el.span(shown.resolved, class_name="end")),
        rx.el.div(
            rx.foreach(shown.notes, _note),
            rx.cond(may, _note_form()),
            rx.el.div(
                rx.foreach(shown.tags, _tag),
                rx.cond(may, _tag_form()),
                class_name="tags",
            ),
            rx.cond(
                may,
                _looks_after(),
                rx.cond(
                    shown.assignee != "",
                    rx.el.p(shown.assignee, " looks after this call.", class_name="dim"),
                ),
            ),
            class_name="stack",
        ),
        class_name="block",
    )


def _note(note: NoteLine) -> rx.Component:
    return rx.el.div(rx.el.p(note.words), rx.el.p(note.written, class_name="dimmer"), class_name="card note")


def _note_form() -> rx.Component:
    return rx.el.form(
        rx.el.label(
            rx.el.span("A note about this call", class_name="spoken"),
            rx.el.textarea(name="note", placeholder="Write a note", rows="2", max_length=2000),
            class_name="field area",
        ),
        button("Add the note", kind="soft", small=True, type="submit"),
        key=rx.Var.create("note-") + AnnotationsState.draft.to_string(),  # type: ignore[attr-defined]
        on_submit=AnnotationsState.add_note,
        class_name="stack",
    )


def _tag(tag: rx.Var[str]) -> rx.Component:
    return rx.el.span(
        tag,
        rx.cond(
            AnnotationsState.may_annotate,
            rx.el.button(
                icon("x", "tiny"),
                type="button",
                on_click=AnnotationsState.remove_tag(tag),
                custom_attrs={"aria-label": rx.Var.create("Remove the tag ") + tag},
            ),
        ),
        class_name="tag",
    )


def _tag_form() -> rx.Component:
    return rx.el.form(
        rx.el.label(
            rx.el.span("A tag for this call", class_name="spoken"),
            rx.el.input(name="tag", placeholder="Add a tag", max_length=30),
            class_name="field",
        ),
        key=rx.Var.create("tag-") + AnnotationsState.draft.to_string(),  # type: ignore[attr-defined]
        on_submit=AnnotationsState.add_tag,
    )


def _looks_after() -> rx.Component:
    shown = AnnotationsState.shown
    return rx.el.div(
        rx.el.label(
            rx.el.span("Looked after by", class_name="dim nowrap"),
            rx.el.select(
                rx.el.option("Nobody", value=""),
                rx.foreach(AnnotationsState.people, lambda person: rx.el.option(person[1], value=person[0])),
                value=shown.assigned_to,
                on_change=AnnotationsState.assign,
            ),
            class_name="field grow",
        ),
        rx.cond(
            shown.resolved == "",
            button("Mark as done", small=True, mark="check", on_click=AnnotationsState.resolve),
            button("Not done after all", small=True, kind="ghost", on_click=AnnotationsState.reopen),
        ),
        class_name="row looks-after",
    )
