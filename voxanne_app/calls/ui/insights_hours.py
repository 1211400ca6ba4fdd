"""When people call: the hours of the week, the deeper the more."""

import reflex as rx

from voxanne_app.calls.ui.insights_charts import Hour, Weekday
from voxanne_app.calls.ui.insights_state import InsightsState
from voxanne_app.ui.components.lists import section

_HOURS = tuple("12a" if hour == 0 else "12p" if hour == 12 else f"{hour % 12}" for hour in range(24))


def hours_chart() -> rx.Component:
    return section(
        "When they call",
        rx.el.div(
            rx.el.div(
                rx.el.div(
                    rx.el.span(),
                    *(rx.el.span(name if hour % 3 == 0 else "") for hour, name in enumerate(_HOURS)),
                    class_name="heat-row heat-head",
                ),
                rx.foreach(InsightsState.weekdays, _weekday),
                class_name="heat",
                role="img",
                custom_attrs={"aria-label": InsightsState.peak},
            ),
            rx.el.p(InsightsState.peak, class_name="explains dim"),
            class_name="panel chart",
        ),
    )


def _weekday(day: Weekday) -> rx.Component:
    return rx.el.div(
        rx.el.span(day.short, class_name="dim"),
        rx.foreach(day.hours, _hour),
        class_name="heat-row",
    )


def _hour(hour: Hour) -> rx.Component:
    return rx.el.i(class_name=hour.depth, custom_attrs={"data-tip": hour.label})
