import pytest
from playwright.sync_api import BrowserContext, Locator, Page, expect

from qabot.records import CELLS
from tests.widget.answers import answer, citation
from tests.widget.conftest import Embed, ask, html, put, replies
from tests.widget.peer import Peer, Reply

HOSTILE = (
    "<img src=x onerror=window.hacked=1> <script>window.hacked=1</script></script>\n"
    "- <svg onload=window.hacked=1> {titles} $& &lt;b&gt; <b>bold</b>\n"
    "\u202eesrever\u202c \u2067 | </textarea> | javascript:window.hacked=1 ${window.hacked=1}"
)
REPORT = """window.violations = [];
window.reported = new Promise((resolve) => {
  document.addEventListener("securitypolicyviolation", (event) => {
    violations.push(`${event.violatedDirective} ${event.blockedURI} ${event.sample}`);
    resolve(true);
  });
});"""
IS_REPORTED = """() => Promise.race([
  reported, new Promise((resolve) => setTimeout(resolve, 30_000, false))
])"""
POLICIES = {
    "origin": "default-src 'none'; script-src {service}; connect-src {service}",
    "nonce": "default-src 'none'; script-src 'nonce-Ab1' 'strict-dynamic'; connect-src {service}",
    "trusted types": (
        "default-src 'none'; script-src {service}; connect-src {service}; "
        "require-trusted-types-for 'script'; trusted-types 'none'"
    ),
}
LOUD = """<style>
  policy-answers, policy-answers *, main * {
    display: none !important; visibility: hidden !important; opacity: 0 !important;
    color: red !important; background: lime !important; font: italic 40px serif !important;
    letter-spacing: 1em !important; text-transform: uppercase !important; float: right !important;
    direction: rtl !important; unicode-bidi: bidi-override !important; line-height: 3 !important;
    position: absolute !important; transform: scale(0.1) !important; filter: blur(9px) !important;
    pointer-events: none !important; cursor: none !important; user-select: none !important;
    width: 1px !important; height: 1px !important; overflow: hidden !important; zoom: 3 !important;
    content-visibility: hidden !important; clip-path: inset(50%) !important; contain: strict;
    text-align: right !important; white-space: nowrap !important; text-indent: -999px !important;
    border: 9px solid red !important; margin: 99px !important; padding: 99px !important;
  }
  dialog, button, mark, h2, blockquote, .panel, .launcher, #question { display: none !important; }
  html { font-size: 3px !important; }
  ::backdrop { background: red !important; }
</style>"""


@pytest.mark.parametrize("policy", POLICIES.values(), ids=POLICIES.keys())
def test_widget_needs_no_exception_in_a_policy(
    page: Page, site: Peer, service: Peer, policy: str
) -> None:
    """Under strict content security policies everything works, and nothing is reported."""
    header = {"Content-Security-Policy": policy.format(service=service.origin)}
    body = html(service).body.replace(
        b'<script type="module"', b'<script nonce="Ab1" type="module"'
    )
    site.replies["/"] = Reply(body, "text/html; charset=utf-8", headers=header)
    page.add_init_script(REPORT)
    page.goto(site.origin)
    widget = page.locator("policy-answers")
    _run_through(widget)

    assert page.evaluate("violations") == []
    page.evaluate("document.body.append(document.createElement('style')); 0")
    page.evaluate("document.querySelector('style').textContent = 'p { color: red }'")
    assert page.evaluate(IS_REPORTED)  # what is not allowed would have been seen


@pytest.mark.parametrize("field", ["quote", "title", "company", "section", "lead_in", "scope"])
def test_hostile_text_stays_text(embed: Embed, service: Peer, field: str) -> None:
    """Markup and placeholders in any text of an answer are shown as they are written."""
    body = answer("answered", citation(HOSTILE, HOSTILE))
    if field == "scope":
        body = answer("not_covered", scope={"company": HOSTILE})
    else:
        body["citations"][0][field] = [HOSTILE] if field == "section" else HOSTILE
    replies(service, body)
    widget = embed()
    ask(widget)

    expect(widget.locator(".answering, .verdict")).to_be_visible()
    shown = widget.evaluate("widget => widget.shadowRoot.querySelector('.result').textContent")
    assert HOSTILE in shown or all(
        cell in shown
        for line in HOSTILE.split("\n")
        for cell in line.removeprefix("- ").split(CELLS)
    )
    tags = "widget => widget.shadowRoot.querySelectorAll('script, img, b, svg[onload]').length"
    assert widget.evaluate(tags) == 0
    assert widget.evaluate("() => window.hacked") is None


def test_turned_text_stays_in_its_place(embed: Embed, service: Peer) -> None:
    """A mark that reverses text reverses none of what the widget says around it."""
    turned = citation("We keep it.", company="\u202eHarbour", title="\u202ePrivacy")
    scope = {"company": "\u202eHarbour"}
    replies(service, answer("not_covered", turned, scope=scope))
    widget = embed()
    ask(widget)
    widget.locator("summary").click()

    assert _reads_left_to_right(widget.locator(".version"), "In force", "2025")
    assert _reads_left_to_right(widget.locator(".searched"), "Searched", "in force")


@pytest.mark.parametrize(
    "url", ["javascript:window.hacked=1", " JaVaScRiPt:alert(1)", "data:text/html,x", "http://["]
)
def test_link_leads_to_pages_alone(embed: Embed, service: Peer, url: str) -> None:
    """An address that is no web page's becomes no link."""
    replies(service, answer("answered", citation("We keep it.", url=url)))
    widget = embed()
    ask(widget)

    expect(widget.locator("blockquote")).to_be_visible()
    expect(widget.get_by_role("link")).to_have_count(0)


def test_rules_of_the_page_do_not_get_in(embed: Embed, service: Peer) -> None:
    """A page whose rules hide and distort everything leaves the widget as it is elsewhere."""
    replies(service, answer("answered", citation("We keep it.", "keep")))
    quiet, loud = (_seen(embed(head=head)) for head in ("", LOUD))

    assert {name: look for name, look in loud.items() if quiet.get(name) != look} == {}
    assert len(quiet) == len(loud)


def test_nothing_is_stored(
    embed: Embed, context: BrowserContext, page: Page, service: Peer
) -> None:
    """After everything was done once there is no cookie and no storage, and none was sent."""
    context.add_cookies([{"name": "session", "value": "1", "url": service.origin}])
    widget = embed()
    _run_through(widget)

    stored = """async () => [document.cookie, localStorage.length, sessionStorage.length,
      await indexedDB.databases(), await caches.keys(),
      (await navigator.serviceWorker.getRegistrations()).length]"""
    assert page.evaluate(stored) == ["session=1", 0, 0, [], [], 0]
    assert [cookie["name"] for cookie in context.cookies()] == ["session"]
    sent = [*service.sent_to("/v1/ask"), *service.sent_to("/v1/feedback")]
    assert len(sent) == 3
    for received in sent:
        assert {"cookie", "referer"}.isdisjoint(received.headers)


def test_nothing_else_is_loaded(embed: Embed, page: Page, site: Peer, service: Peer) -> None:
    """A page loads the widget's one file for it, and asks nobody but the service."""
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    _run_through(embed())

    assert set(asked) == {
        f"{site.origin}/",
        f"{service.origin}/widget.js",
        f"{service.origin}/v1/examples",
        f"{service.origin}/v1/ask",
        f"{service.origin}/v1/feedback",
    }


def _run_through(widget: Locator) -> None:
    """Do everything that a visitor can do, and see that it works."""
    put(widget)
    assert widget.locator(".launcher").evaluate("b => getComputedStyle(b).position") == "fixed"
    widget.locator("summary").first.click()
    expect(widget.locator("details blockquote").first).to_be_visible()
    widget.get_by_role("button", name="No", exact=True).click()
    widget.locator("#comment").fill("More")
    widget.get_by_role("button", name="Send").click()
    expect(widget.locator("#comment")).to_be_hidden()
    widget.get_by_role("button", name="Close").click()
    expect(widget.locator("dialog")).to_be_hidden()


def _seen(widget: Locator) -> dict[str, str]:
    """Return how every element of the widget looks and where it is."""
    expect(widget.locator(".launcher")).to_be_visible()
    put(widget)
    expect(widget.locator(".answering, .verdict")).to_be_visible()
    looks = """widget => {
      const root = widget.shadowRoot;
      root.getAnimations().forEach((animation) => animation.finish());
      const dialog = root.querySelector("dialog");
      const looks = { backdrop: getComputedStyle(dialog, "::backdrop").backgroundColor };
      root.querySelectorAll(".root *").forEach((element, place) => {
        if (!element.checkVisibility()) return; // what is folded away has no place yet
        const name = `${place} ${element.localName} ${element.className}`;
        const style = getComputedStyle(element);
        looks[name] = JSON.stringify(element.getBoundingClientRect());
        for (const property of style) {
          looks[`${name} ${property}`] = style.getPropertyValue(property);
        }
      });
      return looks;
    }"""
    seen: dict[str, str] = widget.evaluate(looks)
    return seen


def _reads_left_to_right(locator: Locator, first: str, second: str) -> bool:
    """Whether two pieces of a text stand in their order on one line, as painted."""
    places = """(element, pieces) => pieces.map((piece) => {
      const range = document.createRange();
      const at = element.firstChild.data.indexOf(piece);
      range.setStart(element.firstChild, at);
      range.setEnd(element.firstChild, at + piece.length);
      return range.getBoundingClientRect().left;
    })"""
    left, right = locator.evaluate(places, [first, second])
    return bool(left < right)
