// A connection to a target that speaks HTTP/2, which the exchanges of one worker share, and one exchange on
// it.
#pragma once

#include "proxy/h2_connection.h"
#include "proxy/upstream.h"
#include "proxy/worker_metrics.h"

namespace sluice {

class UpstreamH2Connection final : public H2Connection {
 public:
  // Whoever keeps it, and destroys it when it has ended.
  class Keeper {
   public:
    virtual void connection_ended(UpstreamH2Connection& connection) noexcept = 0;

   protected:
    ~Keeper() = default;
  };

  UpstreamH2Connection(asio::io_context& io, DeadlineWheel& wheel, BlockPool& blocks,
                       std::unique_ptr<Stream> stream, const TargetGroup& group, Keeper& keeper,
                       GroupCell& cell, Counted room);
  ~UpstreamH2Connection();

  // Begins to serve; the keeper hears of the end.
  void start();
  // Takes no more exchanges and ends with the last one.
  void retire();

  [[nodiscard]] bool has_room() noexcept;
  [[nodiscard]] std::unique_ptr<Upstream> open();
  [[nodiscard]] Clock::time_point deadline() const noexcept override;

  // A body of so many bytes came, or comes.
  void learn_size(std::uint64_t bytes) noexcept;
  // Of the larger ones that came lately, in bytes; no more than a window is opened for before they come.
  [[nodiscard]] std::size_t usual_size() const noexcept { return usual_size_; }

 private:
  static Awaitable<> run(UpstreamH2Connection& self);
  [[nodiscard]] bool on_timeout() override;
  void on_turn() override;

  asio::io_context& io_;
  DeadlineWheel& wheel_;
  BlockPool& blocks_;
  SlotRef group_;
  Clock::duration idle_timeout_;
  Keeper& keeper_;
  GroupCell& cell_;
  std::shared_ptr<GroupState> state_;
  Counted room_;
  Clock::time_point pinged_{};
  std::size_t usual_size_ = 0;
  bool retired_ = false;
  bool ended_ = false;
  bool counted_active_ = false;
};

class UpstreamH2 final : public Upstream, public H2Channel {
 public:
  UpstreamH2(DeadlineWheel& wheel, UpstreamH2Connection& connection, BlockPool& blocks)
      : H2Channel(wheel, connection), own_(connection), blocks_(blocks) {}
  ~UpstreamH2() override;

  [[nodiscard]] Awaitable<ErrorCode> send_head(Exchange& exchange) override;
  [[nodiscard]] Awaitable<IoStatus> send_body(const BodyPart& part) override { return send_part(part); }
  [[nodiscard]] Awaitable<ErrorCode> read_head(Exchange& exchange) override;
  [[nodiscard]] BodyStatus take_buffered_body(BodyPart& part) override { return take_part(part); }
  [[nodiscard]] Awaitable<BodyStatus> read_body(BodyPart& part) override { return read_part(part); }
  void expires_after(Clock::duration delay) override { H2Channel::expires_after(delay); }
  void expires_never() override { never(); }
  void extend(Clock::duration delay) override { H2Channel::extend(delay); }
  void cancel() override { interrupt(); }
  [[nodiscard]] bool response_begun() const noexcept override { return response_begun_; }
  [[nodiscard]] bool was_processed() const noexcept override { return submitted_ && !was_refused(); }
  [[nodiscard]] bool connection_failed() const noexcept override { return was_lost(); }
  [[nodiscard]] std::unique_ptr<TunnelEnd> tunnel() override;

 private:
  [[nodiscard]] std::size_t more_window(std::size_t wanted) noexcept override;
  [[nodiscard]] std::size_t borrow(std::size_t wanted) noexcept;
  void open_window(std::uint64_t for_bytes);
  [[nodiscard]] Awaitable<ErrorCode> wait_for_connect(Exchange& exchange);
  void expect_body(const Exchange& exchange);
  [[nodiscard]] ErrorCode submit(const Exchange& exchange);

  UpstreamH2Connection& own_;
  BlockPool& blocks_;
  const Exchange* exchange_ = nullptr;  // whose downstream takes the response
  std::size_t borrowed_ = 0;            // bytes, of that
  bool submitted_ = false;
  bool response_begun_ = false;
};

}  // namespace sluice
