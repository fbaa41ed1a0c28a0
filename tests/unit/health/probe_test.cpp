// Checks of one target over real sockets: answers in pieces, none, resets, garbage.
#include "health/probe.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include "tests/unit/health/scripted_peer.h"

namespace sluice {
namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;
using testing::StartsWith;
using End = PeerScript::End;

std::string told(const CheckResult& result) {
  return result.passed() ? "passed" : std::string(to_string(result.kind)) + ": " + result.description;
}

struct ProbeTest : testing::Test {
  HealthCheck check{.interval = 100ms, .timeout = 2s};

  PreparedCheck prepared(std::uint16_t port) const {
    TargetGroup group;
    Target target;
    target.address = "127.0.0.1:" + std::to_string(port);
    target.ip = "127.0.0.1";
    target.port = port;
    return {.question = make_question(group, target, std::make_shared<HealthCheck>(check)), .tls = nullptr};
  }
  // What the first `count` checks come to.
  std::vector<std::string> results(std::uint16_t port, std::size_t count) const {
    boost::asio::io_context io{1};
    std::vector<std::string> all;
    std::shared_ptr<Probe> probe;
    probe = std::make_shared<Probe>(io, 0, [&](const CheckResult& result) {
      all.push_back(told(result));
      if (all.size() == count) probe->stop();
    });
    probe->ask(prepared(port));
    io.run();
    return all;
  }
  std::string result(const PeerScript& script) const {
    ScriptedPeer peer(script);
    return results(peer.port(), 1)[0];
  }
};

TEST_F(ProbeTest, RightAnswer_Passes) {
  ScriptedPeer peer(PeerScript::answering(200));
  check.path = "/healthz";
  EXPECT_EQ(results(peer.port(), 1)[0], "passed");
  EXPECT_THAT(peer.request(), StartsWith("GET /healthz HTTP/1.1\r\nHost: 127.0.0.1:"));
}

TEST_F(ProbeTest, AnswerInPieces_IsPutTogether) {
  check.body = Regex::compile("ready", LetterCase::sensitive).value();
  const PeerScript script{{"HT", "TP/1.1 2", "00 OK\r\nTransfer-Enc", "oding: chunked\r\n\r\n3\r",
                           "\nrea\r\n2\r\nd", "y\r\n0\r\n\r\n"}};
  EXPECT_EQ(result(script), "passed");
}

TEST_F(ProbeTest, WrongStatus_IsAMismatch) {
  EXPECT_EQ(result(PeerScript::answering(503)), "mismatch: Health checks failed with these codes: [503]");
}

TEST_F(ProbeTest, TargetThatHangs_TimesOut) {
  check.timeout = 100ms;
  EXPECT_EQ(result({.pieces = {}, .end = End::hang}), "timeout: Request timed out");
  EXPECT_EQ(result({.pieces = {"HTTP/1.1 2"}, .end = End::hang}), "timeout: Request timed out");
}

TEST_F(ProbeTest, ResetOrEarlyEnd_Fails) {
  EXPECT_EQ(result({.pieces = {}, .end = End::close}),
            "failed: Health checks failed: closed before the end of the answer");
  EXPECT_THAT(result({.pieces = {}, .end = End::reset}),
              HasSubstr("failed: Health checks failed: receive: "));
}

TEST_F(ProbeTest, Garbage_Fails) {
  EXPECT_EQ(result({{"SSH-2.0-OpenSSH_9.2\r\n"}}), "failed: Health checks failed: the answer is not HTTP/1");
}

TEST_F(ProbeTest, NobodyListens_Fails) {
  boost::asio::io_context io;
  boost::asio::ip::tcp::socket bound(io, {boost::asio::ip::make_address("127.0.0.1"), 0});
  EXPECT_THAT(results(bound.local_endpoint().port(), 1)[0],
              StartsWith("failed: Health checks failed: connect: Connection refused"));
}

TEST_F(ProbeTest, Tcp_IsContentWithAConnection) {
  check.protocol = HealthProtocol::tcp;
  EXPECT_EQ(result({.pieces = {}, .end = End::hang}), "passed");
}

TEST_F(ProbeTest, PeerThatSpeaksHttp1_IsNoGrpcService) {
  check.protocol = HealthProtocol::grpc;
  EXPECT_EQ(result({{"HTTP/1.1 400 Bad Request\r\n\r\n"}}),
            "failed: Health checks failed: the answer is not HTTP/2");
}

TEST_F(ProbeTest, Checks_AreRepeatedEachInterval) {
  ScriptedPeer peer(PeerScript::answering(200));
  EXPECT_EQ(results(peer.port(), 3), std::vector<std::string>(3, "passed"));
  EXPECT_EQ(peer.connections(), 3);
}

TEST_F(ProbeTest, TimeoutOfOneCheck_IsNotTheNextOnes) {
  check.timeout = 50ms;
  ScriptedPeer peer({.pieces = {}, .end = End::hang});
  boost::asio::io_context io{1};
  std::vector<std::string> all;
  std::shared_ptr<Probe> probe;
  probe = std::make_shared<Probe>(io, 0, [&](const CheckResult& result) {
    all.push_back(told(result));
    peer.set(PeerScript::answering(200));
    if (all.size() == 3) probe->stop();
  });
  probe->ask(prepared(peer.port()));
  io.run();
  EXPECT_EQ(all, (std::vector<std::string>{"timeout: Request timed out", "passed", "passed"}));
}

TEST_F(ProbeTest, AnotherQuestion_IsAskedAtOnceAndTheOldOneIsForgotten) {
  ScriptedPeer hangs({.pieces = {}, .end = End::hang});
  ScriptedPeer answers(PeerScript::answering(200));
  boost::asio::io_context io{1};
  std::vector<std::string> all;
  std::shared_ptr<Probe> probe;
  probe = std::make_shared<Probe>(io, 0, [&](const CheckResult& result) {
    all.push_back(told(result));
    probe->stop();
  });
  check.timeout = 1min;
  probe->ask(prepared(hangs.port()));
  while (hangs.connections() == 0) io.run_for(1ms);
  probe->ask(prepared(answers.port()));
  io.run();
  EXPECT_EQ(all, std::vector<std::string>{"passed"});
}

TEST_F(ProbeTest, ProbeThatIsStopped_SaysNothingMore) {
  ScriptedPeer peer({.pieces = {}, .end = End::hang});
  boost::asio::io_context io{1};
  const auto probe =
      std::make_shared<Probe>(io, 0, [](const CheckResult& result) { ADD_FAILURE() << told(result); });
  probe->ask(prepared(peer.port()));
  while (peer.connections() == 0) io.run_for(1ms);
  probe->stop();
  io.run();
}

}  // namespace
}  // namespace sluice
