#include "proxy/tls_stream.h"

#include <gmock/gmock.h>
#include <openssl/evp.h>

#include <numeric>
#include <random>

#include "tls_test_peers.h"

namespace sluice {
namespace {

using namespace tls_test;

std::string noise(std::size_t size) {
  std::mt19937 random(7);
  std::string bytes(size, '\0');
  for (auto& byte : bytes) byte = static_cast<char>(random());
  return bytes;
}

std::string sha256(std::string_view bytes) {
  std::string digest(32, '\0');
  EVP_Digest(bytes.data(), bytes.size(), reinterpret_cast<unsigned char*>(digest.data()), nullptr,
             EVP_sha256(), nullptr);
  return digest;
}

// Pieces of the given size, each with a life of its own in `bytes`.
std::vector<iovec> cut(std::string& bytes, std::size_t size) {
  std::vector<iovec> pieces;
  for (std::size_t at = 0; at < bytes.size(); at += size) {
    pieces.push_back({bytes.data() + at, std::min(size, bytes.size() - at)});
  }
  return pieces;
}

Awaitable<> write_pieces(Stream* stream, std::span<iovec> pieces, IoResult* result) {
  *result = co_await stream->write_all(pieces);
}

// Reads until `size` bytes are there or something else than data comes.
Awaitable<> read_up_to(Stream* stream, std::size_t size, std::string* received, IoStatus* status) {
  std::string buffer(64 * 1024, '\0');
  while (received->size() < size) {
    const auto result = co_await stream->read_some(std::span(buffer.data(), buffer.size()));
    *status = result.status;
    if (result.status != IoStatus::ok) co_return;
    received->append(buffer, 0, result.bytes);
  }
}

class TlsStreams : public testing::Test {
 protected:
  Pair connect(const std::string& name = "a.example") { return {loop, tls, client_of(trusting), name}; }

  void expect_to_arrive(Stream* from, Stream* to, const std::string& sent, std::span<iovec> pieces) {
    IoResult written;
    std::string received;
    IoStatus status = IoStatus::failed;
    loop.begin(write_pieces(from, pieces, &written));
    loop.begin(read_up_to(to, sent.size(), &received, &status));
    loop.finish();
    EXPECT_EQ(written.status, IoStatus::ok);
    EXPECT_EQ(written.bytes, sent.size());
    EXPECT_EQ(sha256(received), sha256(sent));
  }

  Loop loop;
  Identity root = authority();
  Identity leaf = issue({.names = "DNS:a.example, IP:127.0.0.1", .issuer = &root});
  std::shared_ptr<const ServerTls> tls = server_of({leaf});
  UpstreamTls trusting{.verify = true, .server_name = {}, .ca = root.certificate_pem()};
};

// ---- verification ----

TEST_F(TlsStreams, NameAndAuthorityThatMatch_Connect) {
  const auto pair = connect();
  EXPECT_TRUE(pair.connected()) << pair.client_error;
  EXPECT_EQ(pair.client->version(), "TLSv1.3");
}

TEST_F(TlsStreams, AddressThatTheCertificateCarries_Connects) {
  const auto pair = connect("127.0.0.1");
  EXPECT_TRUE(pair.connected()) << pair.client_error;
}

TEST_F(TlsStreams, AddressThatTheCertificateDoesNotCarry_IsRefused) {
  const auto pair = connect("127.0.0.2");
  EXPECT_EQ(pair.client_status, IoStatus::failed);
  EXPECT_EQ(pair.client_error, "IP address mismatch");
}

TEST_F(TlsStreams, NameThatTheCertificateDoesNotCarry_IsRefused) {
  const auto pair = connect("b.example");
  EXPECT_EQ(pair.client_status, IoStatus::failed);
  EXPECT_EQ(pair.client_error, "hostname mismatch");
}

TEST_F(TlsStreams, NoNameToVerifyBy_IsRefused) {
  EXPECT_EQ(connect("").client_status, IoStatus::failed);
}

TEST_F(TlsStreams, AnotherAuthority_IsRefused) {
  trusting.ca = authority("another").certificate_pem();
  const auto pair = connect();
  EXPECT_EQ(pair.client_status, IoStatus::failed);
  EXPECT_EQ(pair.server_status, IoStatus::failed);
  EXPECT_EQ(pair.client_error, "unable to get local issuer certificate");
}

TEST_F(TlsStreams, SystemsTrustStore_DoesNotKnowOurAuthority) {
  trusting.ca.clear();
  EXPECT_EQ(connect().client_status, IoStatus::failed);
}

TEST_F(TlsStreams, ServersOwnCertificateAsTheAuthority_IsTrusted) {
  trusting.ca = leaf.certificate_pem();
  const auto pair = connect();
  EXPECT_TRUE(pair.connected()) << pair.client_error;
}

TEST_F(TlsStreams, VerificationOff_TakesAnything) {
  trusting.verify = false;
  EXPECT_TRUE(connect("b.example").connected());
  EXPECT_TRUE(connect("").connected());
}

// ---- protocols ----

TEST_F(TlsStreams, ServerThatSpeaksBoth_GivesTheClientWhatItOffers) {
  tls = server_of({leaf}, Alpn::h2_or_http11);
  const Pair h2(loop, tls, client_of(trusting, Alpn::h2), "a.example");
  const Pair http11(loop, tls, client_of(trusting, Alpn::http11), "a.example");
  EXPECT_EQ(h2.client->protocol(), "h2");
  EXPECT_EQ(http11.client->protocol(), "http/1.1");
}

TEST_F(TlsStreams, ClientOfH2Alone_IsRefusedByAServerWithoutIt) {
  const Pair pair(loop, tls, client_of(trusting, Alpn::h2), "a.example");
  EXPECT_FALSE(pair.connected());
  EXPECT_EQ(pair.client_error, "tlsv1 alert no application protocol");
}

TEST(ClientTlsMaterial, TextWithoutCertificate_IsRefused) {
  const auto made = ClientTls::make({.verify = true, .server_name = {}, .ca = "hello"}, Alpn::http11);
  ASSERT_FALSE(made);
  EXPECT_EQ(made.error(), "CA: there is no PEM certificate");
}

// ---- data ----

TEST_F(TlsStreams, AMebibyteBothWaysAtOnce_Arrives) {
  const auto pair = connect();
  ASSERT_TRUE(pair.connected());
  auto sent = noise(1 << 20);
  auto up = cut(sent, sent.size());
  auto down = cut(sent, 100'000);
  std::string at_server;
  IoResult written;
  IoStatus status = IoStatus::failed;
  loop.begin(write_pieces(pair.client.get(), up, &written));
  loop.begin(read_up_to(pair.server.get(), sent.size(), &at_server, &status));
  expect_to_arrive(pair.server.get(), pair.client.get(), sent, down);
  EXPECT_EQ(sha256(at_server), sha256(sent));
}

TEST_F(TlsStreams, ManySmallPieces_ArriveInOrder) {
  const auto pair = connect();
  auto sent = noise(300'007);
  auto pieces = cut(sent, 97);
  pieces.insert(pieces.begin() + 5, iovec{nullptr, 0});
  pieces.push_back({nullptr, 0});
  expect_to_arrive(pair.server.get(), pair.client.get(), sent, pieces);
}

TEST_F(TlsStreams, HeadAndBody_GoInRecordsOf16KiB) {
  const auto pair = connect();
  std::string head(300, 'h');
  std::string body(40'000, 'b');
  iovec pieces[]{{head.data(), head.size()}, {body.data(), body.size()}};
  EXPECT_EQ(pair.server->try_write(pieces).bytes, 40'300u);
  std::string into(64 * 1024, '\0');
  for (const std::size_t expected : {16'384, 16'384, 7'532}) {
    EXPECT_EQ(pair.client->try_read(into).bytes, expected);
  }
  EXPECT_EQ(pair.client->try_read(into).status, IoStatus::want_read);
}

TEST_F(TlsStreams, RecordCutShort_IsFinishedFromMovedAndDifferentlyCutPieces) {
  const auto pair = connect();
  auto sent = noise(1 << 20);
  const auto [status_at_first, written] = pair.server->try_write(cut(sent, 10'000));
  ASSERT_EQ(status_at_first, IoStatus::ok);
  ASSERT_GT(written, 0u);
  ASSERT_LT(written, sent.size());
  sent.erase(0, written);
  ASSERT_EQ(pair.server->try_write(cut(sent, 10'000)).status, IoStatus::want_write);

  auto moved = sent;
  sent.assign(sent.size(), 'x');
  auto recut = cut(moved, 70'001);
  std::string drained;
  IoStatus status = IoStatus::failed;
  loop.begin(read_up_to(pair.client.get(), written, &drained, &status));
  loop.finish();
  ASSERT_EQ(drained.size(), written);
  expect_to_arrive(pair.server.get(), pair.client.get(), moved, recut);
}

TEST_F(TlsStreams, BytesHeldBackByTls_AreReadWithoutAnEdge) {
  const auto pair = connect();
  std::string sent = "0123456789";
  iovec piece{sent.data(), sent.size()};
  ASSERT_EQ(pair.client->try_write({&piece, 1}).bytes, sent.size());
  std::string into(4, '\0');
  EXPECT_EQ(pair.server->try_read(into).bytes, 4u);
  EXPECT_TRUE(pair.server->has_pending());
  pair.server->descriptor().exhausted(Direction::read);
  EXPECT_EQ(pair.server->try_read(into).bytes, 4u);
  EXPECT_EQ(into, "4567");
  EXPECT_EQ(pair.server->try_read(into).bytes, 2u);
  EXPECT_FALSE(pair.server->has_pending());
  EXPECT_EQ(pair.server->try_read(into).status, IoStatus::want_read);
}

TEST_F(TlsStreams, BytesThatCameWithTheHandshake_AreReadWithoutAnEdge) {
  const auto [server_fd, client_fd] = socket_pair();
  TlsStream server(loop.io, loop.wheel, server_fd, tls);
  RawClient client;
  client.open(client_fd, "a.example");
  IoStatus status = IoStatus::failed;
  std::string why;
  loop.begin(shake(&server, &status, &why));
  loop.finish_with([&] { return client.shake() && SSL_write(client.ssl.get(), "hello", 5) == 5; });
  ASSERT_EQ(status, IoStatus::ok) << why;
  std::string into(16, '\0');
  EXPECT_EQ(server.try_read(into).bytes, 5u);
}

TEST_F(TlsStreams, HalfARecord_IsNotPending) {
  const auto [server_fd, client_fd] = socket_pair();
  TlsStream server(loop.io, loop.wheel, server_fd, tls);
  RawClient client;
  client.open(client_fd, "a.example");
  IoStatus status = IoStatus::failed;
  std::string why;
  loop.begin(shake(&server, &status, &why));
  loop.finish_with([&] { return client.shake(); });
  SSL_set0_wbio(client.ssl.get(), BIO_new(BIO_s_mem()));
  ASSERT_EQ(SSL_write(client.ssl.get(), "hello", 5), 5);
  char* record = nullptr;
  const auto size = BIO_get_mem_data(SSL_get_wbio(client.ssl.get()), &record);

  ASSERT_EQ(::write(client_fd, record, 10), 10);
  std::string into(16, '\0');
  EXPECT_EQ(server.try_read(into).status, IoStatus::want_read);
  EXPECT_FALSE(server.has_pending());

  ASSERT_EQ(::write(client_fd, record + 10, size - 10), size - 10);
  IoResult result;
  loop.begin(read_once(&server, &into, &result));
  loop.finish();
  EXPECT_EQ(result.bytes, 5u);
}

TEST_F(TlsStreams, NothingToRead_AsksTheKernelOnce) {
  const auto pair = connect();
  std::string into(16, '\0');
  EXPECT_EQ(pair.server->try_read(into).status, IoStatus::want_read);
  EXPECT_FALSE(pair.server->descriptor().ready(Direction::read));
}

// ---- ends ----

TEST_F(TlsStreams, CloseNotify_IsTheEnd) {
  const auto pair = connect();
  pair.client->shut_write();
  std::string into(16, '\0');
  IoResult result;
  loop.begin(read_once(pair.server.get(), &into, &result));
  loop.finish();
  EXPECT_EQ(result.status, IoStatus::eof);
}

TEST_F(TlsStreams, CloseNotifyOfOneSide_LeavesTheOtherDirectionOpen) {
  const auto pair = connect();
  pair.client->shut_write();
  std::string sent = "answer";
  auto pieces = cut(sent, sent.size());
  expect_to_arrive(pair.server.get(), pair.client.get(), sent, pieces);
}

TEST_F(TlsStreams, FinWithoutCloseNotify_IsAFailure) {
  const auto pair = connect();
  ::shutdown(pair.client->fd(), SHUT_WR);
  std::string into(16, '\0');
  IoResult result;
  loop.begin(read_once(pair.server.get(), &into, &result));
  loop.finish();
  EXPECT_EQ(result.status, IoStatus::failed);
  EXPECT_EQ(pair.server->why_failed(), "unexpected eof while reading");
  pair.server->shut_write();  // harmless
}

TEST_F(TlsStreams, BytesThatAreNotTls_AreAFailure) {
  const auto [server_fd, client_fd] = socket_pair();
  TlsStream server(loop.io, loop.wheel, server_fd, tls);
  const std::string_view request = "GET / HTTP/1.1\r\n\r\n";
  ASSERT_EQ(::write(client_fd, request.data(), request.size()), static_cast<ssize_t>(request.size()));
  IoStatus status = IoStatus::ok;
  std::string why;
  loop.begin(shake(&server, &status, &why));
  loop.finish();
  EXPECT_EQ(status, IoStatus::failed);
  EXPECT_EQ(why, "http request");
  ::close(client_fd);
}

TEST_F(TlsStreams, WriteToAPeerThatIsGone_IsAFailure) {
  auto pair = connect();
  pair.client.reset();
  std::string sent = "answer";
  iovec piece{sent.data(), sent.size()};
  EXPECT_EQ(pair.server->try_write({&piece, 1}).status, IoStatus::failed);
  EXPECT_EQ(pair.server->why_failed(), "the connection is broken");
}

TEST_F(TlsStreams, InterruptedHandshake_SaysWhy) {
  const auto [server_fd, client_fd] = socket_pair();
  TlsStream server(loop.io, loop.wheel, server_fd, tls);
  IoStatus status = IoStatus::ok;
  std::string why;
  loop.begin(shake(&server, &status, &why));
  loop.io.poll();
  server.interrupt(Wake::timed_out);
  loop.finish();
  EXPECT_EQ(status, IoStatus::timed_out);
  ::close(client_fd);
}

}  // namespace
}  // namespace sluice
