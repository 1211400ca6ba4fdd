"""How promises sound in English: who says that what has been done, or will be."""

import re

from voxanne_app.calls.promises.language import Claim

_HAVE = r"(?:i've|i have|we've|we have|i just|i)(?: (?:also|now|just|already|gone ahead and|went ahead and))*"
_PERFECT = r"(?:i've|i have|we've|we have|i just)(?: (?:also|now|just|already|gone ahead and))*"
_WILL = r"(?:i'll|i will|we'll|we will|i'm going to|i am going to|we're going to|let me|i'm|i am|we're)"
_NOW = r"(?: (?:also|now|just|go ahead and|quickly|gladly|happily|then|all|officially|both|already))*"
_IS = r"(?:'s|'s been| is| are| has been| have been| was| got)"
_BE = (
    r"(?:you're|you are|you've been|you have been|he's|she's|they're|he is|she is|that's|that is|it's|it is)"
)
_NOUN = (
    r"(?:appointment|booking|visit|slot|check-?up|cleaning|consultation|session|reservation|exam|filling"
    r"|treatment|root canal|whitening|crown)"
)
_THE = r"(?:your|the|that|this|his|her|their|[\w.]+'s)"
_APPOINTMENT = rf"(?:{_THE} (?:[\w.#-]+ ){{0,3}}?{_NOUN})"
_ABOUT = r"(?: (?:#|on |at |for |with |in )[^.]{0,70}?)?"
_THEM = r"(?:you|it|that|this|him|her|them|both|everything)"
_DOWN = (
    r"(?:booked|scheduled|reserved|confirmed|down for|set for|set on|all set for|locked in|pencill?ed in"
    r"|(?:in|on) (?:the|our) (?:calendar|books?|diary|schedule))"
)
_MOVED = r"(?:moved|rescheduled|rebooked|pushed|shifted|brought)"
_MOVE = r"(?:mov|reschedul|rebook|push|shift|chang|switch)"
_TEXT = r"(?:a|an|the|your)(?: [\w-]+)? (?:text|sms|text message|text confirmation|text reminder)"
_THING = (
    r"(?:(?:a|an|the|your|all the|all) (?:[\w-]+ )?(?:confirmation|message|details|reminder|address|"
    r"link|directions)|that|it|everything)"
)
_WHOM = r"(?:(?:you|him|her|them|over|out) )*"
_PHONE = (
    r"(?:(?:by|via) (?:text|sms|phone)|(?:in|as) a text|to (?:your|this|the) (?:phone|mobile|cell|number))"
)
_PEOPLE = (
    r"(?:team|staff|doctor|dentist|nurse|office|clinic|manager|receptionist|hygienist|front desk|desk|"
    r"practice|colleagues?)"
)
_DOCTOR = r"(?:(?:dr\.?|doctor) \w+)"
_SOMEONE = (
    rf"(?:someone|somebody|one of (?:us|our \w+|the \w+)|i|we|they|he|she|(?:the|our|a|"
    rf"my) (?:[\w-]+ )?{_PEOPLE}|{_DOCTOR}"
    rf"|a member of (?:the|our) \w+|(?:someone|somebody|one) (?:from|at|on|in) (?:the|"
    rf"our) [\w-]+(?: [\w-]+)?)"
)
_SHALL = r"(?:'ll|will|'s going to|is going to|are going to|'re going to|'s gonna)"
_SOMEONE_WILL = rf"{_SOMEONE}(?:'ll| will|'s going to| is going to| are going to|'re going to){_NOW}"
_YOU_WILL = r"(?:you'll|you will|you're going to|you should)(?: (?:also|soon|shortly|then))*"


def _claim(kind: str, *patterns: str, announced: bool = False) -> Claim:
    return Claim(kind, re.compile("|".join(patterns)), is_announced=announced)  # type: ignore[arg-type]


CLAIMS = (
    _claim(
        "moved",
        r"^(?:done[,:] )?moved:",
        rf"\b{_HAVE} {_MOVED} (?!my |our )[\w#]",
        rf"\b{_HAVE} (?:changed|switched) (?:you|him|her|them|{_APPOINTMENT})\b",
        rf"\b{_HAVE} (?:changed|switched) (?:it|that|this) (?=to [^.]*[#\d])",
        rf"\b{_APPOINTMENT}{_ABOUT}{_IS}{_NOW} (?:been )?(?:{_MOVED}|changed|switched)\b",
        rf"\b{_BE}{_NOW} (?:been )?(?:moved|rescheduled|rebooked)\b",
        rf"\b(?:it's|it is|that's|{_APPOINTMENT} is|you're) now (?=(?:on |at |for )*[#\d])",
    ),
    _claim("moved", rf"\b{_WILL}{_NOW} {_MOVE}(?:e|ing)? (?:{_THEM}|{_APPOINTMENT})\b", announced=True),
    _claim(
        "cancelled",
        r"^(?:done[,:] )?cancell?ed:",
        rf"\b{_HAVE} cancell?ed (?!my |our )[\w#]",
        rf"\b{_HAVE} (?:removed|deleted|dropped|called off) {_APPOINTMENT}",
        rf"\b{_APPOINTMENT}{_ABOUT}{_IS}{_NOW} (?:been )?(?:cancell?ed|removed|deleted|called off)\b",
        rf"\b{_BE}{_NOW} (?:been )?cancell?ed\b",
        rf"\b{_PERFECT} taken (?:you|that|it|him|her|them) (?:off|out)\b",
    ),
    _claim("cancelled", rf"\b{_WILL}{_NOW} cancel(?:l?ing)? (?:{_THEM}|{_APPOINTMENT})\b", announced=True),
    _claim(
        "texted",
        rf"\b{_HAVE} (?:texted|messaged) (?:{_THEM}|the|your)\b",
        rf"\b{_HAVE} sent {_WHOM}{_TEXT}\b",
        rf"\b{_HAVE} sent {_WHOM}{_THING} {_PHONE}",
        rf"\b{_HAVE} sent (?:you|him|her|them) {_THING}\b(?! (?:by|via|in an?) e-?mail)(?! from)",
        rf"\b{_TEXT}(?: with [^,.]*?)? (?:is|has been|was) (?:now |already )?(?:on its way|"
        rf"on the way|sent|out)\b",
    ),
    _claim(
        "texted",
        rf"\b{_WILL}{_NOW} (?:text|texting) (?:{_THEM}|the|your)\b",
        rf"\b{_WILL}{_NOW} send(?:ing)? {_WHOM}{_TEXT}\b",
        rf"\b{_WILL}{_NOW} send(?:ing)? {_WHOM}{_THING} {_PHONE}",
        rf"\b{_YOU_WILL} (?:get|receive|have|see) {_TEXT}\b",
        announced=True,
    ),
    _claim(
        "mailed",
        r"\b(?:i've|i have|i just|i'll|i will|we'll|we've)(?: just| also)? e-?mail(?:ed)? (?:you|"
        r"it|that|the|your)\b",
        rf"\b(?:{_HAVE} sent|{_WILL}{_NOW} send) {_WHOM}(?:an e-?mail|{_THING} (?:by|via|in an?) e-?mail)",
        rf"\b{_YOU_WILL} (?:get|receive) (?:an?|the) (?:\w+ )?e-?mail\b",
        announced=True,
    ),
    _claim(
        "transfer",
        rf"\b{_WILL}{_NOW} (?:transfer|connect|forward|patch)(?:r?ing)? you\b",
        rf"\b{_WILL}{_NOW} put(?:ting)? you (?:right |straight )?through\b",
        r"^(?:transferring|connecting|forwarding|putting) you\b",
        r"\bwhile i (?:transfer|connect|forward|put|patch) you\b",
        announced=True,
    ),
    _claim(
        "call_back",
        rf"\b{_SOMEONE_WILL} (?:then )?(?:call|ring|phone|contact|reach out to|get back to) (?:you\b|\+?\d)",
        rf"\b{_SOMEONE_WILL} give you a (?:call|ring|buzz)\b",
        rf"\b{_SOMEONE_WILL} (?:be in touch|reach out|follow up with you|be calling you)\b",
        rf"\b{_YOU_WILL} (?:get|receive|have) (?:a|another) (?:\w+ )?(?:call|callback|call-back|ring)\b",
        rf"\b{_YOU_WILL} (?:hear (?:back )?from|be called back|be contacted)\b",
        r"^(?:please |you can |so )?expect a (?:call|callback)\b",
        rf"\bi(?:'ll| will) have (?:someone|somebody|them|him|her|{_DOCTOR}|(?:the|our|"
        rf"a) [\w-]+) (?:call|ring|phone|contact) you",
    ),
    _claim(
        "pass_on",
        rf"\b{_PERFECT} passed (?:\w+ ){{0,4}}?(?:on|along)\b|\b{_PERFECT} taken (?:down )?(?:a|"
        rf"your|the) message\b",
        rf"\b{_PERFECT} (?:told|informed|notified) (?:the|our|them|{_DOCTOR})\b",
        rf"\b{_PERFECT} let (?:them|{_DOCTOR}|(?:the|our) [\w-]+(?: [\w-]+)?) know\b",
        rf"\b{_PERFECT} (?:forwarded|sent|left) (?:a|your|the|this|that) (?:message|request|note|question)\b",
        r"\byour (?:message|request|question) (?:has been|is|was) (?:passed|taken|forwarded|with the)\b",
        rf"\b{_WILL}{_NOW} pass(?:ing)? (?:[\w']+ ){{0,5}}?(?:on|along)\b",
        rf"\b{_WILL}{_NOW} (?:let|tell|inform|notify) (?:them|{_DOCTOR}|(?:the|our) [\w-]+)\b",
        r"\b(?:i'll|i will|we'll) make sure (?:the|our|dr\.?|doctor) [\w-]+ (?:gets|knows|sees|hears)\b",
    ),
    _claim(
        "booked",
        r"^(?:done[,:] )?booked:",
        rf"\b{_HAVE} (?:booked|scheduled|reserved) (?!my |our |up\b|out\b)[\w#]",
        rf"\b(?:i|we) have (?:you|him|her|them)(?: both)? (?:{_DOWN}|down)\b",
        rf"\b{_HAVE} confirmed (?:you|him|her|them|{_APPOINTMENT})\b|\b{_HAVE} (?:made|"
        rf"set up) (?:you )?(?:an? |the |your )(?:\w+ )?{_NOUN}",
        rf"\b{_HAVE} (?:got|put|set|added|squeezed|fit|fitted|penciled|pencilled) (?:you|him|her|"
        rf"them|[\w-]+|{_THE} \w+)(?: both)?(?: all)? "
        rf"(?:{_DOWN}|in(?= for| on| at| with| #|$)|down\b|to (?:the|our) (?:calendar|schedule)\b)",
        rf"\b{_BE}{_NOW} (?:been )?(?!confirmed)(?:{_DOWN})(?! up\b| out\b)|\byou(?:'re|"
        rf" are){_NOW} confirmed\b",
        rf"\b{_APPOINTMENT}{_ABOUT}{_IS}{_NOW} (?:been )?(?:{_DOWN}|made)\b|"
        rf"\byour (?:[\w-]+ ){{0,3}}?[\w-]+{_IS}{_NOW} (?:been )?(?:booked|scheduled|reserved)\b",
        rf"\b{_APPOINTMENT} is (?=(?:on |at |for )*[#\d])",
        r"\byou(?: do have|'ve got| have got|'ve| have) (?:an|your|"
        r"one) (?:[\w-]+ )?(?:appointment|booking|visit) (?=(?:on |at |for |this |"
        r"with [\w. ]+ )*[#\d])",
        rf"\b(?:we|i|they|he|she|{_DOCTOR})(?:'ll| will) (?:see|expect|be expecting) you\b(?=[^.]*[#\d])",
        r"^(?:[\w ]+,? )?(?:see you|looking forward to seeing you) (?=(?:on |at |this |next |for |"
        r"then )*[#\d])",
    ),
    _claim(
        "booked",
        rf"\b{_WILL}{_NOW} (?:book|schedul|reserv)(?:e|ing)? (?:{_THEM}|an?|the|your)\b",
        rf"\b{_WILL}{_NOW} (?:put|putting|get|getting|lock|pencil) {_THEM} (?:in\b|down\b|booked|"
        rf"scheduled|on the)",
        announced=True,
    ),
)
