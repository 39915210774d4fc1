import re

from monitor.api.contract import NOT_BUILT, REQUESTS
from monitor.api.reference import page


def test_the_page_shows_every_request_and_says_what_is_not_built() -> None:
    shown = page()
    for request in REQUESTS:
        assert f"POST /{request.group}/{request.__name__}<" in shown
    assert NOT_BUILT["read"][0] in shown


def test_the_page_needs_nothing_but_itself() -> None:
    shown = page()
    assert "<script" not in shown
    assert "http" not in re.sub(r"<code>.*?</code>|ServerConfig.*", "", shown.split("<main>")[0])
    assert set(re.findall(r"(?:src|href)='?\"?([^'\"#> ]+)", shown)) == {"openapi.json"}


def test_every_link_leads_to_a_type_on_the_page() -> None:
    shown = page()
    for name in set(re.findall(r"href='#(\w+)'", shown)):
        assert shown.count(f"id='{name}'") == 1, name
