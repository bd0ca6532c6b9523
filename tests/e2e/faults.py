"""What is wrong with pages as they stand, at both measured sizes; a page is loaded once and the window resized."""

from tests.e2e.conftest import SIZES


def at_both_sizes(page, check) -> list[str]:
    """The faults that ``check`` (``clean`` or ``axe``) finds on the page at each size."""
    found = []
    for name, size in SIZES.items():
        page.set_viewport_size(size)
        found += [f"{name}: {fault}" for fault in check(page)]
    return found


def faults_of(page, check, addresses) -> dict[str, list[str]]:
    """Address → faults, of the pages that have any."""
    faults = {}
    for address in addresses:
        page.goto(address)
        assert "/accounts/login/" not in page.url
        if found := at_both_sizes(page, check):
            faults[address] = found
    return faults


def follow(page, control) -> None:
    """Click what leads to another page and wait until that page is there."""
    with page.expect_navigation():
        control.click()


def follow_by_key(page) -> None:
    """Press Enter on what leads to another page and wait until that page is there, its scripts too."""
    with page.expect_navigation():
        page.keyboard.press("Enter")
