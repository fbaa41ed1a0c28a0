#include "tests/session/stage.h"

#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <boost/asio/detached.hpp>
#include <stdexcept>

#include "proxy/downstream_h1.h"
#include "proxy/downstream_h2.h"
#include "tests/session/cast.h"
#include "tests/session/revision.h"

namespace sluice::session {
namespace {

constexpr std::chrono::seconds deadline{5};
constexpr int send_buffer = 8 * 1024;  // bytes: writes meet a full socket

struct Pair {
  int proxy;
  int actor;
};

Pair make_pair_of_sockets() {
  std::array<int, 2> fds{};
  if (::socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0, fds.data()) != 0)
    throw std::runtime_error("socketpair");
  ::setsockopt(fds[0], SOL_SOCKET, SO_SNDBUF, &send_buffer, sizeof send_buffer);
  return {fds[0], fds[1]};
}

}  // namespace

struct Stage::Performance {
  const Story& story;
  Pace pace;
  FaultPlan plan;
  std::unique_ptr<Partner> client;
  std::shared_ptr<StreamRecord> client_record = std::make_shared<StreamRecord>();
  std::vector<std::unique_ptr<Partner>> origin;
  std::vector<std::shared_ptr<StreamRecord>> origin_records;
  bool let_go_of_origins = false;
  bool told_worker = false;
};

Stage::Stage(const Pairing& pairing) : pairing_(pairing) {
  worker_ = std::make_unique<Worker>(
      0, outcomes_.add_shard(), nullptr,
      [this](asio::io_context&, DeadlineWheel& wheel, const Target&, const TargetGroup&,
             std::shared_ptr<const ClientTls>, std::string) { return connect(wheel); });
  asio::co_spawn(worker_->io().get_executor(), worker_->wheel().run(), asio::detached);
}

Stage::~Stage() = default;

void Stage::publish(std::uint64_t body_limit) {
  const auto protocol = pairing_.origin == Version::h2 ? UpstreamProtocol::http2 : UpstreamProtocol::http1;
  published_ = make_revision(
      slots_,
      {.target_port = 80, .target_protocol = protocol, .body_limit = body_limit, .sockets = sockets_});
  sockets_ = published_->listeners[0].sockets;
  worker_->publish(published_);
  worker_->io().poll();
}

bool Stage::lets_go_of_revision() {
  if (!worker_) return false;
  const std::weak_ptr<const Published> last = published_;
  const auto& variant = published_->snapshot->services.at(0)->variants.at(0);
  const std::weak_ptr<const TargetGroup> group = variant.group;
  const std::weak_ptr<const Slot> slots[]{variant.slot, variant.group->slot,
                                          variant.group->targets.at(0).slot};
  auto published = std::make_shared<Published>();
  published->snapshot = std::make_shared<const Snapshot>();
  published_ = std::move(published);
  for (int again = 0; again < 2; ++again) {  // what a connection held at the first goes with the second
    worker_->publish(published_);
    worker_->io().poll();
  }
  return last.expired() && group.expired() &&
         std::ranges::all_of(slots, [](const auto& slot) { return slot.expired(); });
}

// A target that does not answer.
Awaitable<ConnectedStream> connect_in_vain(DeadlineWheel& wheel) {
  struct Patience final : Deadline {
    using Deadline::Deadline;
    void on_deadline() override { wakeup.notify(Wake::timed_out); }
    Wakeup wakeup;
  } patience(wheel);
  patience.expires_after(2 * deadline);
  std::ignore = co_await patience.wakeup.wait();
  co_return failure(ErrorCode::upstream_connect_timeout);
}

Awaitable<ConnectedStream> Stage::connect(DeadlineWheel& wheel) {
  auto& performance = *performance_;
  if (performance.plan.due(FaultPlan::Operation::connect)) {
    if (performance.plan.fault == Fault::cut_off) co_return co_await connect_in_vain(wheel);
    if (performance.plan.fault == Fault::reset) co_return failure(ErrorCode::upstream_connect_failed);
    if (performance.plan.fault == Fault::timed_out) co_return failure(ErrorCode::upstream_connect_timeout);
  }
  const auto pair = make_pair_of_sockets();
  performance.origin.push_back(
      make_origin(pairing_.origin, pair.actor, performance.story, performance.pace.arrival));
  performance.origin_records.push_back(std::make_shared<StreamRecord>());
  auto stream =
      std::make_unique<FaultyStream>(worker_->io(), wheel, pair.proxy, performance.origin_records.back(),
                                     performance.plan, performance.pace);
  stream->descriptor().drained();
  std::unique_ptr<Stream> connected = std::move(stream);
  co_return connected;
}

void Stage::admit_client(Performance& performance) {
  const auto pair = make_pair_of_sockets();
  performance.client = make_client(pairing_.client, pair.actor, performance.story, performance.pace.arrival);
  auto stream = std::make_unique<FaultyStream>(worker_->io(), worker_->wheel(), pair.proxy,
                                               performance.client_record, performance.plan, performance.pace);
  const auto& slot = published_->listeners[0].listener->slot;
  ConnectionCount count(sockets_, worker_->metrics().listeners.at(slot).connections);
  Peer peer;
  peer.ip_text = "192.0.2.1";
  peer.port = 4711;
  peer.local_port = 80;
  const auto begin = [&]<class Protocol>(std::type_identity<Protocol>) {
    auto session =
        std::make_unique<Protocol>(*worker_, slot, std::move(stream), std::move(peer), std::move(count));
    asio::co_spawn(worker_->io().get_executor(), Protocol::run(std::move(session)), asio::detached);
  };
  if (pairing_.client == Version::h1)
    begin(std::type_identity<DownstreamH1>());
  else
    begin(std::type_identity<DownstreamH2>());
}

Played Stage::play(const Story& story, const Pace& pace, Fault fault, unsigned at) {
  publish(story.body_limit);
  Performance performance{.story = story,
                          .pace = pace,
                          .plan = {.fault = fault, .at = at},
                          .client = {},
                          .origin = {},
                          .origin_records = {}};
  performance_ = &performance;
  admit_client(performance);
  Played played;
  played.in_time = run(performance);
  if (!played.in_time) played.stuck_at = what_is_left(performance);
  played.pairing = pairing_;
  played.fired = performance.plan.fired;
  played.complaint = performance.client->complaint();
  for (const auto& origin : performance.origin)
    if (played.complaint.empty()) played.complaint = origin->complaint();
  played.client = *performance.client_record;
  for (const auto& record : performance.origin_records) played.origin.push_back(*record);
  if (!played.in_time && !worker_->io().stopped()) {
    worker_->enter(Phase::draining);
    worker_->cut_off();
    worker_->io().run_for(std::chrono::seconds(1));
  }
  if (!played.in_time || performance.told_worker) worker_.reset();  // while its streams' plan lives
  performance_ = nullptr;
  return played;
}

// Until nothing is left of it: first the client's connection ends, then the kept ones of the origin are
// closed.
bool Stage::run(Performance& performance) {
  const auto end = Clock::now() + deadline;
  while (Clock::now() < end) {
    const bool happened = turn(performance);
    if (performance.client_record->closed && performance.client->has_left()) let_go_of_origins();
    if (!happened && what_is_left(performance).empty()) return true;
    if (!happened) worker_->io().run_one_for(std::chrono::milliseconds(5));
  }
  return false;
}

// As when a revision names them no more; a worker that has ended can only drop them.
void Stage::let_go_of_origins() {
  if (worker_->io().stopped()) return worker_->upstreams().close_idle();
  if (!std::exchange(performance_->let_go_of_origins, true)) worker_->upstreams().keep_only(Snapshot{});
}

// Lets the proxy go idle, then gives each actor a turn.
bool Stage::turn(Performance& performance) {
  bool happened = worker_->io().poll() != 0;
  const bool for_worker = performance.plan.fault == Fault::cut_off || performance.plan.fault == Fault::drain;
  if (for_worker && performance.plan.fired && !performance.told_worker) {
    performance.told_worker = happened = true;
    worker_->enter(Phase::draining);
    if (performance.plan.fault == Fault::cut_off) worker_->cut_off();
  }
  const std::string heard_by_origin(performance.origin.empty() ? "" : performance.origin.back()->heard());
  happened |= performance.client->act(heard_by_origin);
  for (std::size_t i = 0; i < performance.origin.size(); ++i) happened |= performance.origin[i]->act({});
  return happened;
}

std::string Stage::what_is_left(const Performance& performance) const {
  std::string left;
  const auto note = [&left](bool is_left, const char* what) {
    if (is_left) left.append(left.empty() ? "" : ", ").append(what);
  };
  note(!performance.client->has_left(), "the client");
  note(!performance.client_record->closed, "the client's session");
  for (const auto& actor : performance.origin) note(!actor->has_left(), "an origin");
  for (const auto& record : performance.origin_records) note(!record->closed, "an upstream connection");
  auto& metrics = worker_->metrics();
  metrics.groups.for_each([&](const auto&, const GroupCell& cell) {
    note(cell.active != 0, "the gauge of active connections");
    note(cell.idle != 0, "the gauge of idle connections");
  });
  metrics.listeners.for_each([&](const auto&, const ListenerCell& cell) {
    note(cell.connections != 0, "the gauge of client connections");
  });
  note(sockets_->connections != 0, "the count of client connections");
  if (performance.told_worker) note(!worker_->io().stopped(), "the worker");
  return left;
}

}  // namespace sluice::session
