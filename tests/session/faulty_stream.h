// A plain stream over a socket pair that takes bytes in small steps, breaks at the operation that its plan
// names, and keeps a record of every byte that passed: the session tests judge by what the proxy was really
// given and what it really wrote.
#pragma once

#include <memory>
#include <string>

#include "proxy/stream.h"
#include "tests/session/messages.h"

namespace sluice::session {

enum class Fault {
  none,
  reset,      // a read or write fails; the connection is gone in both directions
  eof,        // a read says that the peer has ended, though it has not
  broken,     // a write fails; what the peer has said can be read still
  timed_out,  // the deadline passes, if one is set
  cut_off,    // the worker is told to end everything at once, as when the time for draining is over
  drain,      // the worker is told to finish what is in flight
};
[[nodiscard]] const char* to_string(Fault fault) noexcept;

// The k-th operation, over all the streams of one exchange, goes wrong.
struct FaultPlan {
  Fault fault = Fault::none;
  unsigned at = 0;  // from 1
  unsigned operations = 0;
  bool fired = false;

  enum class Operation { read, write, connect };
  [[nodiscard]] bool due(Operation operation) noexcept;
};

// The most bytes that one call takes; and how many the scripted peers send at a time, the proxy going idle in
// between.
struct Pace {
  std::size_t read = 1 << 20;
  std::size_t write = 1 << 20;
  std::size_t arrival = 1 << 20;
};

struct StreamRecord {
  std::string delivered;  // to the proxy
  std::string written;    // by the proxy
  Ended read_end = Ended::open;
  Ended write_end = Ended::open;  // how the peer sees it: a reset is `broken`
  bool closed = false;
};

class FaultyStream final : public PlainStream {
 public:
  FaultyStream(asio::io_context& io, DeadlineWheel& wheel, int fd, std::shared_ptr<StreamRecord> record,
               FaultPlan& plan, const Pace& pace);
  ~FaultyStream() override;

  IoResult try_read(std::span<char> into) override;
  IoResult try_write(std::span<const iovec> pieces) override;
  void shut_write() noexcept override;

 private:
  IoResult reset();
  IoResult refuse_to_write();

  std::shared_ptr<StreamRecord> record_;
  FaultPlan& plan_;
  Pace pace_;
  bool write_broken_ = false;
};

}  // namespace sluice::session
