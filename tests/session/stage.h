// Where a story is played: a real worker without its thread, whose io_context the test runs itself, between
// actors at the other ends of socket pairs. One thread and no clock decide the order of events, so that the
// k-th operation is the same in each run.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "proxy/worker.h"
#include "tests/session/faulty_stream.h"
#include "tests/session/story.h"
#include "tests/session/version.h"

namespace sluice::session {

// What was seen of one story.
struct Played {
  Pairing pairing;
  bool in_time = false;   // it ended within the deadline, its connections closed, its gauges back at 0
  std::string stuck_at;   // otherwise: at what
  bool fired = false;     // the fault came to pass
  std::string complaint;  // of a peer, about what the proxy said
  StreamRecord client;
  std::vector<StreamRecord> origin;  // by connection
};

class Stage {
 public:
  explicit Stage(const Pairing& pairing);
  ~Stage();

  // Plays a story to its end. After a cut_off or drain that came to pass the stage is spent.
  [[nodiscard]] Played play(const Story& story, const Pace& pace, Fault fault = Fault::none, unsigned at = 0);

  // Publishes an empty revision; true if nothing holds the one that the stories were played with any more.
  [[nodiscard]] bool lets_go_of_revision();

 private:
  struct Performance;

  Awaitable<ConnectedStream> connect(DeadlineWheel& wheel);
  void admit_client(Performance& performance);
  [[nodiscard]] bool run(Performance& performance);
  [[nodiscard]] bool turn(Performance& performance);
  [[nodiscard]] std::string what_is_left(const Performance& performance) const;
  void publish(std::uint64_t body_limit);
  void let_go_of_origins();

  Pairing pairing_;
  SlotTable slots_;
  Outcomes outcomes_;
  Performance* performance_ = nullptr;  // the one that goes on
  std::shared_ptr<ListenSockets> sockets_;
  std::shared_ptr<const Published> published_;
  std::unique_ptr<Worker> worker_;
};

}  // namespace sluice::session
