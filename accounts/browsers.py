"""Browser and system names for people, read from the User-Agent header."""

import re

# Order matters: most browsers also call themselves Chrome and Safari.
BROWSERS = (
    ("企业微信", r"wxwork/([\d]+)"),
    ("微信", r"MicroMessenger/([\d]+)"),
    ("钉钉", r"DingTalk/([\d]+)"),
    ("360 浏览器", r"(?:QihooBrowser|360SE|360EE)/?([\d]*)"),
    ("QQ 浏览器", r"M?QQBrowser/([\d]+)"),
    ("UC 浏览器", r"UCBrowser/([\d]+)"),
    ("搜狗浏览器", r"MetaSr ?([\d]*)"),
    ("华为浏览器", r"HuaweiBrowser/([\d]+)"),
    ("Edge", r"Edg(?:e|A|iOS)?/([\d]+)"),
    ("Firefox", r"(?:Firefox|FxiOS)/([\d]+)"),
    ("Chrome", r"(?:Headless)?(?:Chrome|CriOS)/([\d]+)"),
    ("Safari", r"Version/([\d]+).*Safari/"),
)
SYSTEMS = (
    ("鸿蒙", r"OpenHarmony|HarmonyOS"),
    ("Android", r"Android"),
    ("iPhone", r"iPhone"),
    ("iPad", r"iPad"),
    ("Windows 7", r"Windows NT 6\.1"),
    ("Windows 8", r"Windows NT 6\.[23]"),
    ("Windows 10/11", r"Windows NT 10"),
    ("Windows", r"Windows"),
    ("macOS", r"Mac OS X|Macintosh"),
    ("统信 UOS", r"UOS"),
    ("Linux", r"Linux"),
)


def browser_name(user_agent: str) -> str:
    """``Chrome 126 · Windows 10/11``; 未知浏览器 where nothing is recognised."""
    browser = "未知浏览器"
    for name, pattern in BROWSERS:
        if match := re.search(pattern, user_agent):
            browser = f"{name} {match[1]}".strip()
            break
    system = next((name for name, pattern in SYSTEMS if re.search(pattern, user_agent)), "")
    return f"{browser} · {system}" if system else browser
