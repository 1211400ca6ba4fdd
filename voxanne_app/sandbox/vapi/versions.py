"""Versions of assistants. What a PATCH does to drafts is undocumented: here each change makes one."""

from voxanne_app.sandbox.store import JsonObject, Store

KEPT_VERSIONS = 500


class AssistantVersions:
    """Labels are `v1`, `v2` …, as calls and webhooks name them."""

    def __init__(self, store: Store) -> None:
        self._counts = store.shelf("vapi.assistant_version_counts")
        self._versions = store.shelf("vapi.assistant_versions", keep=KEPT_VERSIONS)

    def keep(self, assistant: JsonObject) -> None:
        """The assistant as it is now becomes its newest version."""
        number = self._newest(assistant["id"]) + 1
        self._versions.put(_key(assistant["id"], f"v{number}"), assistant)
        self._counts.put(assistant["id"], {"newest": number})

    def get(self, assistant_id: str, label: str) -> JsonObject | None:
        return self._versions.get(_key(assistant_id, label))

    def label_of(self, assistant: JsonObject) -> str | None:
        """None for one that was made for a single call."""
        assistant_id = str(assistant.get("id", ""))
        for number in range(self._newest(assistant_id), 0, -1):
            version = self.get(assistant_id, f"v{number}")
            if version and version["updatedAt"] == assistant.get("updatedAt"):
                return f"v{number}"
        return None

    def clear(self) -> None:
        self._counts.clear()
        self._versions.clear()

    def _newest(self, assistant_id: str) -> int:
        return int((self._counts.get(assistant_id) or {"newest": 0})["newest"])


def _key(assistant_id: str, label: str) -> str:
    return f"{assistant_id} {label}"
