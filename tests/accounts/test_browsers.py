"""Device names that people recognise."""

import pytest

from accounts.browsers import browser_name

CHROME = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0.0.0 Safari/537.36"
WECHAT = (
    "Mozilla/5.0 (Linux; Android 13; V2238A) AppleWebKit/537.36 (KHTML, like Gecko) Version/4.0 "
    "Chrome/116.0.0.0 Mobile Safari/537.36 XWEB/1160065 MMWEBSDK/20231202 MicroMessenger/8.0.47.2560(0x28002F30)"
)


@pytest.mark.parametrize(
    ("agent", "name"),
    [
        (CHROME, "Chrome 126 · Windows 10/11"),
        (CHROME.replace("NT 10.0", "NT 6.1"), "Chrome 126 · Windows 7"),
        (f"{CHROME} Edg/126.0.0.0", "Edge 126 · Windows 10/11"),
        (f"{CHROME} QIHU 360SE", "360 浏览器 · Windows 10/11"),
        (WECHAT, "微信 8 · Android"),
        (
            "Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) "
            "Version/17.5 Mobile/15E148 Safari/604.1",
            "Safari 17 · iPhone",
        ),
        ("Mozilla/5.0 (X11; Linux x86_64; rv:127.0) Gecko/20100101 Firefox/127.0", "Firefox 127 · Linux"),
        ("curl/8.0", "未知浏览器"),
        ("", "未知浏览器"),
    ],
)
def test_browser_name(agent, name):
    assert browser_name(agent) == name
