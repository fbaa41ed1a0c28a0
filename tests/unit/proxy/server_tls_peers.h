// A ServerTls and a client of OpenSSL alone, hand in hand over a socket pair.
#pragma once

#include "tls_test_peers.h"

namespace sluice {

using namespace tls_test;

inline const TlsPolicy* policy(const std::string& name) {
  const auto* found = find_tls_policy(name);
  if (!found) throw std::runtime_error("no policy " + name);
  return found;
}

class ServerTlsPeers : public testing::Test {
 protected:
  // Whether the handshake succeeds; `client` then tells how.
  bool connect(const std::shared_ptr<const ServerTls>& tls, const std::string& name) {
    const auto [server_fd, client_fd] = socket_pair();
    client.open(client_fd, name);
    if (offered_session) SSL_set_session(client.ssl.get(), offered_session);
    server = std::make_unique<TlsStream>(loop.io, loop.wheel, server_fd, tls);
    loop.begin(shake(server.get(), &server_status, &server_error));
    loop.finish_with([&] { return client.shake(); });
    return server_status == IoStatus::ok && !client.failed;
  }
  std::string certificate_for(const std::shared_ptr<const ServerTls>& tls, const std::string& name) {
    return connect(tls, name) ? client.peer_name() : "no handshake: " + server_error;
  }
  // A client of TLS 1.3 has its tickets only once it reads.
  void take_tickets() {
    std::string hello = "hello";
    iovec piece{hello.data(), hello.size()};
    EXPECT_EQ(server->try_write({&piece, 1}).bytes, hello.size());
    loop.finish_with([&] { return client.receive(hello.size()); });
    EXPECT_EQ(client.received, hello);
  }
  void offer_alpn(std::string wire) {
    SSL_CTX_set_alpn_protos(client.context.get(), reinterpret_cast<const unsigned char*>(wire.data()),
                            wire.size());
  }
  void only(int version) {
    SSL_CTX_set_min_proto_version(client.context.get(), version);
    SSL_CTX_set_max_proto_version(client.context.get(), version);
  }

  Loop loop;
  RawClient client;
  SSL_SESSION* offered_session = nullptr;
  std::unique_ptr<TlsStream> server;
  IoStatus server_status = IoStatus::failed;
  std::string server_error;
};

}  // namespace sluice
