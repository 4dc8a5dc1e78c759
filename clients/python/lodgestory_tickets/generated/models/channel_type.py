from typing import Literal

ChannelType = Literal["email", "web_chat", "whatsapp_official", "whatsapp_unofficial"]

CHANNEL_TYPE_VALUES: set[ChannelType] = {
    "email",
    "web_chat",
    "whatsapp_official",
    "whatsapp_unofficial",
}


def check_channel_type(value: str) -> ChannelType:
    if value in CHANNEL_TYPE_VALUES:
        return value
    raise TypeError(f"Unexpected value {value!r}. Expected one of {CHANNEL_TYPE_VALUES!r}")
