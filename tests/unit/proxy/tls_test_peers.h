// What the TLS tests share: certificates made on the spot, a loop that runs coroutines to their end, two
// TlsStreams over a socket pair, and a plain OpenSSL client that can be told to misbehave.
#pragma once

#include <fcntl.h>
#include <gtest/gtest.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>
#include <sys/socket.h>
#include <unistd.h>

#include <csignal>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "proxy/tls_stream.h"

namespace sluice::tls_test {

// ---- certificates ----

struct Identity {
  std::shared_ptr<X509> certificate;
  std::shared_ptr<EVP_PKEY> key;

  template <class Write>
  [[nodiscard]] static std::string pem(Write write) {
    const std::unique_ptr<BIO, decltype(&BIO_free)> bio(BIO_new(BIO_s_mem()), BIO_free);
    write(bio.get());
    char* data = nullptr;
    const auto size = BIO_get_mem_data(bio.get(), &data);
    return {data, static_cast<std::size_t>(size)};
  }
  [[nodiscard]] std::string certificate_pem() const {
    return pem([&](BIO* bio) { PEM_write_bio_X509(bio, certificate.get()); });
  }
  [[nodiscard]] std::string key_pem(const char* passphrase = nullptr) const {
    const auto* cipher = passphrase ? EVP_aes_128_cbc() : nullptr;
    return pem([&](BIO* bio) {
      PEM_write_bio_PrivateKey(bio, key.get(), cipher, nullptr, 0, nullptr, const_cast<char*>(passphrase));
    });
  }
  [[nodiscard]] Certificate material() const { return {certificate_pem(), key_pem()}; }
};

struct Wanted {
  std::string names = {};  // "DNS:a.example, IP:127.0.0.1"; empty: no alternative names
  std::string common_name = "test";
  bool rsa = false;
  const Identity* issuer = nullptr;  // null: signs itself
  bool issues = false;               // others, though another has signed it
};

inline void add_extension(X509* certificate, int nid, const std::string& value) {
  const std::unique_ptr<X509_EXTENSION, decltype(&X509_EXTENSION_free)> extension(
      X509V3_EXT_conf_nid(nullptr, nullptr, nid, value.c_str()), X509_EXTENSION_free);
  X509_add_ext(certificate, extension.get(), -1);
}

inline Identity issue(const Wanted& wanted) {
  static long serial = 0;
  Identity made;
  made.key.reset(wanted.rsa ? EVP_RSA_gen(2048) : EVP_EC_gen("P-256"), EVP_PKEY_free);
  made.certificate.reset(X509_new(), X509_free);
  auto* certificate = made.certificate.get();
  X509_set_version(certificate, X509_VERSION_3);
  ASN1_INTEGER_set(X509_get_serialNumber(certificate), ++serial);
  X509_gmtime_adj(X509_getm_notBefore(certificate), -60);
  X509_gmtime_adj(X509_getm_notAfter(certificate), 3600);
  X509_set_pubkey(certificate, made.key.get());
  X509_NAME_add_entry_by_txt(X509_get_subject_name(certificate), "CN", MBSTRING_ASC,
                             reinterpret_cast<const unsigned char*>(wanted.common_name.c_str()), -1, -1, 0);
  if (!wanted.names.empty()) add_extension(certificate, NID_subject_alt_name, wanted.names);
  const auto& issuer = wanted.issuer ? *wanted.issuer : made;
  if (!wanted.issuer || wanted.issues) add_extension(certificate, NID_basic_constraints, "critical,CA:TRUE");
  X509_set_issuer_name(certificate, X509_get_subject_name(issuer.certificate.get()));
  X509_sign(certificate, issuer.key.get(), EVP_sha256());
  return made;
}

inline Identity authority(const std::string& name = "test authority") {
  return issue({.common_name = name});
}

// `settings` without its certificates, which are those of the identities.
inline std::shared_ptr<const ServerTls> server_of(const std::vector<Identity>& identities,
                                                  ListenerTls settings, Alpn alpn = Alpn::http11) {
  for (const auto& identity : identities) settings.certificates.push_back(identity.material());
  auto made = ServerTls::make(settings, alpn);
  if (!made) throw std::runtime_error(made.error());
  return *made;
}
inline std::shared_ptr<const ServerTls> server_of(const std::vector<Identity>& identities,
                                                  Alpn alpn = Alpn::http11) {
  return server_of(identities, ListenerTls{}, alpn);
}

inline std::shared_ptr<const ClientTls> client_of(const UpstreamTls& tls, Alpn alpn = Alpn::http11) {
  auto made = ClientTls::make(tls, alpn);
  if (!made) throw std::runtime_error(made.error());
  return *made;
}

// ---- sockets and the loop ----

inline std::pair<int, int> socket_pair() {
  std::signal(SIGPIPE, SIG_IGN);  // as the process does
  int fds[2];
  if (::socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0, fds) != 0) throw std::runtime_error("socketpair");
  return {fds[0], fds[1]};
}

class Loop {
 public:
  asio::io_context io{1};
  DeadlineWheel wheel{io};

  // Begins a coroutine; `finish()` waits for all that have begun.
  void begin(Awaitable<> task) {
    ++running_;
    asio::co_spawn(io, std::move(task), [this](std::exception_ptr error) {
      --running_;
      if (error) std::rethrow_exception(error);
    });
  }
  void finish() {
    while (running_ > 0) {
      if (io.run_one_for(std::chrono::seconds(20)) == 0) throw std::runtime_error("nothing happens any more");
    }
  }
  // Takes turns with a peer that is not a coroutine.
  void finish_with(const std::function<bool()>& step) {
    bool done = false;
    for (int turn = 0; running_ > 0 || !done; ++turn) {
      if (turn > 100'000) throw std::runtime_error("nothing happens any more");
      done = step();
      io.poll();
    }
  }

 private:
  int running_ = 0;
};

inline Awaitable<> shake(TlsStream* stream, IoStatus* status, std::string* why) {
  *status = co_await stream->handshake();
  *why = *status == IoStatus::ok ? "" : stream->why_failed();
}

inline Awaitable<> read_once(TlsStream* stream, std::string* into, IoResult* result) {
  *result = co_await stream->read_some(std::span(into->data(), into->size()));
}

// Two TlsStreams over a socket pair, after the attempt of a handshake.
struct Pair {
  std::unique_ptr<TlsStream> server;
  std::unique_ptr<TlsStream> client;
  IoStatus server_status = IoStatus::failed;
  IoStatus client_status = IoStatus::failed;
  std::string server_error;
  std::string client_error;

  Pair(Loop& loop, std::shared_ptr<const ServerTls> server_tls, std::shared_ptr<const ClientTls> client_tls,
       const std::string& name) {
    const auto [server_fd, client_fd] = socket_pair();
    server = std::make_unique<TlsStream>(loop.io, loop.wheel, server_fd, std::move(server_tls));
    client = std::make_unique<TlsStream>(loop.io, loop.wheel, client_fd, std::move(client_tls), name);
    loop.begin(shake_and_close(server.get(), &server_status, &server_error));
    loop.begin(shake_and_close(client.get(), &client_status, &client_error));
    loop.finish();
  }
  [[nodiscard]] bool connected() const {
    return server_status == IoStatus::ok && client_status == IoStatus::ok;
  }

 private:
  // A side that fails closes its direction, as the proxy would, so that the other does not wait for ever.
  static Awaitable<> shake_and_close(TlsStream* stream, IoStatus* status, std::string* why) {
    co_await shake(stream, status, why);
    if (*status != IoStatus::ok) stream->shut_write();
  }
};

// ---- a client of OpenSSL alone ----

struct RawClient {
  std::unique_ptr<SSL_CTX, decltype(&SSL_CTX_free)> context{SSL_CTX_new(TLS_client_method()), SSL_CTX_free};
  std::unique_ptr<SSL, decltype(&SSL_free)> ssl{nullptr, SSL_free};
  int fd = -1;
  std::vector<std::shared_ptr<SSL_SESSION>> tickets;  // what the server has given
  bool failed = false;
  std::string received;

  RawClient() {
    SSL_CTX_set_session_cache_mode(context.get(), SSL_SESS_CACHE_CLIENT | SSL_SESS_CACHE_NO_INTERNAL);
    SSL_CTX_sess_set_new_cb(context.get(), [](SSL* of, SSL_SESSION* session) {
      static_cast<RawClient*>(SSL_get_app_data(of))->tickets.emplace_back(session, SSL_SESSION_free);
      return 1;
    });
  }
  RawClient(const RawClient&) = delete;
  RawClient& operator=(const RawClient&) = delete;
  ~RawClient() { close(); }

  void open(int socket, const std::string& name) {
    close();
    fd = socket;
    failed = false;
    received.clear();
    ssl.reset(SSL_new(context.get()));
    SSL_set_app_data(ssl.get(), this);
    SSL_set_fd(ssl.get(), fd);
    SSL_set_connect_state(ssl.get());
    if (!name.empty()) SSL_set_tlsext_host_name(ssl.get(), name.c_str());
  }
  void close() {
    if (ssl) SSL_set_shutdown(ssl.get(), SSL_SENT_SHUTDOWN);  // else OpenSSL thinks ill of its session
    ssl.reset();
    if (fd >= 0) ::close(std::exchange(fd, -1));
  }
  // One attempt at the handshake; true once it is over, one way or the other.
  bool shake() {
    ERR_clear_error();
    return over(SSL_do_handshake(ssl.get()));
  }
  // Reads until `size` bytes have been received or it failed.
  bool receive(std::size_t size) {
    char into[4096];
    std::size_t n = 0;
    ERR_clear_error();
    const int returned = SSL_read_ex(ssl.get(), into, sizeof into, &n);
    received.append(into, n);
    return received.size() >= size || (returned != 1 && over(returned));
  }
  [[nodiscard]] std::string peer_name() const {
    const std::unique_ptr<X509, decltype(&X509_free)> peer(SSL_get1_peer_certificate(ssl.get()), X509_free);
    char name[256] = "";
    if (peer) X509_NAME_get_text_by_NID(X509_get_subject_name(peer.get()), NID_commonName, name, sizeof name);
    return name;
  }
  [[nodiscard]] std::string alpn() const {
    const unsigned char* data = nullptr;
    unsigned size = 0;
    SSL_get0_alpn_selected(ssl.get(), &data, &size);
    return {reinterpret_cast<const char*>(data), size};
  }

 private:
  bool over(int returned) {
    const int error = SSL_get_error(ssl.get(), returned);
    if (error == SSL_ERROR_WANT_READ || error == SSL_ERROR_WANT_WRITE) return false;
    failed = returned != 1;
    return true;
  }
};

}  // namespace sluice::tls_test
