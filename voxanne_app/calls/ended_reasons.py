"""Why a call ended, in plain words.

The voice platform knows some 600 reasons. Most are one of its suppliers and a trouble: they are put together
here as they are there.
"""

import re

_SUPPLIERS = {
    "anthropic-bedrock": "Anthropic at Amazon",
    "anthropic-vertex": "Anthropic at Google",
    "anthropic": "Anthropic",
    "anyscale": "Anyscale",
    "assembly-ai": "AssemblyAI",
    "azure-openai": "OpenAI at Azure",
    "azure-speech": "Azure",
    "azure": "Azure",
    "baseten": "Baseten",
    "cartesia": "Cartesia",
    "cerebras": "Cerebras",
    "custom-llm": "our own",
    "custom": "our own",
    "deep-seek": "DeepSeek",
    "deepgram": "Deepgram",
    "deepinfra": "DeepInfra",
    "eleven-labs": "ElevenLabs",
    "gladia": "Gladia",
    "google": "Google",
    "groq": "Groq",
    "hume": "Hume",
    "inflection-ai": "Inflection",
    "inworld": "Inworld",
    "lmnt": "LMNT",
    "microsoft": "Microsoft",
    "minimax": "MiniMax",
    "mistral": "Mistral",
    "neuphonic": "Neuphonic",
    "openai": "OpenAI",
    "openrouter": "OpenRouter",
    "perplexity-ai": "Perplexity",
    "playht": "PlayHT",
    "rime-ai": "Rime",
    "runpod": "RunPod",
    "sesame": "Sesame",
    "smallest-ai": "Smallest",
    "soniox": "Soniox",
    "speechmatics": "Speechmatics",
    "talkscriber": "Talkscriber",
    "tavus": "Tavus",
    "together-ai": "Together",
    "vapi": "Vapi",
    "wellsaid": "WellSaid",
    "xai": "xAI",
}
_HEAR = ("assembly-ai", "azure-speech", "deepgram", "gladia", "soniox", "speechmatics", "talkscriber")
_SPEAK = ("cartesia", "eleven-labs", "hume", "inworld", "lmnt", "microsoft", "neuphonic", "playht", "rime-ai")
_PARTS = {
    "transcriber": "The speech recognition",
    "voice": "The voice",
    "video": "The avatar",
    "llm": "The language model",
}
# In this order: the first that fits says it.
_TROUBLES = (
    (r"access-denied|to-access-model|paid-only|free-plan|free-users|creator-plus|access-not-available",
     "is not included in our plan there"),
    (r"401|unauthorized|api-key|credentials|auth-failed|account-not-in", "did not accept our key"),
    (r"exceeded-quota|quota-exceeded|out-of|insufficent|payment|max-character", "had no credit left for us"),
    (r"429|rate-limit|concurrent|system-busy", "had too many requests at once"),
    (r"probation", "has blocked our account"),
    (r"content-against|terms-of-service", "refused the words or the voice because of its rules"),
    (r"voice-not|voice-disabled|voice-clone|voice-samples|valid-voice|invalid-(voice|emotion)",
     "cannot use the voice that is set up"),
    (r"400|404|invalid-config|invalid-schema|word-boost", "did not accept how the receptionist is set up"),
    (r"timed-out|504|408", "did not answer in time"),
    (r"50\d|522|server-error|network|econnreset|hang-up|invalid-json", "had an outage"),
    (r"failed|error|canceled", "failed"),
)  # fmt: skip
_SUPPLIED = re.compile(r"(?:call\.in-progress\.error-(?:providerfault|vapifault)|pipeline-error)-(.+)")
_FAULT = "The voice platform had a fault."
_NO_LINE = "The phone network could not connect the call."
_NOT_SET_UP = "The receptionist is not set up at the voice platform."
_NOT_ACCEPTED = "The receptionist's settings were not accepted by the voice platform."
_NO_ANSWER_OF_OURS = "We did not tell the voice platform in time who answers this number."
_ACCOUNT = "The account at the voice platform did not allow the call."

# The rest, by how it begins or what is in it; in this order.
_OTHERS = (
    ("customer-ended-call-before-warm-transfer", "The caller hung up before a person was on the line."),
    ("customer-ended-call-after-warm-transfer", "The caller hung up after no person could be reached."),
    ("customer-ended-call-during-transfer", "The caller hung up while being put through."),
    ("customer-ended-call", "The caller hung up."),
    ("customer-busy", "The line was busy."),
    ("customer-did-not-answer", "Nobody answered."),
    ("customer-did-not-give-microphone-permission", "The browser was not allowed to use the microphone."),
    ("twilio-reported-customer-misdialed", "The number does not exist."),
    ("assistant-ended-call", "The receptionist ended the call."),
    ("assistant-said-end-call", "The receptionist said goodbye."),
    ("assistant-forwarded-call", "The call was handed to a person."),
    ("assistant-request-returned-forwarding", "The call was put through to the clinic at once."),
    ("assistant-request-returned-unspeakable", _NO_ANSWER_OF_OURS),
    ("assistant-request-returned-no-assistant", "No receptionist belongs to the number that was called."),
    ("assistant-request-returned-invalid", _NOT_ACCEPTED),
    ("assistant-request", _NO_ANSWER_OF_OURS),
    ("assistant-join-timed-out", "The receptionist did not come to the phone in time."),
    ("assistant-not", _NOT_SET_UP),
    ("neither-assistant-nor-server", _NOT_SET_UP),
    ("assistant-version-error", _NOT_ACCEPTED),
    ("silence-timed-out", "Nobody spoke for a while."),
    ("exceeded-max-duration", "The call reached its longest time."),
    ("voicemail", "A voicemail answered."),
    ("manually-canceled", "Somebody cancelled the call."),
    ("scheduled-call-deleted", "The planned call was deleted."),
    ("call-deleted", "The call was deleted."),
    ("call.forwarding.operator-busy", "The person it was put through to was busy."),
    ("call.forwarding.no-answer", "The person it was put through to did not answer."),
    ("warm-transfer-assistant-cancelled", "The handing over was called off."),
    ("warm-transfer-max-duration", "The handing over to a person took too long."),
    ("warm-transfer-microphone-timeout", "The person who took over could not be heard."),
    ("warm-transfer-silence-timeout", "The person who took over said nothing."),
    ("transfer-failed", "The call could not be put through to a person."),
    ("hook-executed-transfer", "The call was put through by a rule of the number."),
    ("hook-executed-say", "A rule of the number said something and ended the call."),
    ("hungup-before-call-connect", "The caller hung up before anybody could answer."),
    ("did-not-receive-customer-audio", "No sound came from the caller."),
    ("outbound-sip-403", "The phone carrier refused the call."),
    ("outbound-sip-407", "The phone carrier did not accept our sign-in."),
    ("outbound-sip", "The phone carrier could not reach the number."),
    ("sip-inbound-call-failed", _NO_LINE),
    ("sip-outbound-call-failed", _NO_LINE),
    ("sip-completed-call", "The phone network ended the call."),
    ("twilio-completed-call", "The phone network ended the call."),
    ("twilio-failed", _NO_LINE),
    ("vonage-failed", _NO_LINE),
    ("vonage-rejected", "The phone network refused the call."),
    ("vonage", "The phone network ended the call."),
    ("phone-call-provider", "The phone network broke the connection."),
    ("concurrency", "All lines were in use."),
    ("fraud-check", "The voice platform took the call for fraud."),
    ("subscription", _ACCOUNT),
    ("enterprise-feature", _ACCOUNT),
    ("vapi-number-international", "The number cannot call abroad."),
    ("vapi-number-outbound-daily-limit", "The number has reached its calls of the day."),
    ("no-available-llm-model", "No language model was free."),
    ("model-connection-failed", "The language model could not be reached."),
    ("transport", "The phone connection did not come about."),
    ("worker", "The voice platform stopped in the middle of the call."),
    ("call.start.error-get", "The voice platform could not find what belongs to the call."),
    ("fault", _FAULT),
    ("error", _FAULT),
)  # fmt: skip


def reason_in_words(ended_reason: str | None) -> str:
    """A sentence; empty when nobody said why."""
    if not ended_reason:
        return ""
    plain = ended_reason.lower()
    return _other(plain, _OTHERS[:-2]) or _supplied(plain) or _other(plain, _OTHERS[-2:]) or _unknown(plain)


def _other(reason: str, known: tuple[tuple[str, str], ...]) -> str:
    if _supplied(reason) and "transport" not in reason and "worker" not in reason:
        return ""
    return next((words for part, words in known if part in reason), "")


def _supplied(reason: str) -> str:
    """`The voice (ElevenLabs) had no credit left for us.`"""
    found = _SUPPLIED.fullmatch(reason)
    rest = found[1] if found else ""
    supplier = next((name for name in _SUPPLIERS if rest.startswith(f"{name}-")), None)
    if supplier is None:
        return ""
    trouble = rest.removeprefix(f"{supplier}-")
    words = next((words for pattern, words in _TROUBLES if re.search(pattern, trouble)), "failed")
    named = next((part for part in _PARTS if part in trouble or part in supplier), None)
    part = named or ("transcriber" if supplier in _HEAR else "voice" if supplier in _SPEAK else "llm")
    return f"{_PARTS[part]} ({_SUPPLIERS[supplier]}) {words}."


def _unknown(reason: str) -> str:
    return f"Ended: {reason.replace('-', ' ').replace('.', ' ')}."
