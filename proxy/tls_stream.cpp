#include "proxy/tls_stream.h"

#include <openssl/err.h>
#include <openssl/x509v3.h>

#include <algorithm>
#include <array>
#include <cstring>
#include <new>

#include "proxy/client_certificate.h"

namespace sluice {
namespace {

constexpr std::size_t record_bytes = SSL3_RT_MAX_PLAIN_LENGTH;
using Record = std::array<char, record_bytes>;

std::size_t size_of(std::span<const iovec> pieces) noexcept {
  std::size_t size = 0;
  for (const auto& piece : pieces) size += piece.iov_len;
  return size;
}

// What the next record carries: the first 16 KiB of all pieces together, whichever way they are cut. OpenSSL
// wants the bytes of a record that it could not send again (SSL_write(3)), so this must depend on nothing
// else. Copies into `scratch` only what is in several pieces.
std::span<const char> next_record(std::span<const iovec> pieces, std::size_t skip, Record& scratch) {
  while (!pieces.empty() && skip >= pieces.front().iov_len) {
    skip -= pieces.front().iov_len;
    pieces = pieces.subspan(1);
  }
  if (pieces.empty()) return {};
  const std::span first(static_cast<const char*>(pieces.front().iov_base) + skip,
                        pieces.front().iov_len - skip);
  if (first.size() >= record_bytes || pieces.size() == 1)
    return first.first(std::min(first.size(), record_bytes));
  std::size_t size = 0;
  for (const auto& piece : pieces) {
    const auto n = std::min(piece.iov_len - skip, record_bytes - size);
    if (n > 0) std::memcpy(scratch.data() + size, static_cast<const char*>(piece.iov_base) + skip, n);
    size += n;
    skip = 0;
    if (size == record_bytes) break;
  }
  return std::span(scratch).first(size);
}

// An address is verified but not asked for: server_name carries names only (RFC 6066, 3).
bool expect_peer(SSL* ssl, const std::string& name, bool verify) {
  auto* parameters = SSL_get0_param(ssl);
  if (X509_VERIFY_PARAM_set1_ip_asc(parameters, name.c_str()) == 1) return true;
  SSL_set_hostflags(ssl, X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS);
  return SSL_set_tlsext_host_name(ssl, name.c_str()) == 1 &&
         (!verify || SSL_set1_host(ssl, name.c_str()) == 1);
}

}  // namespace

TlsStream::TlsStream(asio::io_context& io, DeadlineWheel& wheel, int fd, std::shared_ptr<const void> tls,
                     SSL_CTX* context)
    : Stream(io, wheel, fd), tls_(std::move(tls)), socket_(fd), ssl_(SSL_new(context)) {
  BIO* const bio = ssl_ ? socket_.make_bio() : nullptr;
  if (!bio) throw std::bad_alloc();
  SSL_set_bio(ssl_.get(), bio, bio);  // which owns it
}

TlsStream::TlsStream(asio::io_context& io, DeadlineWheel& wheel, int fd, std::shared_ptr<const ServerTls> tls)
    : TlsStream(io, wheel, fd, tls, tls->context()) {
  SSL_set_accept_state(ssl_.get());
}

TlsStream::TlsStream(asio::io_context& io, DeadlineWheel& wheel, int fd, std::shared_ptr<const ClientTls> tls,
                     const std::string& server_name)
    : TlsStream(io, wheel, fd, tls, tls->context()) {
  SSL_set_connect_state(ssl_.get());
  // With no name to verify by, any certificate of the CA would do: better none.
  const bool nameless = server_name.empty() && tls->verifies();
  broken_ = nameless || (!server_name.empty() && !expect_peer(ssl_.get(), server_name, tls->verifies()));
}

Awaitable<IoStatus> TlsStream::handshake() {
  if (broken_) co_return IoStatus::failed;
  for (;;) {
    ERR_clear_error();
    const int returned = SSL_do_handshake(ssl_.get());
    if (returned == 1) {
      starved_ = false;  // the peer's first data may have come with the end of the handshake
      co_return IoStatus::ok;
    }
    const auto result = result_of(returned);
    if (result.status == IoStatus::eof)
      co_return IoStatus::failed;  // a close_notify before there was anything to close
    if (result.status != IoStatus::want_read && result.status != IoStatus::want_write)
      co_return result.status;
    if (const auto woken = co_await wait(result.status); woken != IoStatus::ok) co_return woken;
  }
}

IoResult TlsStream::try_read(std::span<char> into) {
  if (!descriptor_.ready(Direction::read) && !has_pending()) return {IoStatus::want_read};
  ERR_clear_error();
  std::size_t bytes = 0;
  const int returned = SSL_read_ex(ssl_.get(), into.data(), into.size(), &bytes);
  if (returned == 1) {
    starved_ = false;
    return {IoStatus::ok, bytes};
  }
  return result_of(returned);
}

// Record after record while the socket takes them. A record that is cut short stays with OpenSSL: the caller
// comes again with what it was not told is written, which begins with that record.
IoResult TlsStream::try_write(std::span<const iovec> pieces) {
  Record scratch;
  const auto size = size_of(pieces);
  std::size_t written = 0;
  for (;;) {
    const auto record = next_record(pieces, written, scratch);
    if (record.empty()) return {IoStatus::ok, written};
    socket_.more_follows(written + record.size() < size);
    ERR_clear_error();
    std::size_t bytes = 0;
    const int returned = SSL_write_ex(ssl_.get(), record.data(), record.size(), &bytes);
    socket_.more_follows(false);
    written += bytes;
    if (returned == 1) continue;
    const auto result = result_of(returned);
    if (written > 0 && result.status != IoStatus::failed) return {IoStatus::ok, written};
    return result;
  }
}

void TlsStream::shut_write() noexcept {
  if (!broken_ && SSL_is_init_finished(ssl_.get())) {
    ERR_clear_error();
    SSL_shutdown(ssl_.get());  // if the socket is full, the FIN alone has to do
    ERR_clear_error();
  }
  Stream::shut_write();
}

bool TlsStream::has_pending() const noexcept {
  return !starved_ && SSL_has_pending(ssl_.get()) == 1;
}

std::string_view TlsStream::protocol() const noexcept {
  const unsigned char* name = nullptr;
  unsigned size = 0;
  SSL_get0_alpn_selected(ssl_.get(), &name, &size);
  return {reinterpret_cast<const char*>(name), size};
}

std::string TlsStream::client_certificate(ClientAuth::Mode mode) const {
  return client_certificate_lines(ssl_.get(), mode);
}

bool TlsStream::resumed() const noexcept {
  return SSL_session_reused(ssl_.get()) == 1;
}

std::string TlsStream::version() const {
  return SSL_get_version(ssl_.get());
}
std::string TlsStream::cipher() const {
  return SSL_get_cipher_name(ssl_.get());
}

std::string TlsStream::why_failed() const {
  const bool verifies = (SSL_get_verify_mode(ssl_.get()) & SSL_VERIFY_PEER) != 0;
  const auto verdict = SSL_get_verify_result(ssl_.get());
  if (verifies && verdict != X509_V_OK) return X509_verify_cert_error_string(verdict);
  // SSL_ERROR_SYSCALL leaves nothing in the queue: a reset, a broken pipe.
  return ERR_peek_last_error() == 0 ? "the connection is broken" : tls_error();
}

// OpenSSL wants to read or write exactly when the kernel has said EAGAIN to it, so that a new edge will come.
IoResult TlsStream::result_of(int returned) noexcept {
  switch (SSL_get_error(ssl_.get(), returned)) {
    case SSL_ERROR_WANT_READ:
      starved_ = true;
      descriptor_.exhausted(Direction::read);
      return {IoStatus::want_read};
    case SSL_ERROR_WANT_WRITE:
      descriptor_.exhausted(Direction::write);
      return {IoStatus::want_write};
    case SSL_ERROR_ZERO_RETURN:
      return {IoStatus::eof};
    default:
      break;
  }
  broken_ = true;
  return {IoStatus::failed};
}

}  // namespace sluice
