// A stream as the coroutines of an exchange use it: they wait for its queues, under its deadline, and are
// resumed when the session is done with what it was given.
#pragma once

#include <optional>

#include "proxy/deadline.h"
#include "proxy/h2_stream.h"
#include "proxy/stream.h"
#include "proxy/wakeup.h"

namespace sluice {

class H2Connection;

class H2Channel : public H2Stream, public Deadline {
 public:
  H2Channel(DeadlineWheel& wheel, H2Connection& connection);
  ~H2Channel() override;

  // What is there. A part stays valid until the next one is asked for; then its bytes go back to the window.
  [[nodiscard]] BodyStatus take_part(BodyPart& part);
  [[nodiscard]] Awaitable<BodyStatus> read_part(BodyPart& part);
  // Everything of the part has gone into the connection's output, or never will.
  [[nodiscard]] Awaitable<IoStatus> send_part(const BodyPart& part);
  // The first half of it, which does not wait.
  void submit_part(const BodyPart& part);
  // The same for a part that was submitted together with a head.
  [[nodiscard]] Awaitable<IoStatus> finish_part();
  // How much would leave now, in bytes, but at least a little: a head must come in, and the end of a body.
  [[nodiscard]] std::size_t room() const noexcept;
  // Waits for the peer's first SETTINGS, or the end of the connection.
  [[nodiscard]] Awaitable<Wake> wait_for_greeting();
  // Waits for the next head, or the end of the stream.
  [[nodiscard]] Awaitable<Wake> wait_for_head();

  // Ends what is awaited: `cancelled`, now and from now on.
  void interrupt();
  // Ends a read that another coroutine awaits.
  void stop_reading_part() { reading_.notify(Wake::cancelled); }
  // After a deadline that passed: what comes next may be awaited again.
  void rearm() noexcept { interrupted_.reset(); }
  // Tells the peer that this stream is over, if it is not.
  void reset(std::uint32_t code) noexcept;

  // Something came, or a part has gone: on the worker's own stack, never within nghttp2.
  virtual void on_news();

 protected:
  void on_deadline() override;

  // How much of `wanted` the window may grow by.
  [[nodiscard]] virtual std::size_t more_window(std::size_t wanted) noexcept = 0;
  // Resumes whoever waits; false if that was the end of this channel.
  bool wake_all(Wake why);
  [[nodiscard]] H2Connection& connection() const noexcept { return connection_; }

 private:
  friend class H2Connection;

  void give_back_window();
  void judge_window(std::size_t given_back);

  H2Connection& connection_;
  std::size_t given_back_ = 0;  // bytes, since window_judged_at_
  Clock::time_point window_judged_at_;
  std::optional<Wake> interrupted_;
  Wakeup reading_, writing_;
  bool* gone_ = nullptr;  // to be set when this ends while it wakes others
  boost::intrusive::list_member_hook<boost::intrusive::link_mode<boost::intrusive::auto_unlink>> sibling_;
};

}  // namespace sluice
