// The socket as OpenSSL sees it. Its own socket BIO sends each record by itself: with TCP_NODELAY that is a
// packet each, and the peer is woken for each. This one can be told that more follows at once, so that the
// kernel makes full segments of the records of one write (MSG_MORE), and never raises SIGPIPE.
#pragma once

#include <openssl/bio.h>

namespace sluice {

class TlsSocket {
 public:
  // `fd` belongs to somebody else and outlives it.
  explicit TlsSocket(int fd) noexcept : fd_(fd) {}
  TlsSocket(const TlsSocket&) = delete;
  TlsSocket& operator=(const TlsSocket&) = delete;

  // What OpenSSL is to read from and write to: it refers to this. Null if there is no memory.
  [[nodiscard]] BIO* make_bio();

  // Whether what is written from now on is followed by more at once.
  void more_follows(bool more) noexcept { more_ = more; }

 private:
  static int write(BIO* bio, const char* data, int size);
  static int read(BIO* bio, char* into, int size);
  static long control(BIO* bio, int command, long number, void* pointer);
  static const BIO_METHOD* method();

  int fd_;
  bool more_ = false;
};

}  // namespace sluice
