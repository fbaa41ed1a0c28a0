#include "proxy/tls_socket.h"

#include <sys/socket.h>

#include <cerrno>

namespace sluice {
namespace {

bool may_work_later() noexcept {
  return errno == EAGAIN || errno == EWOULDBLOCK || errno == EINTR;
}

}  // namespace

const BIO_METHOD* TlsSocket::method() {
  static const BIO_METHOD* const made = [] {
    auto* method = BIO_meth_new(BIO_get_new_index() | BIO_TYPE_SOURCE_SINK | BIO_TYPE_DESCRIPTOR, "socket");
    if (!method) return method;
    BIO_meth_set_write(method, write);
    BIO_meth_set_read(method, read);
    BIO_meth_set_ctrl(method, control);
    return method;
  }();
  return made;
}

BIO* TlsSocket::make_bio() {
  BIO* const bio = method() ? BIO_new(method()) : nullptr;
  if (!bio) return nullptr;
  BIO_set_data(bio, this);
  BIO_set_init(bio, 1);
  return bio;
}

int TlsSocket::write(BIO* bio, const char* data, int size) {
  const auto& self = *static_cast<const TlsSocket*>(BIO_get_data(bio));
  BIO_clear_retry_flags(bio);
  const auto n =
      ::send(self.fd_, data, static_cast<std::size_t>(size), MSG_NOSIGNAL | (self.more_ ? MSG_MORE : 0));
  if (n < 0 && may_work_later()) BIO_set_retry_write(bio);
  return static_cast<int>(n);
}

int TlsSocket::read(BIO* bio, char* into, int size) {
  const auto& self = *static_cast<const TlsSocket*>(BIO_get_data(bio));
  BIO_clear_retry_flags(bio);
  const auto n = ::recv(self.fd_, into, static_cast<std::size_t>(size), 0);
  if (n == 0) BIO_set_flags(bio, BIO_FLAGS_IN_EOF);
  if (n < 0 && may_work_later()) BIO_set_retry_read(bio);
  return static_cast<int>(n);
}

long TlsSocket::control(BIO* bio, int command, long, void* pointer) {
  switch (command) {
    case BIO_CTRL_FLUSH:  // nothing is held back
      return 1;
    case BIO_CTRL_EOF:
      return BIO_test_flags(bio, BIO_FLAGS_IN_EOF) != 0 ? 1 : 0;
    case BIO_C_GET_FD:
      if (pointer) *static_cast<int*>(pointer) = static_cast<const TlsSocket*>(BIO_get_data(bio))->fd_;
      return static_cast<const TlsSocket*>(BIO_get_data(bio))->fd_;
    default:
      return 0;
  }
}

}  // namespace sluice
