// What TLS to clients and TLS to targets have in common: OpenSSL's objects as values that free themselves,
// its words for errors, the settings that both sides want, and the names of the protocols that they agree on.
#pragma once

#include <openssl/ssl.h>

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

namespace sluice {

template <auto Free>
struct Freed {
  template <class T>
  void operator()(T* object) const {
    Free(object);
  }
};
using SslContext = std::unique_ptr<SSL_CTX, Freed<SSL_CTX_free>>;

// What this thread's last failed OpenSSL call says of it ("key values mismatch"); "unknown error" if nothing.
[[nodiscard]] std::string tls_error();

// Which protocols a side speaks inside TLS (RFC 7301), the preferred one first.
enum class Alpn : std::uint8_t { http11, h2, h2_or_http11 };
// As the extension carries them, each after its length. Lives for ever.
[[nodiscard]] std::string_view alpn_wire(Alpn protocols) noexcept;

// OpenSSL's own buffers (34 KiB) live only while bytes are in them; nothing is renegotiated, compressed or
// remembered.
void set_common(SSL_CTX* context);

}  // namespace sluice
