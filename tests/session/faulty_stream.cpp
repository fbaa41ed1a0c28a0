#include "tests/session/faulty_stream.h"

#include <sys/socket.h>

#include <algorithm>

namespace sluice::session {

const char* to_string(Fault fault) noexcept {
  switch (fault) {
    case Fault::none:
      return "none";
    case Fault::reset:
      return "reset";
    case Fault::eof:
      return "eof";
    case Fault::broken:
      return "broken";
    case Fault::timed_out:
      return "timed_out";
    case Fault::cut_off:
      return "cut_off";
    case Fault::drain:
      return "drain";
  }
  return "";
}

bool FaultPlan::due(Operation operation) noexcept {
  if (fault == Fault::none) return false;
  if (fault == Fault::eof && operation != Operation::read) return false;
  if (fault == Fault::broken && operation != Operation::write) return false;
  if (++operations != at) return false;
  fired = true;
  return true;
}

FaultyStream::FaultyStream(asio::io_context& io, DeadlineWheel& wheel, int fd,
                           std::shared_ptr<StreamRecord> record, FaultPlan& plan, const Pace& pace)
    : PlainStream(io, wheel, fd), record_(std::move(record)), plan_(plan), pace_(pace) {}

FaultyStream::~FaultyStream() {
  linger how{};
  socklen_t size = sizeof how;
  ::getsockopt(fd(), SOL_SOCKET, SO_LINGER, &how, &size);
  if (how.l_onoff != 0) record_->write_end = Ended::broken;  // over TCP the close would be a reset
  if (record_->write_end == Ended::open) record_->write_end = Ended::fin;
  record_->closed = true;
}

IoResult FaultyStream::try_read(std::span<char> into) {
  if (record_->read_end == Ended::broken) return {IoStatus::failed};
  if (record_->read_end == Ended::fin) return {IoStatus::eof};
  if (plan_.due(FaultPlan::Operation::read)) {
    if (plan_.fault == Fault::reset) return reset();
    if (plan_.fault == Fault::timed_out) extend(-std::chrono::hours(1));
    if (plan_.fault == Fault::eof) {
      record_->read_end = Ended::fin;
      return {IoStatus::eof};
    }
  }
  // A read that fills what it was given leaves the descriptor as it was: there may be more.
  const auto result = PlainStream::try_read(into.first(std::min(into.size(), pace_.read)));
  if (result.status == IoStatus::ok) record_->delivered.append(into.data(), result.bytes);
  if (result.status == IoStatus::eof) record_->read_end = Ended::fin;
  if (result.status == IoStatus::failed) record_->read_end = Ended::broken;
  return result;
}

IoResult FaultyStream::try_write(std::span<const iovec> pieces) {
  if (write_broken_) return refuse_to_write();
  if (plan_.due(FaultPlan::Operation::write)) {
    if (plan_.fault == Fault::reset) return reset();
    if (plan_.fault == Fault::timed_out) extend(-std::chrono::hours(1));
    if (plan_.fault == Fault::broken) {
      ::shutdown(fd(), SHUT_WR);
      return refuse_to_write();
    }
  }
  std::string bytes;
  for (const auto& piece : pieces)
    bytes.append(static_cast<const char*>(piece.iov_base),
                 std::min(piece.iov_len, pace_.write - bytes.size()));
  const iovec prefix{bytes.data(), bytes.size()};
  const auto result = PlainStream::try_write({&prefix, 1});
  if (result.status == IoStatus::ok) record_->written.append(bytes, 0, result.bytes);
  return result;
}

void FaultyStream::shut_write() noexcept {
  if (record_->write_end == Ended::open) record_->write_end = Ended::fin;
  PlainStream::shut_write();
}

IoResult FaultyStream::reset() {
  record_->read_end = record_->write_end = Ended::broken;
  write_broken_ = true;
  ::shutdown(fd(), SHUT_RDWR);
  descriptor_.broken();
  return {IoStatus::failed};
}

IoResult FaultyStream::refuse_to_write() {
  write_broken_ = true;
  record_->write_end = Ended::broken;
  descriptor_.broken();
  return {IoStatus::failed};
}

}  // namespace sluice::session
