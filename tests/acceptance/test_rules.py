"""The rule language through the real binary: every condition, transform and action once. How each decides in all its corners is
tested as pure functions (tests/unit/routing)."""
import socket

import pytest

from client import Connection, fetch
from origin import answer_ok, answer_with
from ports import free_port
from sluice import configuration, listener, problem_code

# What a rule asks for → (a request that meets it, requests that do not): (path, headers, host, method)
CONDITIONS = {
    "path": ([{"path_pattern": ["/api/*"]}], ("/api/x",), [("/API/x",), ("/x?a=/api/",)]),
    "path-regex": ([{"path_pattern": {"regex": ["^/v[0-9]+/"]}}], ("/v12/x",), [("/vx/",), ("/a/v1/",)]),
    "host": ([{"host_header": ["*.example.com"]}], ("/", {}, "API.Example.com:8080"), [("/", {}, "example.org")]),
    "host-regex": ([{"host_header": {"regex": ["^(www|api)[0-9]*\\.example\\.com$"]}}], ("/", {}, "API12.Example.com:8080"),
                   [("/", {}, "www.example.org"), ("/", {}, "www.example.com.evil.org")]),
    "header": ([{"http_header": {"name": "X-Beta", "values": ["y?s", "1"]}}], ("/", {"x-beta": "YES"}),
               [("/", {"X-Beta": "no"}), ("/",)]),
    "header-regex": ([{"http_header": {"name": "User-Agent", "regex": ["curl/[78]\\."]}}], ("/", {"user-agent": "Curl/8.5"}),
                     [("/", {"User-Agent": "curl/6.1"}), ("/",)]),
    "method": ([{"http_request_method": ["DELETE"]}], ("/", {}, "localhost", "DELETE"), [("/",)]),
    "query": ([{"query_string": [{"key": "v", "value": "2"}]}], ("/?a=1&V=2",), [("/?v=22",), ("/v=2",)]),
    "address": ([{"source_ip": ["198.51.100.0/24"]}], ("/", {"X-Forwarded-For": "198.51.100.7"}),
                [("/", {"X-Forwarded-For": "203.0.113.7"}), ("/",)]),
    "address-v6": ([{"source_ip": ["2001:db8:7::/48"]}], ("/", {"X-Forwarded-For": "2001:db8:7:ffff::1"}),
                   [("/", {"X-Forwarded-For": "2001:db8:8::1"}), ("/",)]),
    "cookie": ([{"cookie": {"name": "beta", "values": ["1"]}}], ("/", {"Cookie": "a=b; beta=1"}), [("/", {"Cookie": "beta=2"})]),
    "cookie-regex": ([{"cookie": {"name": "plan", "regex": ["^(pro|team)-[0-9]+$"]}}], ("/", {"Cookie": "plan=free; plan=team-12"}),
                     [("/", {"Cookie": "plan=PRO-1"}), ("/", {"Cookie": "plan=pro-"}), ("/", {"Cookie": "x=pro-1"})]),
}


def rule(priority, conditions, **action):
    return {"priority": priority, "conditions": conditions, **action}


@pytest.fixture(scope="module")
def conditions(programs):
    """A listener for each condition: `hit` where it holds, else 404."""
    origin = programs.origin()
    listeners = [listener(name, "app", rules=[rule(1, conditions, fixed_response={"status": 200, "body": "hit"})],
                          default={"fixed_response": {"status": 404}})
                 for name, (conditions, _, _) in CONDITIONS.items()]
    return programs.sluice(configuration({"app": [origin.address]}, listeners, trusted=["127.0.0.1/32"]))


def ask(port, path="/", headers=None, host="localhost", method="GET"):
    with Connection(port) as client:
        return client.request(method, path, headers or {}, host=host)


@pytest.mark.parametrize("name", CONDITIONS)
def test_condition(conditions, name):
    _, meets, others = CONDITIONS[name]
    assert ask(conditions.ports[name], *meets).status == 200
    for other in others:
        assert ask(conditions.ports[name], *other).status == 404, other


@pytest.mark.parametrize("network, status", [("::1", 200), ("::/64", 200), ("2001:db8::/32", 404)])
def test_client_that_comes_by_ipv6_is_in_its_networks(own_programs, network, status):
    try:
        socket.create_server(("::1", 0), family=socket.AF_INET6).close()
    except OSError:
        pytest.skip("this machine has no IPv6")
    web = listener(address=f"[::1]:{free_port()}", rules=[rule(1, [{"source_ip": [network]}], fixed_response={"status": 200})],
                   default={"fixed_response": {"status": 404}})
    sluice = own_programs.sluice(configuration({"app": []}, [web]))
    assert fetch(sluice.port, address="::1").status == status


@pytest.fixture(scope="module")
def running(programs, module_origin):
    rules = [
        rule(1, [{"path_pattern": ["/api/*"]}], forward="app",
             transforms={"url_rewrite": {"regex": "^/api/(.*)$", "replace": "/$1"},
                         "host_header_rewrite": {"regex": "^(.*)$", "replace": "internal.$1"}},
             response_headers={"set": {"X-Set": "one", "Server": "sluice"}, "remove": ["X-Secret"]}),
        rule(2, [{"path_pattern": ["/bad-rewrite*"]}], forward="app",
             transforms={"url_rewrite": {"regex": "^/", "replace": ""}}),
        rule(3, [{"path_pattern": ["/old/*"]}],
             redirect={"host": "new.example.com", "path": "/#{path}", "query": "#{query}", "status": 301}),
        rule(4, [{"path_pattern": ["/secure*"]}], redirect={"protocol": "https", "port": "443", "status": 308},
             response_headers={"set": {"Cache-Control": "no-store"}}),
        rule(5, [{"path_pattern": ["/loop"]}], redirect={"path": "/loop", "status": 302}),
        rule(6, [{"path_pattern": ["/closed"]}],
             fixed_response={"status": 503, "content_type": "text/html", "body": "<h1>closed</h1>"}),
        rule(7, [{"path_pattern": ["/admin/*"]}], fixed_response={"status": 403}),
        rule(8, [{"path_pattern": ["/twentieth"]}, {"share": "5%"}], forward="other"),
        *(rule(status, [{"path_pattern": [f"/moved-{status}"]}], redirect={"path": "/there/#{path}", "status": status})
          for status in (301, 302, 307, 308)),
        rule(400, [{"path_pattern": ["/moved"]}], redirect={"path": "/there/#{path}"}),
    ]
    groups = {"app": [module_origin.address], "other": [programs.origin(handler=answer_with(b"other")).address]}
    return programs.sluice(configuration(groups, [listener(forward="app", rules=rules)]))


@pytest.fixture
def origin(module_origin, running):
    """The service's own, with a fresh record."""
    module_origin.forget()
    yield module_origin
    module_origin.handler = answer_ok


def test_url_and_host_are_rewritten(running, origin):
    assert ask(running.port, "/api/items/7?x=1", host="shop.example.com").status == 200
    assert origin.last().target == "/items/7?x=1"
    assert origin.last().all("Host") == ["internal.shop.example.com"]


def test_log_says_what_the_client_asked_for(running, origin):
    ask(running.port, "/api/logged?x=1")
    assert running.logged(path="/api/logged?x=1")["status"] == 200


def test_rewriting_to_no_request_target_is_a_500(running, origin):
    answer = ask(running.port, "/bad-rewrite")
    assert (answer.status, problem_code(answer)) == (500, "rewrite_failed")
    assert not origin.requests


def test_response_headers_are_set_and_removed(running, origin):
    origin.handler = lambda connection, request: connection.answer(headers=[("Server", "old"), ("X-Secret", "s"), ("X-Kept", "k")])
    answer = ask(running.port, "/api/x")
    assert (answer.all("Server"), answer.all("X-Set"), answer.all("X-Secret"), answer.all("X-Kept")) == (["sluice"], ["one"], [], ["k"])


def test_redirect_fills_in_the_parts_of_the_request(running):
    answer = ask(running.port, "/old/a/b?c=d", host="www.example.com")
    assert (answer.status, answer.get("Location")) == (301, "http://new.example.com/old/a/b?c=d")


def test_redirect_to_https_leaves_out_its_port(running):
    answer = ask(running.port, "/secure?q=1", host="www.example.com:8080")
    assert (answer.status, answer.get("Location")) == (308, "https://www.example.com/secure?q=1")
    assert answer.get("Cache-Control") == "no-store"


@pytest.mark.parametrize("status", [301, 302, 307, 308])
@pytest.mark.parametrize("method", ["GET", "POST"])
def test_redirect_has_the_status_that_it_was_given(running, status, method):
    answer = ask(running.port, f"/moved-{status}", method=method)
    assert (answer.status, answer.get("Location")) == (status, f"http://localhost/there/moved-{status}")


def test_redirect_without_status_is_a_302(running):
    assert ask(running.port, "/moved").status == 302


def test_redirect_to_itself_is_a_508(running):
    answer = ask(running.port, "/loop")
    assert (answer.status, problem_code(answer)) == (508, "redirect_loop")


def test_fixed_response(running):
    answer = ask(running.port, "/closed")
    assert (answer.status, answer.get("Content-Type"), answer.body) == (503, "text/html", b"<h1>closed</h1>")


@pytest.mark.parametrize("path", ["/admin/x", "//admin/x", "/./admin/x", "/%61dmin/x", "/x/../admin/x", "/x/%2e%2e/admin/x",
                                  "/x/.%2E/admin//x"])
def test_no_encoding_walks_around_a_rule(running, path):
    assert ask(running.port, path).status == 403


@pytest.mark.parametrize("sent, forwarded", [
    ("/a/../b?x=/../y", "/b?x=/../y"), ("//c///d", "/c/d"), ("/%7euser/%41", "/~user/A"), ("/a%3ab%c3%a4", "/a:b%C3%A4"),
    ("/a%3bb%2b", "/a%3Bb%2B"),
    ("/e/./f/.", "/e/f/")])
def test_what_was_matched_is_what_is_forwarded(running, origin, sent, forwarded):
    assert ask(running.port, sent).status == 200
    assert origin.last().target == forwarded


@pytest.mark.parametrize("path", ["/%", "/%4", "/%zz", "/%00", "/..", "/a/../..", "/a\\b", "/..;x/admin/x", "/x/..%2fadmin/x",
                                  "/x%5C..%5Cadmin", "/a%2fb", "/a%5Cb"])
def test_path_without_canonical_form_is_a_400(running, origin, path):
    answer = ask(running.port, path)
    assert (answer.status, problem_code(answer)) == (400, "bad_request")
    assert not origin.requests


@pytest.mark.parametrize("sent, forwarded", [("/a%2fb", "/a%2Fb"), ("/a%5cb?%2f", "/a%5Cb?%2f"), ("/x/..%2fadmin", None)])
def test_escaped_slashes_are_kept_where_the_listener_says_so(own_programs, module_origin, sent, forwarded):
    sluice = own_programs.sluice(configuration({"app": [module_origin.address]}, [listener(escaped_slashes="keep")]))
    module_origin.forget()
    assert ask(sluice.port, sent).status == (200 if forwarded else 400)
    assert module_origin.targets() == ([forwarded] if forwarded else [])


def test_share_takes_its_part_of_requests_without_identity(running):
    with Connection(running.port) as client:
        others = sum(client.request(path="/twentieth").body == b"other" for _ in range(1000))
    assert 47 <= others <= 53
