// A client's connection that speaks HTTP/2: each stream is an exchange that the pipeline serves in a
// coroutine of its own.
#pragma once

#include "proxy/allowance.h"
#include "proxy/connection_count.h"
#include "proxy/h2_connection.h"
#include "proxy/worker.h"

namespace sluice {

class DownstreamH2 final : public H2Connection, public Session, H2Session::Streams {
 public:
  DownstreamH2(Worker& worker, SlotRef listener, std::unique_ptr<Stream> stream, Peer peer,
               ConnectionCount count);
  ~DownstreamH2() override = default;

  // Serves the connection to its end. Owns itself.
  static Awaitable<> run(std::unique_ptr<DownstreamH2> self);

  // Session
  void end_when_idle() override;
  void cancel_upstream() override;
  void end_now() override { cut_off(); }
  [[nodiscard]] const SlotRef& listener() const noexcept override { return listener_; }

 private:
  class ServerStream;

  H2Stream* begin_stream() override;
  [[nodiscard]] Clock::time_point deadline() const noexcept override;
  [[nodiscard]] bool on_timeout() override;
  void on_turn() override;
  void say_goodbye();
  void count_mistakes();

  Worker& worker_;
  SlotRef listener_;
  Peer peer_;
  ConnectionCount count_;
  ListenerLimits limits_;     // as they were when it began
  std::uint32_t served_ = 0;  // requests
  std::uint64_t mistakes_counted_ = 0;
  Allowance allowance_;  // of all streams
  enum class Goodbye : std::uint8_t { unsaid, announced, said };
  Goodbye goodbye_ = Goodbye::unsaid;
};

}  // namespace sluice
