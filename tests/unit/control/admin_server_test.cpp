// The admin server's connections: what goes over the socket, the limits, and the end.
#include <gmock/gmock.h>

#include <sys/stat.h>

#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/local/stream_protocol.hpp>
#include <boost/asio/read.hpp>
#include <boost/asio/read_until.hpp>
#include <boost/asio/write.hpp>

#include "tests/unit/control/running_admin.h"
#include "tests/unit/control/scratch_folder.h"

namespace sluice {
namespace {

namespace asio = boost::asio;
using testing::EndsWith;
using testing::HasSubstr;
using testing::StartsWith;

class Client {
 public:
  explicit Client(std::uint16_t port) { socket_.connect({asio::ip::make_address("127.0.0.1"), port}); }

  void send(const std::string& text) { asio::write(socket_, asio::buffer(text)); }

  // One response with its head.
  std::string receive() {
    auto head = take(asio::read_until(socket_, asio::dynamic_buffer(buffer_), "\r\n\r\n"));
    const auto length = head.find("Content-Length: ");
    if (length == head.npos || head.starts_with("HTTP/1.1 100")) return head;
    const auto size = std::stoul(head.substr(length + 16));
    if (size > buffer_.size())
      asio::read(socket_, asio::dynamic_buffer(buffer_), asio::transfer_exactly(size - buffer_.size()));
    return head + take(size);
  }

  std::string receive_until(const std::string& end) {
    return take(asio::read_until(socket_, asio::dynamic_buffer(buffer_), end));
  }

  // Everything until the server closes.
  std::string receive_all() {
    boost::system::error_code end;
    asio::read(socket_, asio::dynamic_buffer(buffer_), end);
    return take(buffer_.size());
  }

  std::string ask(const std::string& text) {
    send(text);
    return receive();
  }

 private:
  std::string take(std::size_t size) {
    auto taken = buffer_.substr(0, size);
    buffer_.erase(0, size);
    return taken;
  }

  asio::io_context io_;
  asio::ip::tcp::socket socket_{io_};
  std::string buffer_;
};

std::string get(const std::string& path, const std::string& more = "") {
  return "GET " + path + " HTTP/1.1\r\nHost: localhost\r\n" + more + "\r\n";
}

std::string put(const std::string& body, const std::string& more = "") {
  return "PUT /v1/services/shop/weights HTTP/1.1\r\nHost: localhost\r\nContent-Type: "
         "application/json\r\nContent-Length: " +
         std::to_string(body.size()) + "\r\n" + more + "\r\n" + body;
}

using AdminServerTest = RunningAdmin;

TEST_F(AdminServerTest, Connection_IsKeptAndPipelined) {
  Client client(port_);
  client.send(get("/livez") + get("/readyz") + put(R"({"blue": 1, "green": 1})", "If-Match: \"1\"\r\n"));
  EXPECT_THAT(client.receive(), AllOf(StartsWith("HTTP/1.1 200 "), EndsWith("\r\n\r\nok\n")));
  EXPECT_THAT(client.receive(), EndsWith("\r\n\r\nready\n"));
  EXPECT_THAT(client.receive(), AllOf(HasSubstr("ETag: \"2\"\r\n"), EndsWith("{\"revision\":2}\n")));
  EXPECT_THAT(client.ask(get("/v1/status?pretty", "Connection: close\r\n")), HasSubstr("Connection: close"));
  EXPECT_EQ(client.receive_all(), "");
}

TEST_F(AdminServerTest, Head_HasNoBodyButItsLength) {
  Client client(port_);
  client.send("HEAD /livez HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n");
  EXPECT_THAT(client.receive_all(), AllOf(HasSubstr("Content-Length: 3\r\n"), EndsWith("\r\n\r\n")));
}

TEST_F(AdminServerTest, ClientThatAsksFirst_IsToldToGoOn) {
  Client client(port_);
  const auto request = put(R"({"blue": 1, "green": 1})", "Expect: 100-continue\r\n");
  const auto head = request.find("\r\n\r\n") + 4;
  EXPECT_THAT(client.ask(request.substr(0, head)), StartsWith("HTTP/1.1 100 "));
  EXPECT_THAT(client.ask(request.substr(head)), StartsWith("HTTP/1.1 200 "));
}

TEST_F(AdminServerTest, BodyOverTheLimit_IsRefusedAndTheConnectionClosed) {
  Client client(port_);
  client.send(put(std::string(65 * 1024, ' ')));
  EXPECT_THAT(client.receive_all(), AllOf(StartsWith("HTTP/1.1 413 "), HasSubstr("\"body_too_large\"")));
}

TEST_F(AdminServerTest, ChunkedBodyOverTheLimit_IsRefused) {
  Client client(port_);
  client.send(
      "PUT /v1/services/shop/weights HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: "
      "chunked\r\n\r\n10400\r\n" +
      std::string(0x10400, ' '));
  EXPECT_THAT(client.receive_all(), AllOf(StartsWith("HTTP/1.1 413 "), HasSubstr("\"body_too_large\"")));
}

std::string put_config(std::size_t comment) {
  const auto body = quickstart + "#" + std::string(comment, 'x') + "\n";
  return "PUT /v1/config?dry_run=true HTTP/1.1\r\nHost: localhost\r\nContent-Type: "
         "application/yaml\r\nContent-Length: " +
         std::to_string(body.size()) + "\r\n\r\n" + body;
}

TEST_F(AdminServerTest, Configuration_MayBeLarge) {
  Client client(port_);
  const auto answer = client.ask(put_config(4 << 20));
  EXPECT_THAT(answer, AllOf(StartsWith("HTTP/1.1 200 "), HasSubstr("\"changes\":[]")));
  client.send(put_config(8 << 20));
  EXPECT_THAT(client.receive_all(), AllOf(StartsWith("HTTP/1.1 413 "), HasSubstr("\"body_too_large\"")));
}

TEST_F(AdminServerTest, HeaderOverTheLimit_IsRefused) {
  Client client(port_);
  client.send(get("/livez", "X: " + std::string(17 * 1024, 'x') + "\r\n"));
  EXPECT_THAT(client.receive_all(), AllOf(StartsWith("HTTP/1.1 431 "), HasSubstr("\"header_too_large\"")));
}

TEST_F(AdminServerTest, WhatIsNoHttp_IsRefused) {
  Client client(port_);
  client.send("\x16\x03\x01 hello\r\n\r\n");
  EXPECT_THAT(client.receive_all(), StartsWith("HTTP/1.1 400 "));
}

TEST_F(AdminServerTest, IdleConnections_KeepNobodyOut) {
  std::vector<std::unique_ptr<Client>> idle;
  for (int i = 0; i < 64; ++i) {
    idle.push_back(std::make_unique<Client>(port_));
    idle.back()->ask(get("/livez"));
  }
  Client operators(port_);
  EXPECT_THAT(operators.ask(get("/livez")), StartsWith("HTTP/1.1 200 "));
  EXPECT_EQ(idle.front()->receive_all(), "");  // the oldest had to go
  EXPECT_THAT(idle.back()->ask(get("/livez")), StartsWith("HTTP/1.1 200 "));
}

TEST_F(AdminServerTest, Stop_ClosesEverything) {
  Client client(port_);
  client.ask(get("/livez"));
  stop();
  EXPECT_EQ(client.receive_all(), "");
  EXPECT_THROW(Client{port_}, boost::system::system_error);
}

TEST_F(AdminServerTest, Events_AreStreamedUntilTheServerStops) {
  Client client(port_);
  EXPECT_THAT(client.ask(get("/v1/events")), HasSubstr("Transfer-Encoding: chunked\r\n"));
  EXPECT_THAT(client.receive_until("events after 0\n\n\r\n"), HasSubstr("\r\n: "));
  on_thread([&] { events_.add(events_.next({})); });
  EXPECT_THAT(client.receive_until("}\n\n\r\n"), HasSubstr("id: 1\n"));
  stop();
  EXPECT_EQ(client.receive_all(), "");
}

TEST_F(AdminServerTest, StreamOfEvents_EndsWhenTheTokensChange) {
  on_thread([&] { server_.let_in(Tokens{{"you", Role::viewer, digest_of("secret")}}); });
  Client client(port_);
  client.ask(get("/v1/events", "Authorization: Bearer secret\r\n"));
  client.receive_until("events after 0\n\n\r\n");
  on_thread([&] {
    server_.let_in(Tokens{{"you", Role::viewer, digest_of("secret")}});  // no change
    events_.add(events_.next({}));
  });
  EXPECT_THAT(client.receive_until("}\n\n\r\n"), HasSubstr("id: 1\n"));
  on_thread([&] { server_.let_in(Tokens{{"you", Role::viewer, digest_of("another")}}); });
  EXPECT_EQ(client.receive_all(), "");
}

// Takes ten seconds: the time that a reader has.
TEST_F(AdminServerTest, ReaderOfEventsThatDoesNotKeepUp_IsCut) {
  Client client(port_);
  client.ask(get("/v1/events?after=0"));
  AuditEvent large;
  large.text = std::string(60'000, 'x');
  on_thread([&] {
    for (std::size_t i = 0; i < EventLog::kept; ++i) events_.add(events_.next(large));
  });
  const auto end = std::chrono::steady_clock::now() + std::chrono::seconds(60);
  std::size_t listeners = 1;
  while (listeners != 0 && std::chrono::steady_clock::now() < end) {
    on_thread([&] { listeners = events_.listeners(); });
    std::this_thread::sleep_for(std::chrono::milliseconds(50));  // between two looks at the event
  }
  EXPECT_EQ(listeners, 0u);
  EXPECT_LT(client.receive_all().size(), EventLog::kept * large.text.size());
}

TEST_F(AdminServerTest, EventsForAnOldClient_EndWithTheConnection) {
  Client client(port_);
  client.send("GET /v1/events?after=0 HTTP/1.0\r\nHost: localhost\r\n\r\n");
  EXPECT_THAT(client.receive_until("events after 0\n\n"), Not(HasSubstr("chunked")));
}

TEST_F(AdminServerTest, UnixSocket_IsForOwnerAndGroupAndRemovedAtTheEnd) {
  const ScratchFolder folder;
  const auto path = folder.file("admin.sock");
  on_thread([&] {
    auto server = std::make_unique<AdminServer>(io_, AdminSources{.revisions = revisions_,
                                                                  .rollouts = rollouts_,
                                                                  .outcomes = outcomes_,
                                                                  .events = events_,
                                                                  .ready = [] { return true; }});
    ASSERT_TRUE(server->listen("unix:" + path));
    struct stat file {};
    ASSERT_EQ(::stat(path.c_str(), &file), 0);
    EXPECT_EQ(file.st_mode & 0777, 0660u);
    AdminServer second(io_, {.revisions = revisions_,
                             .rollouts = rollouts_,
                             .outcomes = outcomes_,
                             .events = events_,
                             .ready = [] { return true; }});
    EXPECT_FALSE(second.listen("unix:" + path));  // somebody listens there
    server.reset();
    EXPECT_NE(::stat(path.c_str(), &file), 0);
  });
}

TEST_F(AdminServerTest, StaleSocketFile_IsReplaced) {
  const ScratchFolder folder;
  const auto path = folder.file("admin.sock");
  {
    asio::io_context io;
    asio::local::stream_protocol::acceptor dead(io, asio::local::stream_protocol::endpoint(path));
  }  // its file stays
  on_thread([&] {
    AdminServer server(io_, {.revisions = revisions_,
                             .rollouts = rollouts_,
                             .outcomes = outcomes_,
                             .events = events_,
                             .ready = [] { return true; }});
    EXPECT_TRUE(server.listen("unix:" + path));
  });
}

TEST_F(AdminServerTest, AddressThatIsTaken_IsAnErrorThatNamesIt) {
  const auto address = "127.0.0.1:" + std::to_string(port_);
  on_thread([&] {
    AdminServer second(io_, {.revisions = revisions_,
                              .rollouts = rollouts_,
                              .outcomes = outcomes_,
                              .events = events_,
                              .ready = [] { return true; }});
    const auto refused = second.listen(address);
    ASSERT_FALSE(refused);
    EXPECT_THAT(refused.error(), AllOf(HasSubstr(address), HasSubstr("in use")));
    EXPECT_FALSE(second.listen("nowhere"));
  });
}

}  // namespace
}  // namespace sluice
