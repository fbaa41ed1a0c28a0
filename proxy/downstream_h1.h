// A client's connection that speaks HTTP/1.x: reads one request after the other, hands each to the pipeline,
// and writes what comes back. While it waits for the next request it holds no buffer and no exchange.
#pragma once

#include <optional>

#include "proxy/allowance.h"
#include "proxy/connection_count.h"
#include "proxy/h1_body.h"
#include "proxy/h1_head.h"
#include "proxy/h1_write.h"
#include "proxy/worker.h"

namespace sluice {

class DownstreamH1 final : public Downstream, public Session {
 public:
  DownstreamH1(Worker& worker, SlotRef listener, std::unique_ptr<Stream> stream, Peer peer,
               ConnectionCount count);
  ~DownstreamH1() override;

  // Serves the connection to its end. Owns itself.
  static Awaitable<> run(std::unique_ptr<DownstreamH1> self);

  // Session
  void end_when_idle() override;
  void cancel_upstream() override;
  void end_now() override { stream_->interrupt(Wake::cancelled); }
  [[nodiscard]] const SlotRef& listener() const noexcept override { return listener_; }

  // Downstream
  [[nodiscard]] BodyStatus take_buffered_body(BodyPart& part) override;
  [[nodiscard]] Awaitable<BodyStatus> read_body(BodyPart& part) override;
  void stop_reading() override;
  [[nodiscard]] Awaitable<IoStatus> send_interim(const ResponseHead& head) override;
  [[nodiscard]] Awaitable<IoStatus> send_head(const ResponseHead& head, const BodyPart& first) override;
  [[nodiscard]] Awaitable<IoStatus> send_body(const BodyPart& part) override;
  [[nodiscard]] std::size_t lend(std::size_t wanted) noexcept override { return allowance_.lend(wanted); }
  void take_back(std::size_t bytes) noexcept override { allowance_.take_back(bytes); }
  void abort() noexcept override;
  [[nodiscard]] std::unique_ptr<TunnelEnd> tunnel() override;

 private:
  enum class Next : std::uint8_t { request, close, linger, gone };

  [[nodiscard]] Awaitable<bool> wait_for_request();
  [[nodiscard]] Awaitable<Next> serve(Exchange& exchange);
  [[nodiscard]] Awaitable<HeadProgress> read_head(Exchange& exchange);
  [[nodiscard]] IoStatus pull_head(RequestParser& parser, HeadProgress& progress);
  [[nodiscard]] Awaitable<> linger();

  bool begin(Exchange& exchange);
  [[nodiscard]] ErrorCode frame(Exchange& exchange);
  [[nodiscard]] BodyStatus account(H1BodyReader::Status status, const BodyPart& part) noexcept;
  [[nodiscard]] Encoding encoding_of(const ResponseHead& head) noexcept;
  [[nodiscard]] Awaitable<IoStatus> finish(H1Write& write);
  [[nodiscard]] IoStatus written(IoStatus status) noexcept;
  [[nodiscard]] Next after_response() const noexcept;

  Worker& worker_;
  SlotRef listener_;
  std::unique_ptr<Stream> stream_;
  Peer peer_;
  ConnectionCount count_;
  Buffer in_;
  bool served_ = false;  // a request, at least

  // Of the request that is being served.
  Exchange* exchange_ = nullptr;
  std::optional<H1BodyReader> body_;
  std::uint64_t body_bytes_ = 0;
  Allowance allowance_{most_lent_by_one};
  Encoding encoding_ = Encoding::identity;
  bool keep_alive_ = true;
  bool reading_ = false;
  bool writing_ = false;
  bool ends_by_close_ = false;  // the response has no other end
  bool aborted_ = false;
};

}  // namespace sluice
