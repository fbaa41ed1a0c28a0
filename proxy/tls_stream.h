// TLS over a non-blocking socket: OpenSSL reads and writes the descriptor itself (tls_socket.h), so that an
// idle connection holds no buffers of ours.
#pragma once

#include <openssl/ssl.h>

#include <memory>
#include <string>
#include <string_view>

#include "proxy/client_tls.h"
#include "proxy/server_tls.h"
#include "proxy/stream.h"
#include "proxy/tls_socket.h"

namespace sluice {

class TlsStream : public Stream {
 public:
  // Server side. `tls` is kept alive.
  TlsStream(asio::io_context& io, DeadlineWheel& wheel, int fd, std::shared_ptr<const ServerTls> tls);
  // Client side: asks for `server_name` and verifies it as the group says.
  TlsStream(asio::io_context& io, DeadlineWheel& wheel, int fd, std::shared_ptr<const ClientTls> tls,
            const std::string& server_name);

  // Under the stream's deadline. `ok`, or what ended it.
  [[nodiscard]] Awaitable<IoStatus> handshake();

  IoResult try_read(std::span<char> into) override;
  IoResult try_write(std::span<const iovec> pieces) override;
  void shut_write() noexcept override;
  [[nodiscard]] bool has_pending() const noexcept override;

  // After the handshake: what was agreed by ALPN ("h2"); empty if the peer did not take part.
  [[nodiscard]] std::string_view protocol() const noexcept;
  // After the handshake of a server: what the upstream is to know of the client's certificate.
  [[nodiscard]] std::string client_certificate(ClientAuth::Mode mode) const;
  [[nodiscard]] bool resumed() const noexcept;
  [[nodiscard]] std::string version() const;
  [[nodiscard]] std::string cipher() const;
  // Why the last attempt said `failed`, in OpenSSL's words; to be asked at once, before the thread turns to
  // another stream.
  [[nodiscard]] std::string why_failed() const;

 private:
  TlsStream(asio::io_context& io, DeadlineWheel& wheel, int fd, std::shared_ptr<const void> tls,
            SSL_CTX* context);
  [[nodiscard]] IoResult result_of(int returned) noexcept;

  std::shared_ptr<const void> tls_;
  TlsSocket socket_;
  std::unique_ptr<SSL, Freed<SSL_free>> ssl_;
  bool starved_ = false;  // what OpenSSL holds back is no whole record: only more of it helps
  bool broken_ = false;   // OpenSSL has failed: it must not be asked to say goodbye
};

}  // namespace sluice
